// Single tokens of a JSON text (RFC 8259), as the walk meets them. No bounds are checked: a NUL stands behind the body,
// and NUL is wrong in every state.
#pragma once

#include "core/json_string.hpp"
#include "core/structural_index.hpp"

#include <cstdint>
#include <cstring>
#include <string_view>

namespace planish::core {

inline bool is_digit(char c) noexcept {
  return static_cast<unsigned char>(c - '0') < 10;
}
inline bool is_space(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Whether the bytes from `at` on are these.
template <std::size_t size>
inline bool stands_at(const char* at, const char (&text)[size]) noexcept {
  return std::memcmp(at, text, size - 1) == 0;
}

// Where 8 to 16 digits end that stand between `at` and `end`; null if there is something else between.
inline bool all_digits8(const char* at) noexcept {
  std::uint64_t x = 0;
  std::memcpy(&x, at, sizeof x);
  return ((x & 0xF0F0'F0F0'F0F0'F0F0) | ((x + 0x0606'0606'0606'0606) & 0xF0F0'F0F0'F0F0'F0F0) >> 4) ==
         0x3333'3333'3333'3333;
}

struct Number {
  const char* end;  // null: no number
  bool integer;     // neither fraction nor exponent
};

inline const char* skip_digits(const char* at) noexcept {
  while (is_digit(*at)) ++at;
  return at;
}

// The part behind the integer: a fraction, an exponent, or both. Null if it is not one.
inline const char* skip_fraction_and_exponent(const char* at) noexcept {
  if (*at == '.') {
    if (!is_digit(*++at)) return nullptr;
    at = skip_digits(at);
  }
  if (*at == 'e' || *at == 'E') {
    ++at;
    if (*at == '+' || *at == '-') ++at;
    if (!is_digit(*at)) return nullptr;
    at = skip_digits(at);
  }
  return at;
}

inline Number scan_number(const char* at) noexcept {
  if (*at == '-') ++at;
  const char* end = at + 1;
  if (*at != '0') {
    if (!is_digit(*at)) return {nullptr, false};
    end = skip_digits(end);
  }
  if (*end != '.' && (*end | 0x20) != 'e') return {end, true};
  return {skip_fraction_and_exponent(end), false};
}

// The end of the literal that begins with this letter, or null.
inline const char* scan_literal(const char* at) noexcept {
  if (stands_at(at, "true") || stands_at(at, "null")) return at + 4;
  return stands_at(at, "false") ? at + 5 : nullptr;
}

// Whether a number or literal that ends at `end` ends there for stage 1 too: the next token follows, at once or after
// white space. Else there is something else behind it, which has no place in the index.
inline bool ends_here(const char* end, const char* next) noexcept {
  return end == next || is_space(*end);
}

// The closing quote of the string whose next token begins at `next`: in between is nothing but white space.
inline const char* closing_quote(const char* next) noexcept {
  const char* end = next - 1;
  while (*end != '"') [[unlikely]]-- end;
  return end;
}

inline bool has_escape(std::string_view content) noexcept {
  return std::memchr(content.data(), '\\', content.size()) != nullptr;
}

}  // namespace planish::core
