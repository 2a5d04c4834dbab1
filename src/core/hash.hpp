// The hash of a payload's text, as it stands in an answer; contract section 4.
#pragma once

#include <planish/options.hpp>

#include <core/bytes16.hpp>
#include <core/sha256.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace planish::core {

// Bytes of the longest output: sha256's 64 digits. The 8 code points of prefix8 are at most 8 times "\u00xx".
inline constexpr std::size_t kHashBytesMax = 2 * kSha256Bytes;

// Sixteen lower-case hex digits, given as numbers below 16.
inline void write_digits(Bytes16 digits, char* out) noexcept {
  const Bytes16 is_letter = reinterpret_cast<Bytes16>(reinterpret_cast<SignedBytes16>(digits) > 9);
  const Bytes16 text = digits + '0' + (is_letter & ('a' - '0' - 10));
  std::memcpy(out, &text, sizeof text);
}

[[nodiscard]] inline std::uint64_t highest_byte_first(std::uint64_t value) noexcept {
  return std::endian::native == std::endian::little ? __builtin_bswap64(value) : value;
}

// The 16 hex digits of a number, and the 32 of one in two halves; the highest first.
inline void write_hex(std::uint64_t value, char* out) noexcept {
  const Bytes16 bytes = reinterpret_cast<Bytes16>(Words2{highest_byte_first(value), 0});
  write_digits(
      __builtin_shufflevector(bytes >> 4, bytes & 0x0F, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23), out);
}
inline void write_hex(std::uint64_t high, std::uint64_t low, char* out) noexcept {
  const Bytes16 bytes = reinterpret_cast<Bytes16>(Words2{highest_byte_first(high), highest_byte_first(low)});
  const Bytes16 left = bytes >> 4;
  const Bytes16 right = bytes & 0x0F;
  write_digits(__builtin_shufflevector(left, right, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23), out);
  write_digits(__builtin_shufflevector(left, right, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
               out + 16);
}

// Any of them.
std::size_t write_hash(HashAlgorithm algorithm, std::string_view text, char* out) noexcept;
// The 64 digits of one after those of the other.
void write_sha256_of_two(std::string_view a, std::string_view b, char* out) noexcept;

// The same; those that are short are inline. Writes at most kHashBytesMax bytes, no quotes around them, and returns how
// many. `text` is valid UTF-8.
template <HashAlgorithm algorithm>
[[gnu::always_inline]] inline std::size_t write_hash(std::string_view text, char* out) noexcept {
  if constexpr (algorithm == HashAlgorithm::xxh3_128) {
    const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
    write_hex(hash.high64, hash.low64, out);
    return 32;
  } else if constexpr (algorithm == HashAlgorithm::xxh3_64) {
    write_hex(XXH3_64bits(text.data(), text.size()), out);
    return 16;
  } else {
    return write_hash(algorithm, text, out);
  }
}

}  // namespace planish::core
