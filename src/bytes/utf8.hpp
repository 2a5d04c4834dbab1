// UTF-8, one code point at a time (RFC 3629, section 4): no overlong forms, no surrogates.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace planish::bytes {

// Bytes of the code point that the text begins with, or 0: it begins with none. The text is not empty. After some first
// bytes the second has narrower limits.
[[nodiscard]] constexpr std::size_t code_point_bytes(std::string_view text) noexcept {
  const auto byte = [text](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  const std::size_t size = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  const unsigned low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < low || byte(1) > high) return 0;
  for (std::size_t i = 2; i < size; ++i) {
    if (byte(i) < 0x80 || byte(i) > 0xBF) return 0;
  }
  return size;
}

[[nodiscard]] constexpr bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t size = code_point_bytes(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

// Takes one code point off the front of `text`, which is not empty; a byte that begins none is taken alone, as null.
[[nodiscard]] constexpr std::optional<char32_t> take_code_point(std::string_view& text) noexcept {
  const std::size_t size = code_point_bytes(text);
  if (size == 0) {
    text.remove_prefix(1);
    return std::nullopt;
  }
  const auto first = static_cast<unsigned char>(text[0]);
  char32_t point = size == 1 ? first : first & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) point = point << 6 | (static_cast<unsigned char>(text[i]) & 0x3FU);
  text.remove_prefix(size);
  return point;
}

}  // namespace planish::bytes
