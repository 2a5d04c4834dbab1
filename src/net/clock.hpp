// Time as net counts it: nanoseconds for what is measured, coarse ticks for what may time out.
#pragma once

#include <net/timeouts.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace planish::net {

// Monotonic.
[[nodiscard]] inline std::chrono::nanoseconds now() noexcept {
  return std::chrono::steady_clock::now().time_since_epoch();
}

// What was a moment ago is told from what was not, within the 49 days that it takes to come round.
using Moment = std::chrono::duration<std::uint32_t, std::milli>;
[[nodiscard]] constexpr Moment moment_of(std::chrono::nanoseconds at) noexcept {
  return std::chrono::duration_cast<Moment>(at);
}

// Ticks since the loop began. 2^32 of the shortest tick are 497 days; comparisons go by the difference.
using Tick = std::uint32_t;

[[nodiscard]] constexpr bool reached(Tick deadline, Tick now) noexcept {
  return static_cast<std::int32_t>(now - deadline) >= 0;
}

// The timeouts in ticks. A stamp may be nearly one tick old when it is taken, so each has one tick more: a timeout
// never comes early, and at most one tick late.
struct TickLimits {
  std::chrono::milliseconds tick;
  Tick header, body, idle, write, linger, farewell;

  explicit constexpr TickLimits(const Timeouts& timeouts) noexcept
      : tick(tick_of(timeouts)),
        header(ticks(timeouts.header)),
        body(ticks(timeouts.body)),
        idle(ticks(timeouts.idle)),
        write(ticks(timeouts.write)),
        linger(ticks(timeouts.linger)),
        farewell(ticks(std::min(timeouts.linger, kFarewell))) {}

 private:
  // How long a client that was told `Connection: close` has to close its side.
  static constexpr std::chrono::milliseconds kFarewell{1'000};
  static constexpr std::chrono::milliseconds kTickMin{10};

  // Short timeouts get a tick that can tell them apart.
  static constexpr std::chrono::milliseconds tick_of(const Timeouts& timeouts) noexcept {
    const auto shortest = std::min({timeouts.header, timeouts.body, timeouts.idle, timeouts.write, timeouts.linger});
    return std::max(kTickMin, std::min(timeouts.tick, shortest / 4));
  }
  [[nodiscard]] constexpr Tick ticks(std::chrono::milliseconds limit) const noexcept {
    return static_cast<Tick>((limit + tick - std::chrono::milliseconds{1}) / tick + 1);
  }
};

}  // namespace planish::net
