// The process as /proc shows it, for the process_* metrics.
#pragma once

#include <telemetry/metrics.hpp>

#include <string_view>

namespace planish::app {

[[nodiscard]] telemetry::ProcessSample sample_process();

// What /proc/self/stat says in `stat`, with the kernel's units given; public for its test.
struct StatUnits {
  long ticks_per_second = 100;
  long page_bytes = 4096;
};
[[nodiscard]] telemetry::ProcessSample parse_stat(std::string_view stat, std::string_view boot_time_seconds, StatUnits);

}  // namespace planish::app
