// Names and strings of a payload as a contract sees them: their text without escapes, its length, its hash.
#pragma once

#include <core/json_string.hpp>
#include <core/word.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace planish::core::contract {

// Bytes that may be read after each text here: it lies in a padded body, or in memory of the contract's own.
inline constexpr std::size_t kTextSlack = 8;

[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t hash, std::uint64_t word) noexcept {
  hash = (std::rotl(hash, 29) ^ word) * std::uint64_t{0x9E37'79B9'7F4A'7C15};
  return hash ^ hash >> 32;
}

// The first bytes of a text of at least one, zeros after a shorter one.
[[nodiscard]] inline std::uint64_t first_word(std::string_view text) noexcept {
  const std::uint64_t word = load_word(text.data());
  return text.size() >= 8 ? word : word & ((std::uint64_t{1} << text.size() * 8) - 1);
}

// Whether two texts are the same. Names have few bytes: two words that overlap, where memcmp would be a call.
[[nodiscard]] inline bool same_name(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  if (a.size() > 16) return a == b;
  if (a.empty()) return true;
  const std::size_t last = a.size() > 8 ? a.size() - 8 : 0;
  return first_word(a) == first_word(b) && (last == 0 || load_word(a.data() + last) == load_word(b.data() + last));
}

// By all bytes.
[[nodiscard]] inline std::uint64_t text_hash(std::string_view text) noexcept {
  std::uint64_t hash = mix(text.size(), 3);
  for (; text.size() > 8; text.remove_prefix(8)) hash = mix(hash, load_word(text.data()));
  return mix(hash, text.empty() ? 0 : first_word(text));
}

// Whether a backslash stands in it. Names are short: words in line, where memchr would be a call.
[[nodiscard]] inline bool has_backslash(std::string_view content) noexcept {
  const char* at = content.data();
  std::size_t left = content.size();
  for (; left >= 8; left -= 8, at += 8) {
    if (find_byte(load_word(at), '\\') != 0) return true;
  }
  return left != 0 && find_byte(load_word(at) & ((std::uint64_t{1} << left * 8) - 1), '\\') != 0;
}

// How many code points the content of a string stands for (JSON Schema Validation, 6.3.1).
[[nodiscard]] std::size_t count_code_points(std::string_view content) noexcept;

}  // namespace planish::core::contract
