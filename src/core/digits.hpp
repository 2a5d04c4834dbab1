// A number as its digits, eight of them at a time.
#pragma once

#include <core/word.hpp>

#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>

namespace planish::core {

// The digits of a number below 10^8 as values, zeros in front, the first one lowest: halves, quarters, then single
// ones, side by side in one word. A division by 100 or 10 is a product with its inverse, exact for what is so small.
[[nodiscard]] constexpr std::uint64_t eight_digits(std::uint32_t number) noexcept {
  std::uint64_t word = number / 10'000 | std::uint64_t{number % 10'000} << 32;
  const std::uint64_t hundreds = (word * 10'486 >> 20) & 0x0000'007F'0000'007F;
  word = hundreds | (word - hundreds * 100) << 16;
  const std::uint64_t tens = (word * 103 >> 10) & 0x000F'000F'000F'000F;
  return tens | (word - tens * 10) << 8;
}

inline void store_word(std::uint64_t word, char* out) noexcept {
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  std::memcpy(out, &word, sizeof word);
}

// Bytes that write_digits() may write to.
inline constexpr std::size_t kDigitsRoom = 24;

// Returns the end.
[[nodiscard]] inline char* write_digits(std::int64_t number, char* out) noexcept {
  constexpr std::int64_t kEight = 100'000'000;
  if (number < kEight || number >= kEight * kEight) [[unlikely]]
    return std::to_chars(out, out + kDigitsRoom, number).ptr;
  const std::uint64_t first = eight_digits(static_cast<std::uint32_t>(number / kEight));  // at least 1
  const int zeros = lowest_bit(first) & 56;
  store_word((first | repeat_byte('0')) >> zeros, out);
  out += 8 - zeros / 8;
  store_word(eight_digits(static_cast<std::uint32_t>(number % kEight)) | repeat_byte('0'), out);
  return out + 8;
}

}  // namespace planish::core
