// Numbers as RFC 8785 wants them: ECMAScript's Number::toString, with the contract's exact 64-bit integers.
#pragma once

#include <cstddef>
#include <string_view>

namespace planish::core {

// The longest are such as -0.0000012345678901234567: sign, "0.", five zeros, 17 digits.
inline constexpr std::size_t kNumberBytesMax = 25;

// `number` is a valid JSON number. An integer without fraction and exponent that fits in 64 bits, signed or not, keeps
// its digits; everything else is the nearest double. Returns the number of bytes written to `out`, or 0 where the
// number rounds to infinity and has no canonical form. Never longer than kNumberBytesMax.
[[nodiscard]] std::size_t write_number_canonical(std::string_view number, char* out) noexcept;

}  // namespace planish::core
