// EcmaReader: one pass over a pattern of ECMA-262, which tells a sink of each part.
#pragma once

#include <core/contract/ecma_pattern.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace planish::core::contract {

// Writes RE2's syntax, or nothing where there is no text to write to.
class EcmaReader {
 public:
  using Verdict = EcmaPattern::Verdict;

  // `out` may be null.
  EcmaReader(std::string_view pattern, std::string* out) noexcept
      : at_(pattern.data()), end_(pattern.data() + pattern.size()), out_(out) {}

  // Static text; after read() was not ok.
  [[nodiscard]] const char* reason() const noexcept { return reason_; }
  [[nodiscard]] Verdict read();

 private:
  // What a quantifier may follow.
  enum class Before : std::uint8_t { nothing, assertion, atom };
  static constexpr std::size_t kGroupsMax = 250;  // RE2 nests at most 1000 deep

  // A part of a class: a code point, or a set such as \d.
  struct ClassAtom {
    bool is_set = false;
    std::uint32_t point = 0;
  };

  bool part();
  bool open_group();
  bool close_group();
  bool skip_group_name();
  bool quantifier();
  bool braces();
  bool escape();
  bool character_class();
  bool class_atom(ClassAtom& atom);
  bool set_escape(char letter, bool in_class);
  bool property(bool negated, bool in_class);
  bool code_point_escape(std::uint32_t& point);
  bool hex(unsigned digits, std::uint32_t& value);
  bool braced_hex(std::uint32_t& value);
  std::uint32_t take_code_point() noexcept;

  bool wrong(const char* why) noexcept;
  void beyond_re2(const char* why) noexcept;
  void put(std::string_view text);
  void put_point(std::uint32_t point);

  [[nodiscard]] bool done() const noexcept { return at_ == end_; }
  [[nodiscard]] bool stands(std::string_view text) const noexcept {
    return std::string_view(at_, static_cast<std::size_t>(end_ - at_)).substr(0, text.size()) == text;
  }
  bool take(std::string_view text) noexcept {
    if (!stands(text)) return false;
    at_ += text.size();
    return true;
  }

  const char* at_;
  const char* end_;
  std::string* out_;
  const char* reason_ = "";
  bool wrong_ = false;
  bool beyond_ = false;
  Before before_ = Before::nothing;
  std::size_t groups_ = 0;                              // open
  std::size_t captures_ = 0;                            // all that were met
  std::size_t back_reference_ = 0;                      // the largest that was met
  std::uint64_t assertions_[kGroupsMax / 64 + 1] = {};  // open groups that are look-arounds
};

}  // namespace planish::core::contract
