// The rules of each endpoint, compiled with the key that its file holds.
#pragma once

#include <app/settings.hpp>

#include <string>
#include <vector>

namespace planish::app {

// Of each endpoint: the rules of all endpoints and then its own become `rule_set`. Everything that is wrong with them
// is a complaint of its own. May wait for a disk; throws as read_regular_file().
void compile_rules(Configuration&, Complaints&);

// Rules that can never match, a line each with the place.
[[nodiscard]] std::vector<std::string> rule_warnings(const Settings&);

}  // namespace planish::app
