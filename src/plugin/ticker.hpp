// Ticker: ends calls that take too long. A thread moves the engine's clock on while plugins run, and sleeps while none
// does.
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
  // A deadline ends within two of these beyond it. Each wakes a thread on a busy core, so that there are few.
  static constexpr std::chrono::milliseconds kTick{5};
  // Without a call for a tenth of a second it goes to sleep: a busy server wakes it once.
  static constexpr unsigned kIdleTicksMax = 20;

  // Ticks after which at least `deadline` has passed, whenever the first comes.
  [[nodiscard]] static constexpr std::uint64_t ticks(std::chrono::milliseconds deadline) noexcept {
    return static_cast<std::uint64_t>((deadline + kTick - std::chrono::milliseconds(1)) / kTick) + 1;
  }

  // What an instance shows of its calls. Written by its thread alone.
  struct alignas(64) Pulse {
    std::atomic<std::uint32_t> count{0};  // odd while a call is under way
  };

  explicit Ticker(const PlanishEngine*);
  ~Ticker();
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

  void add(const Pulse&);
  void remove(const Pulse&);

  void begin(Pulse& pulse) noexcept {
    pulse.count.store(pulse.count.load(std::memory_order_relaxed) + 1, std::memory_order_seq_cst);
    if (asleep_.load(std::memory_order_seq_cst)) [[unlikely]]
      wake();
  }
  static void end(Pulse& pulse) noexcept {
    pulse.count.store(pulse.count.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  [[nodiscard]] bool asleep() const noexcept { return asleep_.load(); }

 private:
  struct Watched {
    const Pulse* pulse;
    std::uint32_t seen;
  };

  void run();
  void wake() noexcept;
  [[nodiscard]] bool anything_moved() noexcept;

  const PlanishEngine* engine_;
  std::atomic<bool> asleep_{true};
  std::mutex mutex_;
  std::condition_variable woken_;
  bool over_ = false;
  std::vector<Watched> watched_;
  std::thread thread_;
};

}  // namespace planish::plugin
