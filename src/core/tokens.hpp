// Single tokens of a JSON text (RFC 8259), as the walk meets them. No bounds are checked: a NUL stands after the body,
// and NUL is wrong in every state.
#pragma once

#include <bytes/ascii.hpp>
#include <core/json_string.hpp>
#include <core/structural_index.hpp>

#include <cstdint>
#include <cstring>
#include <string_view>

namespace planish::core {

using bytes::is_digit;

inline bool is_space(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Eight bytes in the machine's own order: for comparing, not for looking at one of them.
inline std::uint64_t raw_word(const char* at) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// Whether the bytes from `at` on are these. Two words that overlap cover any text of 8 to 16 bytes.
template <std::size_t size>
inline bool stands_at(const char* at, const char (&text)[size]) noexcept {
  constexpr std::size_t kSize = size - 1;
  if constexpr (kSize >= 8 && kSize <= 16) {
    return ((raw_word(at) ^ raw_word(text)) | (raw_word(at + kSize - 8) ^ raw_word(text + kSize - 8))) == 0;
  } else {
    return std::memcmp(at, text, kSize) == 0;
  }
}

struct Number {
  const char* end;  // null: no number
  bool integer;     // neither fraction nor exponent
};

inline const char* skip_digits(const char* at) noexcept {
  while (is_digit(*at)) ++at;
  return at;
}

// Whether `size` bytes at `at` are an integer of at most 18 digits, without a sign.
inline bool is_short_integer(const char* at, std::size_t size) noexcept {
  const char* const end = at + size;
  return is_digit(*at) && skip_digits(at + 1) == end && size <= 18 && (*at != '0' || size == 1);
}

// The part after the integer: a fraction, an exponent, or both. Null if it is not one.
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

// Where the next token is to begin at `next`, nothing has to be looked for after an integer that ends there.
[[gnu::always_inline]] inline Number scan_number(const char* at, const char* next = nullptr) noexcept {
  if (*at == '-') ++at;
  const char* end = at + 1;
  if (*at != '0') {
    if (!is_digit(*at)) return {nullptr, false};
    end = skip_digits(end);
  }
  if (end == next || (*end != '.' && (*end | 0x20) != 'e')) return {end, true};
  return {skip_fraction_and_exponent(end), false};
}

// The end of the literal that begins with this letter, or null.
inline const char* scan_literal(const char* at) noexcept {
  if (stands_at(at, "true") || stands_at(at, "null")) return at + 4;
  return stands_at(at, "false") ? at + 5 : nullptr;
}

// The closing quote of the string whose next token begins at `next`: in between is nothing but white space.
inline const char* closing_quote(const char* next) noexcept {
  const char* end = next - 1;
  while (*end != '"') [[unlikely]]-- end;
  return end;
}

// What stands between the quotes of the string that opens at `at`.
inline std::string_view string_content(const char* at, const char* next) noexcept {
  return {at + 1, static_cast<std::size_t>(closing_quote(next) - at - 1)};
}

inline bool has_escape(std::string_view content) noexcept {
  return std::memchr(content.data(), '\\', content.size()) != nullptr;
}

}  // namespace planish::core
