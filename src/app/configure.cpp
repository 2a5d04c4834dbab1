// Reads the file anew each time; flags and environment are those of the start.
#include <app/configure.hpp>

#include <app/config_file.hpp>

#include <utility>

namespace planish::app {

Configuration configure(const Startup& startup, Complaints& complaints) {
  Sources sources;
  sources.flags = startup.arguments.flags;
  sources.environment = startup.environment.settings;
  sources.platform = startup.environment.platform;
  if (const std::string& path = startup.config_path(); !path.empty()) {
    ConfigFile file = read_config_file(path, complaints);
    sources.file = std::move(file.given);
    sources.endpoints = std::move(file.endpoints);
    sources.shapes = std::move(file.shapes);
    sources.rules = std::move(file.rules);
    sources.plugin_config = std::move(file.plugin_config);
  }
  return merge(sources, complaints);
}

}  // namespace planish::app
