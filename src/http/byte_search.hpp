// Byte search: the first byte of a field value or a target that may not stand there, eight bytes at a step.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace planish::http {

inline constexpr std::uint64_t kEveryByte = 0x0101010101010101;
inline constexpr std::uint64_t kHighBits = 0x8080808080808080;

// The high bit of every byte of `word` below `limit` (at most 0x80). Bits above the lowest one set may lie: a borrow
// runs upwards, so only the first hit counts.
[[nodiscard]] constexpr std::uint64_t bytes_below(std::uint64_t word, unsigned char limit) noexcept {
  return (word - kEveryByte * limit) & ~word & kHighBits;
}

[[nodiscard]] constexpr std::uint64_t bytes_equal(std::uint64_t word, unsigned char byte) noexcept {
  return bytes_below(word ^ (kEveryByte * byte), 1);
}

// The first position from `at` on for which `is_bad(byte)` holds, or `end`. `bad_bytes(word)` marks such bytes, and may
// mark others too, with the high bit of each.
template <class BadBytes, class IsBad>
[[nodiscard]] const char* find_bad(const char* at, const char* end, BadBytes bad_bytes, IsBad is_bad) noexcept {
  if constexpr (std::endian::native == std::endian::little) {
    while (end - at >= 8) {
      std::uint64_t word;
      std::memcpy(&word, at, sizeof word);
      const std::uint64_t bad = bad_bytes(word);
      if (bad == 0) {
        at += 8;
        continue;
      }
      at += std::countr_zero(bad) / 8;
      if (is_bad(*at)) return at;
      ++at;
    }
  }
  while (at != end && !is_bad(*at)) ++at;
  return at;
}

// A control character other than HTAB (RFC 9110, section 5.5).
[[nodiscard]] inline const char* find_value_end(const char* at, const char* end) noexcept {
  return find_bad(
      at, end, [](std::uint64_t word) { return bytes_below(word, 0x20) | bytes_equal(word, 0x7f); },
      [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; });
}

// What no target may hold: white space, controls, 8-bit bytes, a fragment.
[[nodiscard]] inline const char* find_target_end(const char* at, const char* end) noexcept {
  return find_bad(
      at, end,
      [](std::uint64_t word) {
        return bytes_below(word, 0x21) | bytes_equal(word, 0x7f) | bytes_equal(word, '#') | (word & kHighBits);
      },
      [](char c) { return c < 0x21 || c == 0x7f || c == '#' || static_cast<unsigned char>(c) > 0x7f; });
}

}  // namespace planish::http
