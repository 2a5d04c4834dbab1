// The folders of contracts: their files read, and compiled.
#pragma once

#include <app/settings.hpp>

#include <string>
#include <vector>

namespace planish::app {

// Of each endpoint: the files TYPE.json of the folder that `contracts` names, if any, become `contract_set`. Everything
// that is wrong with them is a complaint of its own, with file and pointer. May wait for a disk; throws as
// read_regular_file().
void read_contracts(Configuration&, Complaints&);

[[nodiscard]] bool has_contracts(const Settings&) noexcept;

// Schemas whose check may cost more than is allowed; a line each.
[[nodiscard]] std::vector<std::string> contract_warnings(const Settings&);

}  // namespace planish::app
