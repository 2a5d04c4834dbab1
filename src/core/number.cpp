// fast_float reads, std::to_chars finds the shortest digits, and the layout is ECMAScript's (ECMA-262, 6.1.6.1.20).
#include <core/number.hpp>

#include <fast_float/fast_float.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

namespace planish::core {
namespace {

constexpr std::string_view kMinI64 = "-9223372036854775808";
constexpr std::string_view kMaxU64 = "18446744073709551615";

// Digits of one length compare as text; JSON has no leading zeros.
bool is_exact_integer(std::string_view number) noexcept {
  for (const char byte : number) {
    if (byte == '.' || (byte | 0x20) == 'e') return false;
  }
  const std::string_view limit = number[0] == '-' ? kMinI64 : kMaxU64;
  return number.size() < limit.size() || (number.size() == limit.size() && number <= limit);
}

// d.ddd × 10^exponent, without sign and point.
struct Decimal {
  std::array<char, 17> digits;
  int count = 0;
  int exponent = 0;
};

Decimal shortest(double positive) noexcept {
  std::array<char, 32> text;  // d.dddde±xxx
  const char* const end =
      std::to_chars(text.data(), text.data() + text.size(), positive, std::chars_format::scientific).ptr;
  Decimal decimal;
  const char* at = text.data();
  for (; *at != 'e'; ++at) {
    if (*at != '.') decimal.digits[static_cast<std::size_t>(decimal.count++)] = *at;
  }
  const bool negative = *++at == '-';
  for (++at; at != end; ++at) decimal.exponent = decimal.exponent * 10 + (*at - '0');
  if (negative) decimal.exponent = -decimal.exponent;
  return decimal;
}

char* put(char* out, const char* bytes, int count) noexcept {
  return std::copy_n(bytes, count, out);
}

// Number::toString, steps 5 to 13; `point` is the specification's n: how many digits stand before the point.
char* write_decimal(const Decimal& decimal, char* out) noexcept {
  const char* digits = decimal.digits.data();
  const int count = decimal.count, point = decimal.exponent + 1;
  if (count <= point && point <= 21) {
    return std::fill_n(put(out, digits, count), point - count, '0');
  }
  if (0 < point && point <= 21) {
    out = put(out, digits, point);
    *out++ = '.';
    return put(out, digits + point, count - point);
  }
  if (-6 < point && point <= 0) {
    out = std::fill_n(put(out, "0.", 2), -point, '0');
    return put(out, digits, count);
  }
  *out++ = digits[0];
  if (count > 1) {
    *out++ = '.';
    out = put(out, digits + 1, count - 1);
  }
  *out++ = 'e';
  *out++ = decimal.exponent < 0 ? '-' : '+';
  return std::to_chars(out, out + 3, std::abs(decimal.exponent)).ptr;
}

}  // namespace

std::size_t write_number_canonical(std::string_view number, char* out) noexcept {
  if (is_exact_integer(number)) {
    if (number == "-0") number.remove_prefix(1);
    std::memcpy(out, number.data(), number.size());
    return number.size();
  }
  double value = 0;
  fast_float::from_chars(number.data(), number.data() + number.size(), value);
  if (std::isinf(value)) return 0;
  char* at = out;
  if (value == 0) {
    *at++ = '0';
    return 1;
  }
  if (value < 0) *at++ = '-';
  return static_cast<std::size_t>(write_decimal(shortest(std::abs(value)), at) - out);
}

}  // namespace planish::core
