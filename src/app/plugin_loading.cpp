// From the settings to a plugin that each thread of the server can have.
#include <app/plugin_command.hpp>
#include <app/plugin_compiler.hpp>
#include <app/plugin_log.hpp>
#include <plugin/loaded.hpp>
#include <plugin/metrics.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace planish::app {
namespace {

using Errors = PluginSettings::Errors;
using State = PluginSettings::State;

plugin::Errors errors_of(Errors errors) {
  switch (errors) {
    case Errors::skip:
      return plugin::Errors::skip;
    case Errors::pass:
      return plugin::Errors::pass;
    case Errors::refuse:
      break;
  }
  return plugin::Errors::refuse;
}

// Of 64 hex digits, as checked.
plugin::Digest digest_of(std::string_view hex) {
  plugin::Digest digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) {
    std::from_chars(hex.data() + 2 * i, hex.data() + 2 * i + 2, digest[i], 16);
  }
  return digest;
}

// Where an endpoint's plugin is named: in its own table, or for all of them.
std::string place_of_plugin(const Configuration& configuration, std::size_t endpoint) {
  if (endpoint < configuration.endpoints.size()) {
    for (const Given& given : configuration.endpoints[endpoint]) {
      if (given.key == "plugin" && !given.place.empty()) return given.place;
    }
  }
  return std::string(configuration.place_of("plugin"));
}

// WebAssembly is compiled for now, where that can be done: for who writes a plugin.
std::shared_ptr<const BatchMaker> load(plugin::Options options, EndpointSettings& endpoint, std::string& error) {
  const bool numbers_finite = endpoint.canonical == Canonical::jcs;
  endpoint.plugin_compiled_here = is_webassembly(options.path);
  std::optional<CompiledHere> compiled;  // its file is there until it was loaded
  if (endpoint.plugin_compiled_here) {
    compiled.emplace(options.path);
    error = compiled->error();
    if (!error.empty()) return nullptr;
    options.path = compiled->path();
  }
  auto loaded = plugin::Loaded::load(options, numbers_finite, error);
  if (loaded) endpoint.digests.plugin = std::hash<std::string>{}(plugin::hex(loaded->module().digest()));
  return loaded;
}

constinit std::atomic<std::uint64_t> reloads_taken{0};
constinit std::atomic<std::uint64_t> reloads_refused{0};

}  // namespace

void load_plugins(Configuration& configuration, Complaints& complaints) {
  for (std::size_t i = 0; i < configuration.settings.endpoints.size(); ++i) {
    EndpointSettings& endpoint = configuration.settings.endpoints[i];
    if (endpoint.plugin.empty()) continue;
    plugin::Options options;
    options.path = endpoint.plugin;
    if (!endpoint.plugin_sha256.empty()) options.pinned = digest_of(endpoint.plugin_sha256);
    options.config = endpoint.plugin_config;
    options.memory_bytes_max = endpoint.plugin_run.memory_bytes_max;
    options.deadline = endpoint.plugin_run.deadline;
    options.errors = errors_of(endpoint.plugin_run.errors);
    options.state = endpoint.plugin_run.state == State::thread ? plugin::State::thread : plugin::State::request;
    options.log = std::make_shared<PluginLog>(endpoint.plugin);
    std::string error;
    endpoint.batch = load(std::move(options), endpoint, error);
    if (endpoint.batch) continue;
    complaints.push_back({fmt::format("{}: {} {}", place_of_plugin(configuration, i), endpoint.plugin, error)});
  }
}

bool has_plugins(const Settings& settings) noexcept {
  return std::any_of(settings.endpoints.begin(), settings.endpoints.end(),
                     [](const EndpointSettings& endpoint) { return !endpoint.plugin.empty(); });
}

std::vector<std::string> plugins_compiled_here(const Settings& settings) {
  std::vector<std::string> lines;
  for (const EndpointSettings& endpoint : settings.endpoints) {
    if (!endpoint.plugin_compiled_here) continue;
    lines.push_back(fmt::format("{}: compiled for now; planish plugin build makes the .cwasm that a server should have",
                                endpoint.plugin));
  }
  return lines;
}

std::vector<std::string> plugin_warnings(const Settings& settings) {
  std::vector<std::string> lines = plugins_compiled_here(settings);
  for (const EndpointSettings& endpoint : settings.endpoints) {
    if (endpoint.plugin.empty()) continue;
    const std::string& path = endpoint.paths.front();
    if (endpoint.plugin_run.errors == Errors::pass) {
      lines.push_back(
          fmt::format("plugin_errors = pass: an event of {} that its plugin fails on is let by unchanged", path));
    }
    if (endpoint.plugin_run.state == State::thread) {
      lines.push_back(
          fmt::format("plugin_state = thread: what the plugin of {} keeps is shared between clients", path));
    }
  }
  return lines;
}

void count_plugin_reload(bool taken) noexcept {
  (taken ? reloads_taken : reloads_refused).fetch_add(1, std::memory_order_relaxed);
}

std::size_t write_plugin_metrics(std::span<char> out) {
  static_assert(kPluginMetricsBytesMax >= plugin::kMetricsBytesMax);
  return plugin::write_metrics({reloads_taken.load(), reloads_refused.load()}, out);
}

std::string plugin_engine() {
  return plugin::engine_agreement();
}

}  // namespace planish::app
