// Histogram: how long something took, in Prometheus' buckets, with the bounds of contract section 7 (10 µs … 1 s,
// +Inf).
#pragma once

#include <telemetry/counter.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace planish::telemetry {

class Histogram {
 public:
  static constexpr std::array<std::int64_t, 15> kBoundsUs = {
      10, 25, 50, 100, 250, 500, 1'000, 2'500, 5'000, 10'000, 25'000, 50'000, 100'000, 250'000, 1'000'000};
  static constexpr std::size_t kBuckets = kBoundsUs.size() + 1;
  // In seconds, as the label `le` says them.
  static constexpr std::array<std::string_view, kBuckets> kBounds = {
      "0.00001", "0.000025", "0.00005", "0.0001", "0.00025", "0.0005", "0.001", "0.0025",
      "0.005",   "0.01",     "0.025",   "0.05",   "0.1",     "0.25",   "1",     "+Inf"};

  void record(std::chrono::nanoseconds) noexcept;
  [[nodiscard]] std::uint64_t bucket(std::size_t i) const noexcept { return buckets_[i].value(); }  // not cumulative
  [[nodiscard]] std::uint64_t sum_ns() const noexcept { return sum_ns_.value(); }

 private:
  std::array<Counter, kBuckets> buckets_;
  Counter sum_ns_;
};

}  // namespace planish::telemetry
