// Eight bytes as one word: the portable way to look at more than one byte at a time.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace planish::core {

// The first byte is the lowest of the word, whatever the machine.
[[nodiscard]] inline std::uint64_t load_word(const char* bytes) noexcept {
  std::uint64_t word;
  std::memcpy(&word, bytes, sizeof(word));
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

// Where the lowest bit is. There has to be one: std::countr_zero() would ask, by four instructions more on a machine
// whose newer ones may not be used.
[[nodiscard]] constexpr int lowest_bit(std::uint64_t word) noexcept {
  return __builtin_ctzll(word);
}
[[nodiscard]] constexpr int lowest_bit(std::uint32_t word) noexcept {
  return __builtin_ctz(word);
}

[[nodiscard]] constexpr std::uint64_t repeat_byte(char byte) noexcept {
  return std::uint64_t{0x0101'0101'0101'0101} * static_cast<unsigned char>(byte);
}

// The high bit of the lowest byte that equals `byte`, and perhaps of bytes above it; 0 if none does.
[[nodiscard]] constexpr std::uint64_t find_byte(std::uint64_t word, char byte) noexcept {
  const std::uint64_t difference = word ^ repeat_byte(byte);
  return (difference - repeat_byte(1)) & ~difference & repeat_byte('\x80');
}

}  // namespace planish::core
