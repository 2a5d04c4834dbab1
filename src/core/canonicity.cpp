// The parts of Canonicity that few payloads need.
#include "core/canonicity.hpp"

#include "core/copy.hpp"

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

std::size_t Canonicity::write_ordered(std::string_view payload, char* out) noexcept {
  for (std::size_t i = 0; i + 1 < size_; ++i) members_[i].end = members_[i + 1].name.begin - 2;
  members_[size_ - 1].end = payload.data() + payload.size() - 1;
  for (std::size_t sorted = 1; sorted < size_; ++sorted) {
    const Member member = members_[sorted];
    std::size_t place = sorted;
    for (; place != 0 && !is_before(members_[place - 1].name, member.name); --place) {
      if (compare_names(text(members_[place - 1].name), text(member.name)) == 0) return 0;
      members_[place] = members_[place - 1];
    }
    members_[place] = member;
  }
  *out++ = '{';
  for (std::size_t i = 0; i < size_; ++i) {
    const char* const begin = members_[i].name.begin - 1;  // its quote
    out = copy_text({begin, static_cast<std::size_t>(members_[i].end - begin) + 1}, out);
    out[-1] = ',';
  }
  out[-1] = '}';
  return payload.size();
}

}  // namespace planish::core
