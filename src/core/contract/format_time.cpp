// Dates and times of RFC 3339, section 5.6.
#include <core/contract/format.hpp>

#include <core/timestamp.hpp>
#include <core/tokens.hpp>

namespace planish::core::contract {
namespace {

// Two digits at `i`, or 100.
unsigned two(std::string_view text, std::size_t i) noexcept {
  if (!is_digit(text[i]) || !is_digit(text[i + 1])) return 100;
  return static_cast<unsigned>((text[i] - '0') * 10 + (text[i + 1] - '0'));
}

unsigned days_in(unsigned year, unsigned month) noexcept {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

// Minutes east of UTC; false where `text` is no time-offset.
bool read_offset(std::string_view text, int& minutes) noexcept {
  minutes = 0;
  if (text == "Z" || text == "z") return true;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return false;
  const unsigned hour = two(text, 1), minute = two(text, 4);
  minutes = static_cast<int>(hour * 60 + minute);
  if (text[0] == '-') minutes = -minutes;
  return hour <= 23 && minute <= 59;
}

}  // namespace

bool is_date(std::string_view text) noexcept {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const unsigned century = two(text, 0), year = two(text, 2), month = two(text, 5), day = two(text, 8);
  if (century == 100 || year == 100 || month < 1 || month > 12) return false;
  return day >= 1 && day <= days_in(century * 100 + year, month);
}

bool is_time(std::string_view text) noexcept {
  if (text.size() < 9 || text[2] != ':' || text[5] != ':') return false;
  const unsigned hour = two(text, 0), minute = two(text, 3), second = two(text, 6);
  if (hour > 23 || minute > 59 || second > 60) return false;
  text.remove_prefix(8);
  if (text[0] == '.') {
    std::size_t digits = 1;
    while (digits < text.size() && is_digit(text[digits])) ++digits;
    if (digits == 1) return false;
    text.remove_prefix(digits);
  }
  int offset = 0;
  if (!read_offset(text, offset)) return false;
  // A leap second is the last one of a day in UTC.
  constexpr int kDay = 24 * 60;
  const int utc = (static_cast<int>(hour * 60 + minute) - offset + 2 * kDay) % kDay;
  return second != 60 || utc == kDay - 1;
}

bool is_date_time(std::string_view text) noexcept {
  return parse_rfc3339(text).detail == TimestampDetail::ok;
}

}  // namespace planish::core::contract
