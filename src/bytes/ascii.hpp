// ASCII: classes of characters, and letters without case.
#pragma once

#include <cstddef>
#include <string_view>

namespace planish::bytes {

[[nodiscard]] constexpr bool is_digit(char c) noexcept {
  return static_cast<unsigned char>(c - '0') < 10;
}
[[nodiscard]] constexpr bool is_upper(char c) noexcept {
  return static_cast<unsigned char>(c - 'A') < 26;
}
[[nodiscard]] constexpr bool is_letter(char c) noexcept {
  return static_cast<unsigned char>((c | 0x20) - 'a') < 26;
}
[[nodiscard]] constexpr bool is_alphanumeric(char c) noexcept {
  return is_letter(c) || is_digit(c);
}
[[nodiscard]] constexpr char lower(char c) noexcept {
  return is_upper(c) ? static_cast<char>(c + 32) : c;
}

// 16: no hexadecimal digit.
[[nodiscard]] constexpr unsigned hex_value(char c) noexcept {
  if (is_digit(c)) return static_cast<unsigned>(c - '0');
  const auto letter = static_cast<unsigned char>((c | 0x20) - 'a');
  return letter < 6 ? letter + 10U : 16U;
}
[[nodiscard]] constexpr bool is_hex_digit(char c) noexcept {
  return hex_value(c) < 16;
}

// `lower_case` must be in lower case itself.
[[nodiscard]] constexpr bool equals_no_case(std::string_view text, std::string_view lower_case) noexcept {
  if (text.size() != lower_case.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (lower(text[i]) != lower_case[i]) return false;
  }
  return true;
}

}  // namespace planish::bytes
