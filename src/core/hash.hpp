// The hash of a payload's text, as it stands in an answer; contract section 4.
#pragma once

#include <planish/options.hpp>

#include <core/sha256.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace planish::core {

// Bytes of the longest output: sha256's 64 digits. The 8 code points of prefix8 are at most 8 times "\u00xx".
inline constexpr std::size_t kHashBytesMax = 2 * kSha256Bytes;

// 16 lower-case hex digits, the highest first. Each byte takes one nibble, and all eight become digits at once.
inline void write_hex(std::uint64_t value, char* out) noexcept {
  for (unsigned half = 0; half < 2; ++half, out += 8) {
    std::uint64_t x = half == 0 ? value >> 32 : value & 0xFFFF'FFFF;
    x = (x | x << 16) & 0x0000'FFFF'0000'FFFF;
    x = (x | x << 8) & 0x00FF'00FF'00FF'00FF;
    x = (x | x << 4) & 0x0F0F'0F0F'0F0F'0F0F;
    const std::uint64_t letters = (x + 0x0606'0606'0606'0606) >> 4 & 0x0101'0101'0101'0101;
    x += 0x3030'3030'3030'3030 + letters * ('a' - '0' - 10);
    for (unsigned i = 0; i < 8; ++i) out[i] = static_cast<char>(x >> (56 - 8 * i) & 0xFF);  // one byte swap, one store
  }
}

std::size_t write_prefix8(std::string_view text, char* out) noexcept;
std::size_t write_sha256(std::string_view text, char* out) noexcept;

// Writes at most kHashBytesMax bytes, no quotes around them, and returns how many. `text` is valid UTF-8.
template <HashAlgorithm algorithm>
inline std::size_t write_hash(std::string_view text, char* out) noexcept {
  if constexpr (algorithm == HashAlgorithm::xxh3_128) {
    const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
    write_hex(hash.high64, out);
    write_hex(hash.low64, out + 16);
    return 32;
  } else if constexpr (algorithm == HashAlgorithm::xxh3_64) {
    write_hex(XXH3_64bits(text.data(), text.size()), out);
    return 16;
  } else if constexpr (algorithm == HashAlgorithm::sha256) {
    return write_sha256(text, out);
  } else {
    return write_prefix8(text, out);
  }
}

// The same, for an algorithm that is known only at run time.
std::size_t write_hash(HashAlgorithm algorithm, std::string_view text, char* out) noexcept;

}  // namespace planish::core
