// Phase: starting, ready, draining. One for the process; /readyz and the loops read it.
#pragma once

#include <atomic>
#include <cstdint>

namespace planish::telemetry {

enum class Phase : std::uint8_t { starting, ready, draining };

class Health {
 public:
  void set(Phase phase) noexcept { phase_.store(phase, std::memory_order_release); }
  [[nodiscard]] Phase phase() const noexcept { return phase_.load(std::memory_order_acquire); }

 private:
  std::atomic<Phase> phase_{Phase::starting};
};

}  // namespace planish::telemetry
