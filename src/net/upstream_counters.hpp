// UpstreamCounters: what one thread counts of its upstreams, and their metrics.
#pragma once

#include <telemetry/counter.hpp>
#include <telemetry/exposition.hpp>
#include <telemetry/histogram.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace planish::net {

// What became of a request, where no answer came that could be read.
enum class UpstreamFailure : std::uint8_t { connect, timeout, broken };
inline constexpr auto kUpstreamFailures = std::to_array<std::string_view>({"connect", "timeout", "broken"});
// Of an answer.
inline constexpr unsigned kUpstreamStatusMin = 200, kUpstreamStatusMax = 599;
inline constexpr std::size_t kUpstreamStatuses = kUpstreamStatusMax - kUpstreamStatusMin + 1;

struct UpstreamCounters {
  using Counter = telemetry::Counter;
  std::array<Counter, kUpstreamStatuses> answers;
  std::array<Counter, kUpstreamFailures.size()> failures;
  Counter connections, waiting;  // gauges
  telemetry::Histogram duration;

  void failed(UpstreamFailure failure) noexcept { failures[static_cast<std::size_t>(failure)].add(); }
};

// Of what write_upstream_metrics() writes: a line for each status, and some 2 KB beside them.
inline constexpr std::size_t kUpstreamMetricsBytesMax = kUpstreamStatuses * 80 + 4 * 1024;

void write_upstream_metrics(telemetry::Exposition& out, std::span<const UpstreamCounters* const> threads) noexcept;

}  // namespace planish::net
