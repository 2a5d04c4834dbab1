// Classes of ASCII that the grammars of formats are made of (RFC 5234, appendix B.1; RFC 3986, section 2).
#pragma once

#include <bytes/ascii.hpp>
#include <core/tokens.hpp>

#include <string_view>

namespace planish::core::contract {

using bytes::is_alphanumeric;
using bytes::is_hex_digit;

inline bool is_one_of(char c, std::string_view set) noexcept {
  return set.find(c) != std::string_view::npos;
}
inline bool is_unreserved(char c) noexcept {
  return is_alphanumeric(c) || is_one_of(c, "-._~");
}
inline bool is_sub_delimiter(char c) noexcept {
  return is_one_of(c, "!$&'()*+,;=");
}

// Takes a prefix of `text` up to the first `mark`, or all of it where there is none.
inline std::string_view take_until(std::string_view& text, char mark) noexcept {
  const std::size_t at = text.find(mark);
  const std::string_view part = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
  return part;
}

}  // namespace planish::core::contract
