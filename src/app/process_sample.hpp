// The process as /proc shows it, for the process_* metrics.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace planish::app {

struct ProcessSample {
  std::chrono::nanoseconds cpu{0};          // user and system
  std::chrono::milliseconds started_at{0};  // since 1970-01-01T00:00:00Z
  std::uint64_t resident_bytes = 0;
  std::uint64_t virtual_bytes = 0;
  std::uint64_t open_descriptors = 0;
  std::uint64_t descriptors_max = 0;
};

// One scrape at a time. Descriptors are counted once a second at most: listing them costs a third of a microsecond
// each, and a scrape, which anybody may ask for, nothing else that grows.
class ProcessSampler {
 public:
  // `now`: of a monotonic clock.
  [[nodiscard]] ProcessSample sample(std::chrono::nanoseconds now);

 private:
  std::optional<std::chrono::nanoseconds> counted_at_;
  std::uint64_t open_descriptors_ = 0;
};

// What /proc/self/stat says in `stat`, with the kernel's units given; public for its test.
struct StatUnits {
  long ticks_per_second = 100;
  long page_bytes = 4096;
};
[[nodiscard]] ProcessSample parse_stat(std::string_view stat, std::string_view boot_time_seconds, StatUnits);

}  // namespace planish::app
