// Appender: writes text into a span, as far as there is room.
#pragma once

#include <algorithm>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <span>
#include <string_view>

namespace planish::bytes {

class Appender {
 public:
  constexpr explicit Appender(std::span<char> out) noexcept
      : begin_(out.data()), at_(begin_), end_(begin_ + out.size()) {}

  Appender& text(std::string_view piece) noexcept {
    cut_ = cut_ || piece.size() > room();
    piece = piece.substr(0, room());
    at_ = std::copy(piece.begin(), piece.end(), at_);  // unlike memcpy, it takes an empty piece at null
    return *this;
  }
  Appender& number(std::unsigned_integral auto value) noexcept {
    char digits[20];
    const char* const end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    return text({digits, static_cast<std::size_t>(end - digits)});
  }
  // For who writes there itself: the room that is left, and how much of it was used.
  [[nodiscard]] std::span<char> free() const noexcept { return {at_, end_}; }
  void used(std::size_t bytes) noexcept { at_ += bytes; }

  [[nodiscard]] std::string_view text() const noexcept { return {begin_, size()}; }
  [[nodiscard]] std::size_t size() const noexcept { return static_cast<std::size_t>(at_ - begin_); }
  // Something had no room.
  [[nodiscard]] bool cut() const noexcept { return cut_; }

 private:
  [[nodiscard]] std::size_t room() const noexcept { return static_cast<std::size_t>(end_ - at_); }

  char* begin_;
  char* at_;
  char* end_;
  bool cut_ = false;
};

}  // namespace planish::bytes
