// Lists and lengths in field values, for requests and for the upstream's responses. RFC 9110, sections 5.6.1 and 8.6.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace planish::http {

// The number that 1*DIGIT stands for; saturates. None: something else.
[[nodiscard]] constexpr std::optional<std::uint64_t> length_of(std::string_view digits) noexcept {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  if (digits.empty()) return std::nullopt;
  std::uint64_t length = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    length = length > (most - digit) / 10 ? most : length * 10 + digit;
  }
  return length;
}

[[nodiscard]] constexpr std::string_view without_blanks_around(std::string_view text) noexcept {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// Calls `use` with each element of a list that is not empty, without white space around it.
template <class Use>
constexpr void each_element(std::string_view list, Use use) noexcept {
  while (!list.empty()) {
    const std::size_t size = std::min(list.find(','), list.size());
    if (const std::string_view element = without_blanks_around(list.substr(0, size)); !element.empty()) use(element);
    list.remove_prefix(std::min(size + 1, list.size()));
  }
}

}  // namespace planish::http
