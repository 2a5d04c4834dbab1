// Copies of short text into a buffer with room to spare.
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

namespace planish::core {

// Bytes that copy_text() may read behind the text and write behind its copy.
inline constexpr std::size_t kCopySlack = 16;

// Copies in steps of 16 bytes, the last of which goes on past the end: cheaper than a call for what is a few bytes
// long.
inline char* copy_text(std::string_view text, char* out) noexcept {
  for (std::size_t done = 0; done < text.size(); done += kCopySlack) {
    std::memcpy(out + done, text.data() + done, kCopySlack);
  }
  return out + text.size();
}

// Copies a literal without its NUL.
template <std::size_t size>
inline char* copy_literal(const char (&text)[size], char* out) noexcept {
  std::memcpy(out, text, size - 1);
  return out + size - 1;
}

}  // namespace planish::core
