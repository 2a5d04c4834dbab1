// Ticker: ends calls that take too long. A thread looks after them while plugins run, and sleeps while none does; where
// a call is late it moves the engine's clock on, at which who is late ends.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

struct PlanishEngine;

namespace planish::plugin {

class Ticker {
 public:
  using Clock = std::chrono::steady_clock;

  // Who looks after deadlines wakes on a busy core, some ten microseconds a time, and most calls are over long before.
  // So it looks but once in a deadline and this: a call that began right after a look is late by no more at the next.
  static constexpr std::chrono::milliseconds kLate{5};
  // So much later the system may wake it: most often with an interrupt that there is anyway, 250 times a second.
  static constexpr std::chrono::milliseconds kSlack{4};
  // Without a call for so long it goes to sleep: a busy server wakes it once.
  static constexpr std::chrono::milliseconds kIdle{100};

  // What an instance shows of its calls. Written by its thread alone.
  struct alignas(64) Pulse {
    std::atomic<std::uint32_t> count{0};  // odd while a call is under way
    std::atomic<Clock::rep> until{0};     // when it must be over
  };

  explicit Ticker(const PlanishEngine*);
  ~Ticker();
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

  // `shortest`: of the times that its calls have.
  void add(const Pulse&, Clock::duration shortest);
  void remove(const Pulse&);

  // After `until` was written.
  void begin(Pulse& pulse) noexcept {
    pulse.count.store(pulse.count.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    // No fence, which would wait until all of the request is written: see run().
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (asleep_.load(std::memory_order_relaxed)) [[unlikely]]
      wake();
  }
  static void end(Pulse& pulse) noexcept {
    pulse.count.store(pulse.count.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }
  [[nodiscard]] static bool is_late(const Pulse& pulse, Clock::time_point now) noexcept {
    return now.time_since_epoch().count() >= pulse.until.load(std::memory_order_relaxed);
  }

  [[nodiscard]] bool asleep() const noexcept { return asleep_.load(); }

 private:
  struct Watched {
    const Pulse* pulse;
    Clock::duration shortest;
    std::uint32_t seen;
  };
  struct Look {
    bool moved = false;
    bool late = false;
    Clock::time_point next{};  // when to look again
  };

  void run();
  void wake() noexcept;
  [[nodiscard]] Look look(Clock::time_point now) noexcept;

  const PlanishEngine* engine_;
  std::atomic<bool> asleep_{true};
  std::mutex mutex_;
  std::condition_variable woken_;
  bool over_ = false;
  std::vector<Watched> watched_;
  std::thread thread_;
};

}  // namespace planish::plugin
