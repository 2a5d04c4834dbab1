// Canonicity: a watch that finds out, while a payload is validated, how much its bytes lack of RFC 8785's form.
#pragma once

#include <planish/options.hpp>

#include "core/canonical.hpp"
#include "core/tokens.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace planish::core {

// Whether a number with a fraction or an exponent, or an integer of many digits, stands as it would be written anew.
// May say no to some that do.
[[nodiscard]] bool is_canonical_number(std::string_view number) noexcept;

class Canonicity {
 public:
  static constexpr bool kWatches = true;

  enum class Form {
    canonical,  // hash the payload where it lies
    unordered,  // only the names of its outermost object are out of order
    other,      // write it anew
  };

  // For a payload within `depth` containers.
  explicit Canonicity(unsigned depth) noexcept : top_(depth + 1) {}

  [[nodiscard]] Form form() const noexcept {
    if (other_ || (unordered_ && size_ > kMembersMax)) return Form::other;
    return unordered_ ? Form::unordered : Form::canonical;
  }

  // For Form::unordered: writes the object `payload` with its members in order, and returns its size, which is that of
  // the payload. 0 if a name stands twice. `out` needs 32 bytes more than that.
  [[nodiscard]] std::size_t write_ordered(std::string_view payload, char* out) noexcept;

  void space() noexcept { other_ = true; }
  void follows(bool at_once) noexcept { other_ |= !at_once; }
  void escapes(bool shortest) noexcept { other_ |= !shortest; }
  void number(const char* at, const Number& number) noexcept {
    const auto size = static_cast<std::size_t>(number.end - at);
    if (number.integer && size <= 18 && *at != '-') [[likely]]
      return;
    other_ |= !is_canonical_number({at, size});
  }
  void object(unsigned level, bool at_once) noexcept {
    follows(at_once);
    last_[level - top_] = {nullptr, 0};
  }
  void name(unsigned level, const char* begin, const char* end) noexcept {
    const Name name{begin, static_cast<std::size_t>(end - begin)};
    Name& last = last_[level - top_];
    const bool in_order = last.begin == nullptr || is_before(last, name);
    last = name;
    if (level != top_) {
      other_ |= !in_order;
      return;
    }
    unordered_ |= !in_order;
    if (size_ < kMembersMax) members_[size_].name = name;
    ++size_;
  }

 private:
  static constexpr std::size_t kMembersMax = 32;

  struct Name {
    const char* begin;
    std::size_t size;
  };
  struct Member {
    Name name;
    const char* end;  // the comma or brace behind the member's value
  };

  static std::string_view text(const Name& name) noexcept { return {name.begin, name.size}; }
  static bool is_before(const Name& a, const Name& b) noexcept {
    const auto first = static_cast<unsigned char>(*a.begin);  // of an empty name, its closing quote
    const auto second = static_cast<unsigned char>(*b.begin);
    if (first != second && first < 0x80 && second < 0x80 && a.size != 0 && b.size != 0) return first < second;
    return compare_names(text(a), text(b)) < 0;
  }

  unsigned top_;
  bool other_ = false;
  bool unordered_ = false;
  std::size_t size_ = 0;
  std::array<Member, kMembersMax> members_;  // of the outermost object
  std::array<Name, kDepthMax> last_;         // of the innermost open object of each level
};

}  // namespace planish::core
