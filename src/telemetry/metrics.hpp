// Metrics: the scrape. Sums the threads' counters and writes them as Prometheus text, version 0.0.4.
#pragma once

#include <telemetry/counters.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace planish::telemetry {

// What planish_build_info says of the build, and how the routes of the transforms are called, by their rows among the
// counters. Any bytes are escaped as the format wants it; each is cut at kLabelBytesMax.
struct BuildLabels {
  std::string_view version = {};
  std::string_view commit = {};
  std::string_view compiler = {};
  std::string_view kernel = {};  // that simdjson runs
  std::span<const std::string> transforms = {};
};
inline constexpr std::size_t kLabelBytesMax = 255;

// The process as the kernel sees it, sampled by whoever may read /proc.
struct ProcessSample {
  std::chrono::nanoseconds cpu{0};          // user and system
  std::chrono::milliseconds started_at{0};  // since 1970-01-01T00:00:00Z
  std::uint64_t resident_bytes = 0;
  std::uint64_t virtual_bytes = 0;
  std::uint64_t open_descriptors = 0;
  std::uint64_t descriptors_max = 0;
};

// Counters that belong together: those of the threads, and of the process itself.
using CountersList = std::span<const Counters* const>;

// Upper bound of a scrape: every series at its longest.
// The built-in ones, and for each transform and status a line with the route's name.
inline constexpr std::size_t kMetricsBytesMax =
    64 * 1024 + kTransformsCounted * kStatuses.size() * (kLabelBytesMax + 80);

// Writes the scrape to the front of `out` (at least kMetricsBytesMax bytes) and returns the number of bytes.
std::size_t write_metrics(CountersList, const BuildLabels&, const ProcessSample&, std::span<char> out) noexcept;

}  // namespace planish::telemetry
