// The folders of contracts: their files read, and compiled.
#pragma once

#include <app/settings.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace planish::app {

// Of each endpoint: the files TYPE.json of the folder that `contracts` names, if any, become `contract_set`. Everything
// that is wrong with them is a complaint of its own, with file and pointer. May wait for a disk; throws as
// read_regular_file().
void read_contracts(Configuration&, Complaints&);

[[nodiscard]] bool has_contracts(const Settings&) noexcept;

// What the sets of all endpoints take, and those that a reload compiles and puts in their place while requests still
// use these.
[[nodiscard]] std::size_t contract_bytes_max(const Settings&);

// Schemas whose check may cost more than is allowed; a line each.
[[nodiscard]] std::vector<std::string> contract_warnings(const Settings&);

}  // namespace planish::app
