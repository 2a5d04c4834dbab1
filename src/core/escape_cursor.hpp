// EscapeCursor: looks for escapes in the strings of a text that are passed one after the other, and into none that has
// no backslash.
#pragma once

#include <core/canonical/source.hpp>
#include <core/tokens.hpp>

#include <cstdint>
#include <string_view>
#include <type_traits>

namespace planish::core {

// Knows where the next backslash is, so that it costs most strings one compare.
class EscapeCursor {
 public:
  // `body` has a NUL after it, and kPadding readable bytes. From `offset` on.
  explicit EscapeCursor(std::string_view body, std::uint32_t offset = 0) noexcept
      : body_(body), source_(body, canonical::Source::From{offset}) {}

  // Whether no backslash stands between the last string that was passed and `next`.
  [[nodiscard]] bool is_plain_up_to(const char* next) const noexcept {
    return source_.backslash() >= static_cast<std::uint32_t>(next - body_.data());
  }
  // Whether the string that opens at `at` is valid. `next` is the token after it.
  [[nodiscard]] bool pass(const char* at, const char* next) noexcept {
    if (is_plain_up_to(next)) [[likely]]
      return true;
    return look_into(at, next);
  }

 private:
  [[gnu::noinline]] bool look_into(const char* at, const char* next) noexcept {
    source_.pass_to(static_cast<std::uint32_t>(next - body_.data()));
    return has_valid_escapes(string_content(at, next));
  }

  std::string_view body_;
  canonical::Source source_;
};

// Of a text that has no backslash.
class NoEscapes {
 public:
  explicit NoEscapes(std::string_view, std::uint32_t = 0) noexcept {}
  [[nodiscard]] static bool is_plain_up_to(const char*) noexcept { return true; }
  [[nodiscard]] static bool pass(const char*, const char*) noexcept { return true; }
};

template <bool kEscapes>
using EscapesOf = std::conditional_t<kEscapes, EscapeCursor, NoEscapes>;

}  // namespace planish::core
