// Canonicity: a watch that finds out, while a value is validated, whether it stands there in RFC 8785's form already.
#pragma once

#include <planish/options.hpp>

#include <core/canonical.hpp>
#include <core/tokens.hpp>

#include <array>
#include <cstddef>
#include <string_view>

namespace planish::core {

// Whether a number with a fraction, an exponent, a sign or many digits stands as it would be written anew. May say no
// to some that do.
[[nodiscard]] bool is_canonical_number(std::string_view number) noexcept;

// The same for any number, in line for short integers.
[[nodiscard]] inline bool is_canonical(const char* at, const Number& number) noexcept {
  const auto size = static_cast<std::size_t>(number.end - at);
  if (number.integer && size <= 18 && *at != '-') [[likely]]
    return true;
  return is_canonical_number({at, size});
}

// Whether name a comes before name b, both without escapes. Where their first characters differ, and are ASCII above
// the quote that stands where a name is empty, those decide.
[[nodiscard]] inline bool is_before(std::string_view a, std::string_view b) noexcept {
  constexpr unsigned kLowest = '"' + 1;
  const auto first = static_cast<unsigned char>(*a.data());
  const auto second = static_cast<unsigned char>(*b.data());
  if (first != second && first - kLowest < 0x80 - kLowest && second - kLowest < 0x80 - kLowest) return first < second;
  return compare_names(a, b) < 0;
}

class Canonicity {
 public:
  static constexpr bool kWatches = true;

  // For a value within `depth` containers.
  explicit Canonicity(unsigned depth) noexcept : depth_(depth) {}

  [[nodiscard]] bool is_canonical() const noexcept { return canonical_; }

  void follows(bool at_once) noexcept { canonical_ &= at_once; }
  void escapes(bool shortest) noexcept { canonical_ &= shortest; }
  void number(const char* at, const Number& number) noexcept {
    if (number.end != nullptr) canonical_ = canonical_ && core::is_canonical(at, number);
  }
  void object(unsigned level) noexcept { last_[level - depth_ - 1] = {nullptr, 0}; }
  void name(unsigned level, std::string_view name) noexcept {
    Name& last = last_[level - depth_ - 1];
    canonical_ = canonical_ && (last.begin == nullptr || is_before({last.begin, last.size}, name));
    last = {name.data(), name.size()};
  }

 private:
  struct Name {
    const char* begin;
    std::size_t size;
  };

  unsigned depth_;
  bool canonical_ = true;
  std::array<Name, kDepthMax> last_;  // of the innermost open object of each level
};

}  // namespace planish::core
