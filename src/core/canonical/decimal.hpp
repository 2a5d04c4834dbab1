// Doubles and decimals: the nearest of one to the other, and how ECMAScript writes it.
#pragma once

#include <cstdint>

namespace planish::core::canonical {

// digits × 10^exponent.
struct Decimal {
  std::uint64_t digits;
  int exponent;
};

[[nodiscard]] inline Decimal without_zeros(Decimal decimal) noexcept {
  while (decimal.digits % 10 == 0) decimal.digits /= 10, ++decimal.exponent;
  return decimal;
}

// The bits of a double that is not negative.
using DoubleBits = std::uint64_t;
inline constexpr DoubleBits kInfinity = DoubleBits{0x7FF} << 52;
inline constexpr DoubleBits kUndecided = ~DoubleBits{0};  // 19 digits alone do not say: the text has to be read

// The nearest double, ties to even. `digits` is exact and not 0.
[[nodiscard]] DoubleBits nearest_double(Decimal decimal) noexcept;

// Of the decimals that read back as this double, neither 0 nor infinite, the shortest, and of those the nearest to it.
// Zeros at its end are not stripped.
[[nodiscard]] Decimal shortest_decimal(DoubleBits bits) noexcept;

// Number::toString (ECMA-262, 6.1.6.1.20) of a decimal that is neither 0 nor ends in one, of at most 20 digits. Returns
// the end; writes in steps, into kDecimalRoom bytes of room.
inline constexpr unsigned kDecimalRoom = 64;
[[nodiscard]] char* write_decimal(Decimal decimal, char* out) noexcept;

}  // namespace planish::core::canonical
