// The TOML file as a source of settings. The only file that knows toml++ is config_file.cpp.
#pragma once

#include <app/settings.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace planish::app {

// What a file says: settings by their keys, and its tables.
struct ConfigFile {
  std::vector<Given> given;
  std::vector<Table> endpoints;        // [[endpoint]]
  std::vector<Table> shapes;           // [shape.NAME]
  std::vector<RuleTable> rules;        // [[rule]]
  std::optional<Given> plugin_config;  // [plugin_config]
};

// Reads `path`; faults are complaints that name file, line and column. Throws as read_regular_file().
[[nodiscard]] ConfigFile read_config_file(const std::string& path, Complaints&);
// The same of `text`, which was read from `path`.
[[nodiscard]] ConfigFile parse_config(std::string_view text, const std::string& path, Complaints&);

}  // namespace planish::app
