// Plugins, for the process: their settings, and what their author needs. plugin_absent.cpp stands in for it where
// planish has no plugins.
#pragma once

#include <app/settings.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace planish::app {

class Log;

// `words`: after "plugin". Returns the process's exit code (run.hpp).
[[nodiscard]] int plugin_command(std::span<const std::string> words);

// planish plugin bench: prints what the plugin takes of a request with that body.
[[nodiscard]] int plugin_bench(const std::string& path, const std::string& body_path);

// Loads the plugins that endpoints name into their settings, or complains. May wait for a disk.
void load_plugins(Configuration&, Complaints&);

// Whose lines those of plugins are from now on, with why one failed; null: what they write goes to standard error.
void set_plugin_log(Log*) noexcept;

[[nodiscard]] bool has_plugins(const Settings&) noexcept;

// Plugins that were named as WebAssembly, which is compiled at each start; a line each.
[[nodiscard]] std::vector<std::string> plugins_compiled_here(const Settings&);

// What an operator should think about once, those among it; a line each.
[[nodiscard]] std::vector<std::string> plugin_warnings(const Settings&);

// For the scrape: a reload of a configuration with plugins was taken, or was not.
void count_plugin_reload(bool taken) noexcept;
inline constexpr std::size_t kPluginMetricsBytesMax = std::size_t{32} << 10;
std::size_t write_plugin_metrics(std::span<char> out);

// Which engine runs plugins, and its version; empty where none does.
[[nodiscard]] std::string plugin_engine();

}  // namespace planish::app
