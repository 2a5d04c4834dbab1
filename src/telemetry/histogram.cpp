// Histogram: which bucket an observation goes to.
#include <telemetry/histogram.hpp>

#include <algorithm>

namespace planish::telemetry {

void Histogram::record(std::chrono::nanoseconds observed) noexcept {
  const std::int64_t ns = std::max<std::int64_t>(observed.count(), 0);
  std::size_t i = 0;
  while (i < kBoundsUs.size() && ns > kBoundsUs[i] * 1'000) ++i;
  buckets_[i].add();
  sum_ns_.add(static_cast<std::uint64_t>(ns));
}

}  // namespace planish::telemetry
