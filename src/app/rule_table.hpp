// The file's [[rule]] tables: each key's value into a rule, and back.
#pragma once

#include <app/settings.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace planish::app {

// Complaints name the place; a rule with a fault is left out.
[[nodiscard]] std::vector<FileRule> read_rules(std::span<const RuleTable>, Complaints&);

// As tables that are read back to the same; `head`: "[[rule]]".
[[nodiscard]] std::string to_toml(std::span<const FileRule>, std::string_view head);

}  // namespace planish::app
