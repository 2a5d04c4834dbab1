// The order of names, RFC 8785's: by the UTF-16 code units of what they are without their escapes. Defined here alone.
#pragma once

#include <core/word.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace planish::core::canonical {

// The beginning of a name as one number: seven bytes, the first one highest, and in the lowest byte how many bytes the
// name has and two more, or kLongName. So keys order as their names do, and two names have one key where they are equal
// or both longer than the key.
using NameKey = std::uint64_t;

inline constexpr std::uint32_t kKeyBytes = 7;
inline constexpr NameKey kSizeMask = 0xFF;
inline constexpr NameKey kLongName = kKeyBytes + 3;

// Set in the key of a name that is not ASCII alone; those get theirs by name_chunk().
inline constexpr NameKey kBeyondAscii = 0x8080'8080'8080'8080;

// By how many bytes there are with the two quotes.
inline constexpr std::array<NameKey, kLongName + 1> kKeyMasks = [] {
  std::array<NameKey, kLongName + 1> masks{};
  for (std::uint32_t size = 1; size <= kKeyBytes + 1; ++size) {
    masks[size + 2] = ~NameKey{0} << (64 - 8 * (size < kKeyBytes ? size : kKeyBytes));
  }
  return masks;
}();

[[nodiscard]] inline std::uint64_t first_byte_highest(const char* at) noexcept {
  return __builtin_bswap64(load_word(at));
}

// Of the name that opens with this quote, of `quoted` bytes from it to after the closing one. For names that stand
// there as they are: ASCII without escapes.
[[nodiscard]] inline NameKey name_key(const char* quote, std::uint32_t quoted) noexcept {
  const NameKey size = quoted < kLongName ? quoted : kLongName;
  return (first_byte_highest(quote + 1) & kKeyMasks[size]) | size;
}

// What follows is about names of a canonical text, each ended by its quote and at least 16 bytes that can be read.

// Three-way.
[[nodiscard]] int compare_names(const char* a, const char* b) noexcept;

// The same, in line where they differ within eight bytes: in ASCII, before an escape, and before they end.
[[nodiscard]] [[gnu::always_inline]] inline int compare_names_quickly(const char* a, const char* b) noexcept {
  const std::uint64_t x = load_word(a), y = load_word(b), difference = x ^ y;
  if (difference == 0) return compare_names(a, b);
  const auto ends = [](std::uint64_t word) { return word | find_byte(word, '"') | find_byte(word, '\\'); };
  const std::uint64_t marks = (ends(x) | ends(y)) & kBeyondAscii;
  const std::uint64_t up_to_difference = ~std::uint64_t{0} >> (56 - (lowest_bit(difference) & 56));
  if ((marks & up_to_difference) != 0) return compare_names(a, b);
  return first_byte_highest(a) < first_byte_highest(b) ? -1 : 1;
}

// The key of the name's bytes from `at` on, whatever they are; moves `at` to where the next ones begin.
[[nodiscard]] NameKey name_chunk(const char*& at) noexcept;

}  // namespace planish::core::canonical
