// Numbers are read by their digits, never through a double. Lax date-times are brought to RFC 3339's form, which then
// says what is wrong with them.
#include <core/time_value.hpp>

#include <core/check.hpp>
#include <core/fault_detail.hpp>
#include <core/found.hpp>
#include <core/json_string.hpp>
#include <core/timestamp.hpp>
#include <core/timestamp_unit.hpp>
#include <core/tokens.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>

namespace planish::core {
namespace {

TimeValue refused(const Fault& fault) noexcept {
  return {false, 0, fault};
}
TimeValue refused(Found found) noexcept {
  return refused(wrong_type({}, Wanted::integer_or_string, found));
}
TimeValue taken(std::optional<std::int64_t> ms) noexcept {
  if (!ms) return refused(out_of_range({}, Range::milliseconds));
  return {true, *ms, {}};
}

// An integer or a decimal, as JSON writes it.
struct Decimal {
  bool valid = false;
  bool negative = false;
  std::string_view whole{};
  std::string_view fraction{};
  bool has_fraction = false;
};

std::string_view take_digits(std::string_view& text) noexcept {
  std::size_t size = 0;
  while (size < text.size() && is_digit(text[size])) ++size;
  const std::string_view digits = text.substr(0, size);
  text.remove_prefix(size);
  return digits;
}

Decimal read_decimal(std::string_view text) noexcept {
  Decimal decimal;
  decimal.negative = text.starts_with('-');
  if (decimal.negative) text.remove_prefix(1);
  decimal.whole = take_digits(text);
  if (decimal.whole.empty() || (decimal.whole.size() > 1 && decimal.whole[0] == '0')) return decimal;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    decimal.has_fraction = true;
    decimal.fraction = take_digits(text);
    if (decimal.fraction.empty()) return decimal;
  }
  decimal.valid = text.empty();
  return decimal;
}

// Exact by the digits, rounded down.
TimeValue from_decimal(const Decimal& decimal, TimestampUnit unit) noexcept {
  std::int64_t whole = 0;
  const std::string_view digits = decimal.whole;
  if (std::from_chars(digits.data(), digits.data() + digits.size(), whole).ec != std::errc{}) {
    return refused(out_of_range({}, Range::signed_64));
  }
  // By the number itself: rounded down it may be of another magnitude.
  if (unit == TimestampUnit::automatic) unit = guess_unit(whole);
  if (unit != TimestampUnit::s) {
    const bool rounds = decimal.fraction.find_first_not_of('0') != std::string_view::npos;
    return taken(to_milliseconds(decimal.negative ? -whole - (rounds ? 1 : 0) : whole, unit));
  }
  std::uint64_t thousandths = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    thousandths =
        thousandths * 10 + (i < decimal.fraction.size() ? static_cast<unsigned>(decimal.fraction[i] - '0') : 0);
  }
  const std::string_view rest = decimal.fraction.substr(std::min<std::size_t>(3, decimal.fraction.size()));
  const bool has_rest = rest.find_first_not_of('0') != std::string_view::npos;
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  if (static_cast<std::uint64_t>(whole) > kMost / 1'000) return taken(std::nullopt);
  std::uint64_t ms = static_cast<std::uint64_t>(whole) * 1'000 + thousandths;
  if (!decimal.negative) return taken(ms > kMost ? std::nullopt : std::optional(static_cast<std::int64_t>(ms)));
  ms += has_rest ? 1 : 0;
  if (ms > kMost + 1) return taken(std::nullopt);
  return taken(static_cast<std::int64_t>(0 - ms));
}

TimeValue from_number(std::string_view text, TimestampUnit unit, Timestamps spellings) noexcept {
  const Number number = scan_number(text.data());
  if (number.integer) {
    if (text == "-0") return refused(Found::negative_zero);
    std::int64_t value = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{}) {
      return refused(out_of_range({}, Range::signed_64));
    }
    return taken(to_milliseconds(value, unit));
  }
  const Decimal decimal = read_decimal(text);
  const bool takes_fractions = unit == TimestampUnit::s || unit == TimestampUnit::automatic;
  if (spellings == Timestamps::strict || !decimal.valid || !takes_fractions) return refused(Found::not_an_integer);
  return from_decimal(decimal, unit);
}

TimeValue from_date_time(std::string_view text) noexcept {
  const ParsedTimestamp parsed = parse_rfc3339(text);
  if (parsed.detail == TimestampDetail::ok) return {true, parsed.ms, {}};
  return refused(bad_timestamp({}, parsed));
}

// "+hhmm" and "+hh" to "+hh:mm"; nothing to Z. False: it is something else, and stays as it is.
class Strict {
 public:
  void add(std::string_view piece) noexcept {
    if (size_ + piece.size() > text_.size()) return;
    std::memcpy(text_.data() + size_, piece.data(), piece.size());
    size_ += piece.size();
  }
  [[nodiscard]] std::string_view text() const noexcept { return {text_.data(), size_}; }

 private:
  std::array<char, 64> text_;
  std::size_t size_ = 0;
};

