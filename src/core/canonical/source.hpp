// Source: a text whose values are brought into canonical form, and where its next escape is.
#pragma once

#include <core/structural_index.hpp>

#include <cstdint>
#include <string_view>

namespace planish::core::canonical {

// One cursor through the backslashes of a text: a string is looked into only where the next one lies in it, which costs
// each string one compare. Values of a text have to be walked in their order; what is walked again wants a new Source.
class Source {
 public:
  static constexpr std::uint32_t kNowhere = 0xFFFF'FFFF;  // no text is so long

  // `text` has a NUL after it and is followed by kPadding readable bytes, as it was when its index was built.
  explicit Source(std::string_view text) noexcept : Source(text, From{0}) {}
  // For values from that place on, where nothing before it has to be looked at. After them the text may go on.
  enum class From : std::uint32_t {};
  Source(std::string_view text, From from) noexcept
      : body_(text.data()),
        size_(static_cast<std::uint32_t>(text.size())),
        backslash_(find_backslash(static_cast<std::uint32_t>(from))) {}
  // A text in which no backslash is to be looked for.
  enum class Plain : std::uint8_t { has_no_escapes };
  Source(std::string_view text, Plain) noexcept
      : body_(text.data()), size_(static_cast<std::uint32_t>(text.size())), backslash_(kNowhere) {}

  [[nodiscard]] const char* body() const noexcept { return body_; }
  [[nodiscard]] std::uint32_t size() const noexcept { return size_; }

  // The next one that has not been passed, or kNowhere.
  [[nodiscard]] std::uint32_t backslash() const noexcept { return backslash_; }
  void pass_to(std::uint32_t at) noexcept { backslash_ = find_backslash(at); }
  void found_at(std::uint32_t at) noexcept { backslash_ = at; }

 private:
  [[nodiscard]] std::uint32_t find_backslash(std::uint32_t from) const noexcept;

  const char* body_;
  std::uint32_t size_;
  std::uint32_t backslash_;
};

}  // namespace planish::core::canonical
