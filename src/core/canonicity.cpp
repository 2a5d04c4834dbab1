// The numbers that few payloads have.
#include <core/canonicity.hpp>

#include <charconv>
#include <cstdint>

namespace planish::core {
namespace {

bool fits_in_64_bits(std::string_view integer) noexcept {
  const char* const end = integer.data() + integer.size();
  if (integer.front() == '-') {
    std::int64_t value = 0;
    return std::from_chars(integer.data(), end, value).ec == std::errc{};
  }
  std::uint64_t value = 0;
  return std::from_chars(integer.data(), end, value).ec == std::errc{};
}

}  // namespace

// A decimal of at most 15 digits is the shortest one for its double, once no zero ends its fraction. ECMAScript writes
// it without an exponent from 1e-6 on, and numbers of so few digits are below 1e21.
bool is_canonical_number(std::string_view number) noexcept {
  if (number == "-0" || number.find_first_of("eE") != number.npos) return false;
  const std::size_t point = number.find('.');
  if (point == number.npos) return fits_in_64_bits(number);
  const std::string_view fraction = number.substr(point + 1);
  const std::size_t sign = number.front() == '-' ? 1 : 0;
  if (number.size() - 1 - sign > 15 || fraction.back() == '0') return false;
  return number[sign] != '0' || fraction.find_first_not_of('0') < 6;
}

}  // namespace planish::core
