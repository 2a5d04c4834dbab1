// An open loop's time in windows of 100 ms: what was measured in each, and what the machine did meanwhile. Who reads it
// can tell what the server did from what was done to it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "histogram.hpp"

namespace load {

struct Window {
  Histogram latency;              // of the requests that were due in it
  std::uint64_t gap_ns = 0;       // the longest time in which the generator did not look at its clock
  std::uint64_t idle_ns = 0;      // how long it had nothing to send and nothing to read
  std::uint64_t late_ns = 0;      // the latest start of a request for which a connection was free
  std::uint64_t delay_ns = 0;     // how long the watched threads were ready and did not run
  std::uint64_t steal_ticks = 0;  // of 10 ms, which the hypervisor took
};

// Counters of the kernel, read again and again from files that stay open.
class Watch {
 public:
  struct Seen {
    std::uint64_t delay_ns = 0;
    std::uint64_t steal_ticks = 0;
  };

  // `schedstats`: files of threads, separated by commas. The steal is that of all CPUs.
  explicit Watch(const std::string& schedstats);
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch();

  Seen look() const;

 private:
  std::vector<int> threads_;
  int stat_;
};

class Windows {
 public:
  static constexpr std::chrono::nanoseconds width = std::chrono::milliseconds(100);

  Windows(std::chrono::nanoseconds duration, const std::string& schedstats);

  void record(std::chrono::nanoseconds due, std::uint64_t latency_ns) { at(due).latency.record(latency_ns); }
  void late(std::chrono::nanoseconds due, std::uint64_t ns) { raise(at(due).late_ns, ns); }
  // At each turn of the generator's loop, with the time since the start, and whether the last one had nothing to do.
  void turn(std::chrono::nanoseconds now, bool was_idle);

  const std::vector<Window>& all() const { return windows_; }

 private:
  Window& at(std::chrono::nanoseconds since_start);
  static void raise(std::uint64_t& most, std::uint64_t value) { most = std::max(most, value); }
  void look(std::size_t from, std::size_t to);

  std::vector<Window> windows_;
  Watch watch_;
  Watch::Seen seen_;
  std::chrono::nanoseconds last_turn_{0};
};

}  // namespace load
