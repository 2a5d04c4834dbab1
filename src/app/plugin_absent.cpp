// Plugins, in a planish that was built without plugins.
#include <app/commands.hpp>
#include <app/plugin_command.hpp>
#include <app/run.hpp>

namespace planish::app {

int plugin_command(std::span<const std::string>) {
  print_error(
      "this planish was built without plugins: they need x86-64, and cargo 1.95 or newer where planish is built");
  return kExitUnreachable;
}

void load_plugins(Configuration& configuration, Complaints& complaints) {
  for (const EndpointSettings& endpoint : configuration.settings.endpoints) {
    if (!endpoint.plugin.empty()) complaints.push_back({"plugin: this planish was built without plugins"});
  }
}

void set_plugin_log(Log*) noexcept {}

bool has_plugins(const Settings&) noexcept {
  return false;
}

std::vector<std::string> plugins_compiled_here(const Settings&) {
  return {};
}

std::vector<std::string> plugin_warnings(const Settings&) {
  return {};
}

void count_plugin_reload(bool) noexcept {}

std::size_t write_plugin_metrics(std::span<char>) {
  return 0;
}

std::string plugin_engine() {
  return {};
}

}  // namespace planish::app
