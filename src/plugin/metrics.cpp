// Metrics: see the header.
#include <plugin/metrics.hpp>

#include <plugin/abi.hpp>
#include <plugin/module.hpp>
#include <plugin/tally.hpp>
#include <telemetry/exposition.hpp>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace planish::plugin {
namespace {

constexpr std::array<std::string_view, kActions> kActionNames = {"keep", "drop", "reject", "fail"};
constexpr std::array<std::string_view, kFailures> kFailureNames = {"", "trap", "deadline", "stack", "memory", "result"};

void events(telemetry::Exposition& out, const Counts& counts) {
  out.metric("planish_plugin_events_total", "counter", "Events that a plugin has seen, by what became of them.");
  for (std::size_t i = 0; i < kActions; ++i) out.sample().label("action", kActionNames[i]).value(counts.actions[i]);
  out.metric("planish_plugin_failures_total", "counter", "Events that a plugin failed on, by why it did.");
  for (std::size_t i = 1; i < kFailures; ++i) out.sample().label("reason", kFailureNames[i]).value(counts.failures[i]);
}

}  // namespace

std::size_t write_metrics(const Reloads& reloads, std::span<char> room) {
  const std::vector<std::string> names = LoadedName::all();
  const Counts counts = Tally::sum();
  if (names.empty() && counts.calls == 0 && reloads.taken + reloads.refused == 0) return 0;
  telemetry::Exposition out(room);
  out.metric("planish_plugin_info", "gauge", "The plugins that are loaded; always 1.");
  const std::string abi = std::to_string(kAbiVersion);
  const std::string engine = engine_agreement();
  for (const std::string& name : names) {
    out.sample().label("sha256", name).label("abi", abi).label("engine", engine).value(1);
  }
  out.metric("planish_plugin_duration_seconds", "histogram",
             "Time from when a plugin is given a request's events until the answer is made, in seconds.");
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < counts.requests.size(); ++i) {
    cumulative += counts.requests[i];
    out.sample("_bucket").label("le", telemetry::Histogram::kBounds[i]).value(cumulative);
  }
  out.sample("_sum").seconds(counts.requests_ns);
  out.sample("_count").value(cumulative);
  events(out, counts);
  out.metric("planish_plugin_memory_bytes", "gauge", "Memory of plugins, of all threads.");
  out.sample().value(counts.memory_bytes);
  out.metric("planish_plugin_reloads_total", "counter", "Reloads of a configuration with a plugin.");
  out.sample().label("result", "ok").value(reloads.taken);
  out.sample().label("result", "failed").value(reloads.refused);
  return out.bytes();
}

}  // namespace planish::plugin
