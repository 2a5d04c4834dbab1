// planish plugin: what the author of a plugin needs. plugin_absent.cpp stands in for it where planish has no plugins.
#pragma once

#include <span>
#include <string>

namespace planish::app {

// `words`: behind "plugin". Returns the process's exit code (run.hpp).
[[nodiscard]] int plugin_command(std::span<const std::string> words);

}  // namespace planish::app
