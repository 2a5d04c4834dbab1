// check(): a bound that holds by its derivation, looked at once more where memory is written, in every build type.
#pragma once

#include <cstdlib>

namespace planish::core {

// Ends the process where the bound does not hold: whoever derived it was wrong, and the next byte would be somebody
// else's.
inline void check(bool holds) noexcept {
  if (!holds) [[unlikely]]
    std::abort();
}

}  // namespace planish::core
