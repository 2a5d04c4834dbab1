// Copies of short text into a buffer with room to spare.
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

namespace planish::core {

// Bytes that copy_text() may read after the text and write after its copy.
inline constexpr std::size_t kCopySlack = 16;

// Copies in steps of 16 bytes, the last of which goes on past the end: cheaper than a call for what is a few bytes
// long.
inline char* copy_text(std::string_view text, char* out) noexcept {
  const char* from = text.data();
  char* to = out;
  char* const end = out + text.size();
  do {
    std::memcpy(to, from, kCopySlack);
    to += kCopySlack;
    from += kCopySlack;
  } while (to < end);
  return end;
}

// The same for a text that is seldom longer than two steps: those two are always made.
inline constexpr std::size_t kShortCopySlack = 2 * kCopySlack;
inline char* copy_short_text(std::string_view text, char* out) noexcept {
  std::memcpy(out, text.data(), kShortCopySlack);
  if (text.size() <= kShortCopySlack) [[likely]]
    return out + text.size();
  return copy_text(text.substr(kShortCopySlack), out + kShortCopySlack);
}

// A literal without its NUL, filled up to a size that is copied in few steps.
template <std::size_t size_with_nul>
struct Literal {
  static constexpr std::size_t kSize = size_with_nul - 1;
  static constexpr std::size_t kStep = kSize <= 8 ? 8 : kCopySlack;

  consteval Literal(const char (&text)[size_with_nul]) : bytes{} {  // NOLINT: a literal is meant to convert
    for (std::size_t i = 0; i < kSize; ++i) bytes[i] = text[i];
  }
  char bytes[(kSize + kStep - 1) / kStep * kStep];
};

// Copies a literal, and goes on past its end like copy_text().
template <Literal literal>
inline char* copy_literal(char* out) noexcept {
  std::memcpy(out, literal.bytes, sizeof literal.bytes);
  return out + literal.kSize;
}

}  // namespace planish::core
