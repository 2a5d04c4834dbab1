// What stands at a place of a validated text: kinds of values, names without their escapes, values of no interest.
#pragma once

#include <core/check.hpp>
#include <core/fault_detail.hpp>
#include <core/json_string.hpp>
#include <core/walk_value.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace planish::core {

// What stands at `at`, of a value that has been validated.
[[nodiscard]] Found found(const char* at) noexcept;

// The name that stands at `content`, followed by a quote, without its escapes. `content` is what stands between quotes.
class PlainName {
 public:
  [[nodiscard]] const char* of(std::string_view content) noexcept;

 private:
  std::array<char, 128> buffer_;  // written before it is read; zeroing it would cost each request
};

// What a string says, unescaped into `scratch`: never longer than between its quotes.
[[nodiscard]] inline std::string_view unescaped(std::string_view content, std::span<char> scratch) noexcept {
  check(content.size() <= scratch.size());
  return {scratch.data(), unescape(content, scratch.data())};
}

// Whether `content`, what stands between quotes, is this name without its escapes. Both are short, or it is not.
[[nodiscard]] bool is_name(std::string_view content, std::string_view name) noexcept;

// Validates a value of no interest. Not inlined, since it is never in a hurry.
template <bool kEscapes>
[[gnu::noinline]] Index skip_value(const char* body, Index next, unsigned depth) noexcept {
  return walk_value<kEscapes>(body, next, depth).next;
}

}  // namespace planish::core
