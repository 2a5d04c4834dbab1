// Budget: how far one connection's turn may go before the others have theirs.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <limits>

namespace planish::http {

// A time, and the clock that knows whether it has come.
struct Deadline {
  std::chrono::nanoseconds at = std::chrono::nanoseconds::max();
  std::chrono::nanoseconds (*clock)() = nullptr;  // null: it stands

  [[nodiscard]] bool passed() const noexcept { return clock != nullptr && clock() >= at; }
};

// Over with the time or with the work, whichever is first. What has begun when it is over is finished, but for
// decoding.
struct Budget {
  std::chrono::nanoseconds until = std::chrono::nanoseconds::max();
  std::size_t work = std::numeric_limits<std::size_t>::max();      // bytes taken and answered
  std::size_t decoding = std::numeric_limits<std::size_t>::max();  // and Decoding's work
  Deadline decoding_until = {};                                    // within a body

  void spend(std::size_t amount) noexcept { work -= std::min(work, amount); }
  [[nodiscard]] bool over(std::chrono::nanoseconds now) const noexcept {
    return work == 0 || decoding == 0 || now >= until;
  }
};

}  // namespace planish::http