void add_offset(std::string_view offset, Strict& strict) noexcept {
  const bool is_signed = !offset.empty() && (offset[0] == '+' || offset[0] == '-');
  const auto are_all_digits = [&](std::size_t size) {
    if (offset.size() != size) return false;
    for (std::size_t i = 1; i < size; ++i) {
      if (!is_digit(offset[i])) return false;
    }
    return true;
  };
  if (offset.empty()) {
    strict.add("Z");
  } else if (is_signed && are_all_digits(5)) {
    strict.add(offset.substr(0, 3));
    strict.add(":");
    strict.add(offset.substr(3));
  } else if (is_signed && are_all_digits(3)) {
    strict.add(offset);
    strict.add(":00");
  } else {
    strict.add(offset.substr(0, 8));  // whatever it is
  }
}

// A blank for the T, no seconds, offsets of fewer characters or none.
TimeValue from_lax_date_time(std::string_view text) noexcept {
  constexpr std::size_t kMinutes = std::string_view("2023-11-04T20:17").size();
  if (text.size() < kMinutes || (text[10] != 'T' && text[10] != 't' && text[10] != ' ') || text[13] != ':') {
    return from_date_time(text);
  }
  Strict strict;
  strict.add(text.substr(0, 10));
  strict.add("T");
  strict.add(text.substr(11, 5));
  std::string_view rest = text.substr(kMinutes);
  if (rest.starts_with(':')) {
    strict.add(rest.substr(0, 3));
    rest.remove_prefix(std::min<std::size_t>(3, rest.size()));
    if (rest.starts_with('.')) {
      rest.remove_prefix(1);
      strict.add(".");
      strict.add(take_digits(rest).substr(0, 9));  // what comes after does not change the milliseconds
    }
  } else if (rest.starts_with('.')) {
    return from_date_time(text);  // a fraction of no seconds
  } else {
    strict.add(":00");
  }
  add_offset(rest, strict);
  return from_date_time(strict.text());
}

TimeValue from_string(std::string_view text, TimestampUnit unit, Timestamps spellings) noexcept {
  if (spellings == Timestamps::strict) return from_date_time(text);
  constexpr std::size_t kSecondsAndZone = std::string_view("2023-11-04T20:17:36Z").size();
  if (text.size() >= kSecondsAndZone && text[10] == 'T') {  // the usual spelling
    if (const TimeValue time = from_date_time(text); time.ok) return time;
  }
  const Decimal decimal = read_decimal(text);
  if (!decimal.valid) return from_lax_date_time(text);
  if (text == "-0") return refused(Found::negative_zero);
  if (decimal.has_fraction) {
    const bool takes_fractions = unit == TimestampUnit::s || unit == TimestampUnit::automatic;
    if (!takes_fractions) return refused(Found::not_an_integer);
    return from_decimal(decimal, unit);
  }
  std::int64_t value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{}) {
    return refused(out_of_range({}, Range::signed_64));
  }
  return taken(to_milliseconds(value, unit));
}

}  // namespace

TimeValue read_time(std::string_view value, TimestampUnit unit, Timestamps spellings,
                    std::span<char> scratch) noexcept {
  if (value[0] == '"') {
    std::string_view text = value.substr(1, value.size() - 2);
    if (has_escape(text)) text = unescaped(text, scratch);
    return from_string(text, unit, spellings);
  }
  if (value[0] != '-' && !is_digit(value[0])) return refused(found(value.data()));
  return from_number(value, unit, spellings);
}

std::size_t write_time(std::int64_t ms, char* out) noexcept {
  constexpr std::int64_t kDay = 86'400'000;
  constexpr std::int64_t kFirst = -62'167'219'200'000;  // 0000-01-01
  constexpr std::int64_t kEnd = 253'402'300'800'000;    // 10000-01-01
  if (ms < kFirst || ms >= kEnd) {
    std::memcpy(out, "null", 4);
    return 4;
  }
  const std::int64_t day = (ms - kFirst) / kDay;  // since 0000-01-01
  const std::int64_t rest = (ms - kFirst) % kDay;
  // In years that begin in March the leap day is the last; from 400 years before 0000 on, so that nothing is negative.
  const std::int64_t shifted = day - 60 + 146'097;
  const std::int64_t era = shifted / 146'097;
  const std::int64_t of_era = shifted % 146'097;
  const std::int64_t year_of_era = (of_era - of_era / 1'460 + of_era / 36'524 - of_era / 146'096) / 365;
  const std::int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted_month = (5 * of_year + 2) / 153;
  const std::int64_t day_of_month = of_year - (153 * shifted_month + 2) / 5 + 1;
  const std::int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  const std::int64_t year = year_of_era + era * 400 - 400 + (month <= 2 ? 1 : 0);
  char* at = out;
  const auto put = [&at](std::int64_t number, int digits, char behind) {
    for (int i = digits - 1; i >= 0; --i, number /= 10) at[i] = static_cast<char>('0' + number % 10);
    at += digits;
    *at++ = behind;
  };
  *at++ = '"';
  put(year, 4, '-');
  put(month, 2, '-');
  put(day_of_month, 2, 'T');
  put(rest / 3'600'000, 2, ':');
  put(rest / 60'000 % 60, 2, ':');
  put(rest / 1'000 % 60, 2, '.');
  put(rest % 1'000, 3, 'Z');
  *at++ = '"';
  return static_cast<std::size_t>(at - out);
}

}  // namespace planish::core
