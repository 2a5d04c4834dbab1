// A setting is of the one that its name begins with, but for two.
#include <app/idle_settings.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace planish::app {
namespace {

struct Owner {
  std::string_view key;
  std::string EndpointSettings::*value;
  std::string_view prefix;  // of what does nothing without it
};
constexpr std::array<Owner, 3> kOwners = {{{"contracts", &EndpointSettings::contracts, "unknown_contract"},
                                           {"plugin", &EndpointSettings::plugin, "plugin_"},
                                           {"upstream", &EndpointSettings::upstream, "upstream_"}}};

// Warns of those of `given` whose owner none of `endpoints` has.
void look_at(std::span<const Given> given, std::span<const EndpointSettings> endpoints,
             std::vector<std::string>& lines) {
  for (const Given& one : given) {
    for (const Owner& owner : kOwners) {
      if (one.place.empty() || !one.key.starts_with(owner.prefix)) continue;
      const bool idle = std::all_of(endpoints.begin(), endpoints.end(), [&owner](const EndpointSettings& endpoint) {
        return (endpoint.*owner.value).empty();
      });
      if (idle) lines.push_back(fmt::format("{}: {} does nothing without {}", one.place, one.key, owner.key));
    }
  }
}

}  // namespace

std::vector<std::string> idle_settings(const Configuration& configuration) {
  std::vector<std::string> lines;
  const std::vector<EndpointSettings>& endpoints = configuration.settings.endpoints;
  look_at(configuration.effective, endpoints, lines);
  if (configuration.plugin_config) look_at({&*configuration.plugin_config, 1}, endpoints, lines);
  for (std::size_t i = 0; i < configuration.endpoints.size(); ++i) {
    look_at(configuration.endpoints[i], {&endpoints[i], 1}, lines);
  }
  return lines;
}

}  // namespace planish::app
