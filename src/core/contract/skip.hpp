// Over a value that is known to be JSON, token by token.
#pragma once

#include <core/structural_index.hpp>

#include <array>
#include <cstdint>

namespace planish::core::contract {

// How much deeper it is after a token that begins with this byte.
inline constexpr std::array<std::int8_t, 256> kDepthSteps = [] {
  std::array<std::int8_t, 256> steps{};
  steps['{'] = steps['['] = 1;
  steps['}'] = steps[']'] = -1;
  return steps;
}();

// The token after the value that begins at `at`.
[[nodiscard]] inline Index skip(const char* body, Index at) noexcept {
  int depth = 0;
  do {
    depth += kDepthSteps[static_cast<unsigned char>(body[*at++])];
  } while (depth != 0);
  return at;
}

}  // namespace planish::core::contract
