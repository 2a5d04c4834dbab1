// Sixteen bytes of a text at once, one bit for each: by SSE2, by NEON, or by two words where there is neither.
#pragma once

#include <core/word.hpp>

#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__aarch64__) && defined(__ARM_NEON)
#include <arm_neon.h>
#endif

namespace planish::core::canonical {

// A mask's upper half is all ones, so that its lowest bit is at 16 where none of the bytes has one.
inline constexpr std::uint32_t kNoneOfSixteen = 0xFFFF'0000;

// Any machine's way, which the others are tested against.
namespace by_words {

// The high bit of each byte, as one bit a byte: the multiplication brings the byte i to the bit 56 + i.
[[nodiscard]] constexpr std::uint32_t high_bits(std::uint64_t word) noexcept {
  return static_cast<std::uint32_t>(((word & repeat_byte('\x80')) >> 7) * 0x0102'0408'1020'4080 >> 56);
}

// A digit without its 0x30 is below 10: neither that nor the sum of its low bits with 0x76 has the high bit.
[[nodiscard]] inline std::uint32_t other_than_digits(const char* at) noexcept {
  const auto others = [](std::uint64_t word) {
    const std::uint64_t value = word ^ repeat_byte('0');
    return high_bits(((value & repeat_byte('\x7F')) + repeat_byte('\x76')) | value);
  };
  return kNoneOfSixteen | others(load_word(at)) | others(load_word(at + 8)) << 8;
}

[[nodiscard]] inline std::uint32_t equal_to(const char* at, char byte) noexcept {
  // find_byte() says too much above the first byte that it finds; this is exact.
  const auto equal = [byte](std::uint64_t word) {
    const std::uint64_t difference = word ^ repeat_byte(byte);
    return high_bits(~(((difference & repeat_byte('\x7F')) + repeat_byte('\x7F')) | difference));
  };
  return kNoneOfSixteen | equal(load_word(at)) | equal(load_word(at + 8)) << 8;
}

[[nodiscard]] inline std::uint32_t different(const char* a, const char* b) noexcept {
  const auto differ = [](const char* x, const char* y) {
    const std::uint64_t difference = load_word(x) ^ load_word(y);
    return high_bits(((difference & repeat_byte('\x7F')) + repeat_byte('\x7F')) | difference);
  };
  return kNoneOfSixteen | differ(a, b) | differ(a + 8, b + 8) << 8;
}

}  // namespace by_words

#if defined(__SSE2__)

[[nodiscard]] inline std::uint32_t other_than_digits(const char* at) noexcept {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  const __m128i value = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
  const __m128i digits = _mm_cmpeq_epi8(_mm_min_epu8(value, _mm_set1_epi8(9)), value);
  return ~static_cast<std::uint32_t>(_mm_movemask_epi8(digits));
}

[[nodiscard]] inline std::uint32_t equal_to(const char* at, char byte) noexcept {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  return kNoneOfSixteen | static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte))));
}

[[nodiscard]] inline std::uint32_t different(const char* a, const char* b) noexcept {
  const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(a));
  const __m128i y = _mm_loadu_si128(reinterpret_cast<const __m128i*>(b));
  return ~static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(x, y)));
}

#elif defined(__aarch64__) && defined(__ARM_NEON)

// NEON has no movemask: each byte that is all ones keeps its own bit, and the bits of eight bytes are added up.
[[nodiscard]] inline std::uint32_t one_bit_each(uint8x16_t bytes) noexcept {
  constexpr std::uint8_t kBits[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  const uint8x16_t bits = vandq_u8(bytes, vld1q_u8(kBits));
  return kNoneOfSixteen | vaddv_u8(vget_low_u8(bits)) | static_cast<std::uint32_t>(vaddv_u8(vget_high_u8(bits))) << 8;
}

[[nodiscard]] inline std::uint32_t other_than_digits(const char* at) noexcept {
  const uint8x16_t value = vsubq_u8(vld1q_u8(reinterpret_cast<const std::uint8_t*>(at)), vdupq_n_u8('0'));
  return one_bit_each(vcgtq_u8(value, vdupq_n_u8(9)));
}

[[nodiscard]] inline std::uint32_t equal_to(const char* at, char byte) noexcept {
  const uint8x16_t bytes = vld1q_u8(reinterpret_cast<const std::uint8_t*>(at));
  return one_bit_each(vceqq_u8(bytes, vdupq_n_u8(static_cast<std::uint8_t>(byte))));
}

[[nodiscard]] inline std::uint32_t different(const char* a, const char* b) noexcept {
  const uint8x16_t x = vld1q_u8(reinterpret_cast<const std::uint8_t*>(a));
  return one_bit_each(vmvnq_u8(vceqq_u8(x, vld1q_u8(reinterpret_cast<const std::uint8_t*>(b)))));
}

#else

using by_words::different;
using by_words::equal_to;
using by_words::other_than_digits;

#endif

// After the digits at `at`.
[[nodiscard]] inline const char* skip_digits_at(const char* at) noexcept {
  for (;; at += 16) {
    const std::uint32_t others = other_than_digits(at);
    if (others != kNoneOfSixteen) return at + lowest_bit(others);
  }
}

}  // namespace planish::core::canonical
