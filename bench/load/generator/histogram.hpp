// A log-linear histogram of latencies: 128 steps to each power of two, so that no value is off by more than 0.8 %.
// Threads fill one each; adding them up is exact, which an average of percentiles never is.
//
//     ns:   0 … 127 | 128 … 255 | 256 … 511 (steps of 2) | 512 … 1023 (steps of 4) | …  60 s and above: the last step
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace load {

class Histogram {
 public:
  static constexpr std::uint64_t highest_ns = 60'000'000'000;

  void record(std::uint64_t ns) {
    ++counts_[index(std::min(ns, highest_ns))];
    ++count_;
    sum_ns_ += ns;
    max_ns_ = std::max(max_ns_, ns);
  }

  void add(const Histogram& other) {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    count_ += other.count_;
    sum_ns_ += other.sum_ns_;
    max_ns_ = std::max(max_ns_, other.max_ns_);
  }

  std::uint64_t count() const { return count_; }
  std::uint64_t max_ns() const { return max_ns_; }
  double mean_ns() const { return count_ == 0 ? 0 : static_cast<double>(sum_ns_) / static_cast<double>(count_); }

  // The upper edge of the step in which the value of this rank lies: never better than what was measured.
  std::uint64_t percentile_ns(double percent) const {
    const double exact = percent / 100 * static_cast<double>(count_);
    auto rank = static_cast<std::uint64_t>(exact);
    if (static_cast<double>(rank) < exact || rank == 0) ++rank;
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen >= rank) return std::min(upper_ns(i), max_ns_);
    }
    return max_ns_;
  }

  // f(upper edge in ns, count) for each step that is not empty, in rising order.
  template <typename F>
  void each(F f) const {
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      if (counts_[i] > 0) f(upper_ns(i), counts_[i]);
    }
  }

 private:
  static constexpr unsigned bits = 7;  // 2^7 steps to a power of two
  static constexpr std::size_t steps = std::size_t{1} << bits;

  static constexpr std::size_t index(std::uint64_t ns) {
    const auto width = static_cast<unsigned>(std::bit_width(ns));
    if (width <= bits + 1) return static_cast<std::size_t>(ns);
    const unsigned shift = width - bits - 1;
    return shift * steps + static_cast<std::size_t>(ns >> shift);
  }

  static constexpr std::uint64_t upper_ns(std::size_t i) {
    if (i < 2 * steps) return i;
    const auto shift = static_cast<unsigned>(i / steps - 1);
    return ((static_cast<std::uint64_t>(i) - shift * steps + 1) << shift) - 1;
  }

  std::array<std::uint64_t, (std::bit_width(highest_ns) - bits + 1) * steps> counts_{};
  std::uint64_t count_ = 0;
  std::uint64_t sum_ns_ = 0;
  std::uint64_t max_ns_ = 0;
};

}  // namespace load
