// When requests are due: at random, as they come from many who know nothing of each other, and the same for the same
// seed.
#pragma once

#include <chrono>
#include <cmath>
#include <cstdint>
#include <random>

namespace load {

class Arrivals {
 public:
  Arrivals(double rate, std::uint64_t seed) : rate_(rate), random_(seed) { advance(); }

  // Since the start.
  std::chrono::nanoseconds next() const { return std::chrono::nanoseconds(static_cast<std::int64_t>(seconds_ * 1e9)); }

  // The gaps of a Poisson process are exponential. Written out, since each library's own distribution draws otherwise.
  void advance() {
    const double uniform = static_cast<double>(random_() >> 11U) * 0x1p-53;  // in [0, 1)
    seconds_ -= std::log1p(-uniform) / rate_;
  }

 private:
  double rate_;
  std::mt19937_64 random_;
  double seconds_ = 0;
};

}  // namespace load
