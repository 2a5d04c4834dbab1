// FieldCursor: reads the value of a field piece by piece: tokens, quoted strings, white space. RFC 9110, section 5.6.
#pragma once

#include <bytes/ascii.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace planish::http {

// RFC 9110, section 5.6.2.
inline constexpr std::array<bool, 256> kTokenCharacters = [] {
  std::array<bool, 256> table{};
  for (unsigned char c = '0'; c <= '9'; ++c) table[c] = true;
  for (unsigned char c = 'a'; c <= 'z'; ++c) table[c] = true;
  for (unsigned char c = 'A'; c <= 'Z'; ++c) table[c] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

[[nodiscard]] constexpr bool is_token_character(char c) noexcept {
  return kTokenCharacters[static_cast<unsigned char>(c)];
}

using bytes::equals_no_case;
using bytes::lower;

// A token, or what stands between the quotes of a quoted string, its quoted pairs still escaped.
struct Word {
  std::string_view text;
  bool quoted;

  // Unescapes while it compares.
  [[nodiscard]] constexpr bool equals_no_case(std::string_view lower_case) const noexcept {
    if (!quoted) return bytes::equals_no_case(text, lower_case);
    std::size_t at = 0;
    for (std::size_t i = 0; i < text.size(); ++i, ++at) {
      if (text[i] == '\\') ++i;
      if (at == lower_case.size() || lower(text[i]) != lower_case[at]) return false;
    }
    return at == lower_case.size();
  }
};

class FieldCursor {
 public:
  constexpr explicit FieldCursor(std::string_view value) noexcept : rest_(value) {}

  [[nodiscard]] constexpr bool at_end() const noexcept { return rest_.empty(); }
  [[nodiscard]] constexpr bool at(char c) const noexcept { return !rest_.empty() && rest_.front() == c; }

  constexpr bool take(char c) noexcept {
    if (!at(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  constexpr void skip_white_space() noexcept {
    while (at(' ') || at('\t')) rest_.remove_prefix(1);
  }

  // Empty: no token stands here.
  constexpr std::string_view token() noexcept {
    std::size_t size = 0;
    while (size < rest_.size() && is_token_character(rest_[size])) ++size;
    return take_front(size);
  }

  // None: neither a token nor a whole quoted string stands here; nothing is taken then.
  constexpr std::optional<Word> word() noexcept {
    if (at('"')) return quoted();
    const std::string_view text = token();
    if (text.empty()) return std::nullopt;
    return Word{text, false};
  }

  // Goes to the next comma that is not within quotes, or to the end: how a faulty element of a list is left behind.
  constexpr void skip_element() noexcept {
    while (!at_end() && !at(',')) {
      if (!at('"')) {
        rest_.remove_prefix(1);
      } else if (!quoted()) {
        rest_ = {};
      }
    }
  }

 private:
  constexpr std::string_view take_front(std::size_t size) noexcept {
    const std::string_view front = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return front;
  }

  // At an opening quote; takes the closing one too. Takes nothing if there is none.
  constexpr std::optional<Word> quoted() noexcept {
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '"') {
        const Word word{rest_.substr(1, i - 1), true};
        rest_.remove_prefix(i + 1);
        return word;
      }
      if (rest_[i] == '\\' && ++i == rest_.size()) return std::nullopt;
      const auto c = static_cast<unsigned char>(rest_[i]);
      if ((c < ' ' && c != '\t') || c == 0x7f) return std::nullopt;
    }
    return std::nullopt;
  }

  std::string_view rest_;
};

}  // namespace planish::http
