// UTF-8, one code point at a time (RFC 3629, section 4). Not for what stage 1 has seen to.
#pragma once

#include <cstddef>
#include <string_view>

namespace planish::core {

// Bytes of the code point that the text begins with, or 0: it begins with none. The text is not empty.
[[nodiscard]] std::size_t code_point_bytes(std::string_view text) noexcept;

}  // namespace planish::core
