// The canonical form of a number the slow way: strtod() reads, std::to_chars() finds the shortest digits, strings are
// put together as ECMA-262 says.
#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>
#include <string_view>

namespace planish::core {

// Of a valid JSON number; empty where it rounds to infinity.
inline std::string canonical_number_reference(const std::string& number) {
  const bool negative = number[0] == '-';
  if (number.find_first_of(".eE") == std::string::npos) {
    const std::string_view limit = negative ? "-9223372036854775808" : "18446744073709551615";
    if (number.size() < limit.size() || (number.size() == limit.size() && number <= limit))
      return number == "-0" ? "0" : number;
  }
  const double value = std::fabs(std::strtod(number.c_str(), nullptr));
  if (std::isinf(value)) return {};
  if (value == 0) return "0";
  std::array<char, 64> room;
  const std::string text(
      room.data(), std::to_chars(room.data(), room.data() + room.size(), value, std::chars_format::scientific).ptr);
  const std::size_t mark = text.find('e');
  std::string digits = text.substr(0, mark);
  if (digits.size() > 1) digits.erase(1, 1);
  const auto count = static_cast<int>(digits.size());
  const int point = std::stoi(text.substr(mark + 1)) + 1;
  const auto zeros = [](int many) { return std::string(static_cast<std::size_t>(many), '0'); };
  if (count <= point && point <= 21) {
    digits += zeros(point - count);
  } else if (0 < point && point <= 21) {
    digits.insert(static_cast<std::size_t>(point), 1, '.');
  } else if (-6 < point && point <= 0) {
    digits.insert(0, zeros(2 - point)).replace(1, 1, 1, '.');
  } else {
    if (count > 1) digits.insert(1, 1, '.');
    digits += point > 0 ? "e+" : "e-";
    digits += std::to_string(point > 0 ? point - 1 : 1 - point);
  }
  if (negative) digits.insert(0, 1, '-');
  return digits;
}

}  // namespace planish::core
