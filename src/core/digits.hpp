// A number as its digits, eight of them at a time.
#pragma once

#include <core/word.hpp>

#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

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

// The value of eight digits, the first one lowest: pairs, fours, then all of them.
[[nodiscard]] constexpr std::uint32_t value_of_eight(std::uint64_t word) noexcept {
  word = (word & 0x0F0F'0F0F'0F0F'0F0F) * (10 << 8 | 1) >> 8;
  word = (word & 0x00FF'00FF'00FF'00FF) * (100 << 16 | 1) >> 16;
  return static_cast<std::uint32_t>((word & 0x0000'FFFF'0000'FFFF) * (std::uint64_t{10'000} << 32 | 1) >> 32);
}

// Of digits, with a minus before them or without, that are in the range of the type.
[[nodiscard]] inline std::int64_t read_digits(std::string_view text) noexcept {
  if (text.size() - 9 > 7 || text[0] == '-') [[unlikely]] {
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  }
  const std::uint64_t first = load_word(text.data()) << (8 * (16 - text.size()));
  return std::int64_t{value_of_eight(first)} * 100'000'000 + value_of_eight(load_word(text.data() + text.size() - 8));
}

// Up to sixteen digits, before their value is asked for.
#if defined(__SSE2__)
using Digits = __m128i;

// Whether all are digits, 1 to 16 of them. The 16 bytes before their end must be there.
[[nodiscard]] inline bool load_digits(const char* text, std::size_t size, Digits& digits) noexcept {
  alignas(16) static constexpr std::uint8_t kOfText[32] = {
      0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
      0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
  const auto load = [](const void* at) { return _mm_loadu_si128(static_cast<const __m128i*>(at)); };
  digits = _mm_and_si128(_mm_xor_si128(load(text + size - 16), _mm_set1_epi8('0')), load(kOfText + size));
  return _mm_movemask_epi8(_mm_adds_epu8(digits, _mm_set1_epi8(0x76))) == 0;
}

[[nodiscard]] inline std::int64_t value_of(Digits digits) noexcept {
  // Pairs, fours, eights: each the first one times its weight and the second one. A compiler that knows the first
  // weight makes four instructions of the product.
  __m128i weights = _mm_set1_epi16(10 << 8 | 1);
  asm("" : "+x"(weights));
  const __m128i pairs = _mm_srli_epi16(_mm_mullo_epi16(digits, weights), 8);
  const __m128i fours = _mm_madd_epi16(pairs, _mm_set1_epi32(1 << 16 | 100));
  const __m128i eights = _mm_madd_epi16(_mm_packs_epi32(fours, fours), _mm_set1_epi32(1 << 16 | 10'000));
  const auto both = static_cast<std::uint64_t>(_mm_cvtsi128_si64(eights));
  return static_cast<std::int64_t>((both & 0xFFFF'FFFF) * 100'000'000 + (both >> 32));
}
#else
struct Digits {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

// A digit without its 0x30 is below 10: neither that nor the sum with 0x76 has the high bit.
[[nodiscard]] inline bool load_digits(const char* text, std::size_t size, Digits& digits) noexcept {
  const auto word = [](const char* at, std::size_t before) {
    return before >= 8 ? 0 : (load_word(at) ^ repeat_byte('0')) & (~std::uint64_t{0} << (8 * before));
  };
  digits = {word(text + size - 16, 16 - size), word(text + size - 8, size < 8 ? 8 - size : 0)};
  const auto has_other = [](std::uint64_t of) {
    return ((of | (of + repeat_byte('\x76'))) & repeat_byte('\x80')) != 0;
  };
  return !has_other(digits.first) && !has_other(digits.last);
}

[[nodiscard]] inline std::int64_t value_of(Digits digits) noexcept {
  return std::int64_t{value_of_eight(digits.first)} * 100'000'000 + value_of_eight(digits.last);
}
#endif

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
