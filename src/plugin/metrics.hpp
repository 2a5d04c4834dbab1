// Metrics: what a scrape says of plugins, as Prometheus text. Nothing where none is loaded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace planish::plugin {

// Twenty lines of a histogram and twenty others of at most 120 bytes, the comments, and a line for each plugin: one at
// most for each of 64 endpoints, and as many that a reload has just replaced.
inline constexpr std::size_t kMetricsBytesMax = std::size_t{32} << 10;

struct Reloads {
  std::uint64_t taken = 0;
  std::uint64_t refused = 0;
};

// Returns how many bytes it wrote to the front of `out`, which has kMetricsBytesMax at least. From any thread.
std::size_t write_metrics(const Reloads&, std::span<char> out);

}  // namespace planish::plugin
