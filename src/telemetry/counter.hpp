// Counter: written by one thread alone, read by whoever scrapes.
#pragma once

#include <atomic>
#include <cstdint>

namespace planish::telemetry {

// The increment is a plain load and store; the reader sees a value that was once true. Who counts aligns its counters
// to a cache line of their own.
class Counter {
 public:
  void add(std::uint64_t n = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  void subtract(std::uint64_t n = 1) noexcept { add(std::uint64_t{0} - n); }
  [[nodiscard]] std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

}  // namespace planish::telemetry
