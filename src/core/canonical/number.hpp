// Numbers as RFC 8785 wants them: ECMAScript's Number::toString, but integers that fit in 64 bits keep their digits.
#pragma once

#include <core/canonical/byte_mask.hpp>
#include <core/canonical/decimal.hpp>
#include <core/tokens.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace planish::core::canonical {

// Of a number's canonical form. The longest are such as -0.0000012345678901234567: sign, "0.", five zeros, 17 digits.
inline constexpr std::uint32_t kNumberBytesMax = 25;

// Stands where a number rounds to infinity and so has no canonical form. No byte of UTF-8.
inline constexpr char kNoNumber = '\xFF';

// Whether an integer of so many digits, which begin at `digits`, fits in 64 bits: signed where there is a minus before
// it, else unsigned. JSON has no leading zeros, so digits of one length compare as text.
[[nodiscard]] inline bool fits_in_64_bits(const char* digits, std::size_t size, bool negative) noexcept {
  if (size < 19) return true;
  if (negative) return size == 19 && std::memcmp(digits, "9223372036854775808", 19) <= 0;
  return size == 19 || (size == 20 && std::memcmp(digits, "18446744073709551615", 20) <= 0);
}

// What a number becomes.
struct NumberForm {
  std::uint32_t size = 0;  // of `text`; 0: it is canonical as it was sent
  static_assert(kNumberBytesMax <= kDecimalRoom);
  std::array<char, kDecimalRoom + 1> text;
};

// The end of the number that begins at `at`, null where none does. 16 bytes after it can be read.
[[nodiscard]] const char* read_number(const char* at, NumberForm& form) noexcept;

// Whether from `at` to `end` there is a literal, or a number that is canonical as it stands; false: read_number()
// knows. A decimal of at most 15 digits is the shortest one for its double, once no zero ends it, and is written
// without an exponent where it is 0.1 or more, or 0. Where a value cannot be negative without being rare, looking for
// the sign is left out.
template <bool may_be_negative>
[[gnu::always_inline]] inline bool is_plain_scalar(const char* at, const char* end) noexcept {
  if (static_cast<unsigned char>(*at) >= 'a') {
    return (at + 4 == end && (stands_at(at, "true") || stands_at(at, "null"))) ||
           (at + 5 == end && stands_at(at, "false"));
  }
  const char* const digits = may_be_negative && *at == '-' ? at + 1 : at;
  const std::uint32_t others = other_than_digits(digits);
  const int whole = lowest_bit(others);
  if (digits + whole == end) {  // an integer of at most 16 digits; 0, but not -0
    return static_cast<unsigned char>(*digits - '1') < 9 || (whole == 1 && digits == at);
  }
  if (digits[whole] != '.') return false;
  const int part = lowest_bit(others >> (whole + 1));
  return digits + whole + 1 + part == end && end[-1] != '0' && static_cast<unsigned>(whole + part - 2) <= 13 &&
         whole != 0 && part != 0 && (*digits != '0' || (whole == 1 && digits[2] != '0'));
}

}  // namespace planish::core::canonical
