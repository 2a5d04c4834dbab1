// The process as /proc shows it, for the process_* metrics.
#pragma once

#include <telemetry/metrics.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace planish::app {

// One scrape at a time. Descriptors are counted once a second at most: listing them costs a third of a microsecond
// each, and a scrape, which anybody may ask for, nothing else that grows.
class ProcessSampler {
 public:
  // `now`: of a monotonic clock.
  [[nodiscard]] telemetry::ProcessSample sample(std::chrono::nanoseconds now);

 private:
  std::optional<std::chrono::nanoseconds> counted_at_;
  std::uint64_t open_descriptors_ = 0;
};

// What /proc/self/stat says in `stat`, with the kernel's units given; public for its test.
struct StatUnits {
  long ticks_per_second = 100;
  long page_bytes = 4096;
};
[[nodiscard]] telemetry::ProcessSample parse_stat(std::string_view stat, std::string_view boot_time_seconds, StatUnits);

}  // namespace planish::app
