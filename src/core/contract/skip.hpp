// Over a value that is known to be JSON, token by token.
#pragma once

#include <core/structural_index.hpp>

namespace planish::core::contract {

// The token behind the value that begins at `at`.
[[nodiscard]] inline Index skip(const char* body, Index at) noexcept {
  unsigned depth = 0;
  do {
    const char c = body[*at++];
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
  } while (depth != 0);
  return at;
}

}  // namespace planish::core::contract
