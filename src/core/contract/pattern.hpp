// Pattern: a compiled regular expression. The one door to RE2, which is a library of its own behind it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace planish::core::contract {

// Immutable, shared between threads. Time to match is linear in the text. The automaton's states are made when texts
// first need them, within kPatternBytesMax, and kept: a text like those before allocates nothing.
class Pattern {
 public:
  // `re2` is RE2's syntax. Null: `error` says why, in its words.
  [[nodiscard]] static std::unique_ptr<const Pattern> compile(std::string_view re2, std::string& error);

  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;
  ~Pattern();

  // Whether it is anywhere in `text`, which is UTF-8.
  [[nodiscard]] bool is_in(std::string_view text) const noexcept;

 private:
  class Impl;
  explicit Pattern(std::unique_ptr<const Impl>) noexcept;
  std::unique_ptr<const Impl> impl_;
};

// Memory that a pattern may take: two thirds of it for its program, the rest for states.
inline constexpr std::size_t kPatternBytesMax = std::size_t{1} << 19;

}  // namespace planish::core::contract
