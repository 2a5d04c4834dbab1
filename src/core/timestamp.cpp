// RFC 3339 date-time: the fixed 19 bytes are checked eight at a time, the calendar is integer arithmetic.
//
//   0         1         2
//   0123456789012345678901234567
//   2023-11-04T18:44:16.789+01:00
//   [ date ]            fraction and offset: of any length, at least "Z"
//      [ day  ]         bytes 3 to 10, overlapping the first eight
//              [ time ] bytes 11 to 18
#include <core/timestamp.hpp>

#include <core/word.hpp>

#include <array>
#include <cstddef>

namespace planish::core {
namespace {

constexpr std::size_t kFixedBytes = 19;  // all up to the seconds
constexpr std::int64_t kMsPerSecond = 1000;
constexpr unsigned kMinutesPerDay = 24 * 60;

// In a shape, '0' stands for any digit, 't' for 't' or 'T', everything else for itself.
struct Shape {
  std::uint64_t fold = 0;   // bits that do not matter
  std::uint64_t bytes = 0;  // what the bytes are compared with
  std::uint64_t room = 0;   // added to the difference, sets the high bit of each byte that differs too much

  explicit consteval Shape(const char (&shape)[9]) {
    for (unsigned i = 0; i < 8; ++i) {
      const auto byte = static_cast<unsigned char>(shape[i]);
      fold |= std::uint64_t{byte == 't' ? 0x20u : 0u} << (8 * i);
      bytes |= std::uint64_t{byte} << (8 * i);
      room |= std::uint64_t{byte == '0' ? 0x7Fu - 9u : 0x7Fu} << (8 * i);
    }
  }
};

constexpr std::uint64_t kHighBits = repeat_byte('\x80');

// Digits become their values, the rest zero. `wrong` gets bits where the text has not got the shape.
inline std::uint64_t match(const char* text, const Shape& shape, std::uint64_t& wrong) noexcept {
  const std::uint64_t difference = (load_word(text) | shape.fold) ^ shape.bytes;
  wrong |= (((difference & ~kHighBits) + shape.room) | difference) & kHighBits;
  return difference;
}

// Each byte becomes the two-digit number that begins with it; none exceeds 99, so none runs over into the next.
constexpr std::uint64_t pairs(std::uint64_t digits) noexcept {
  return digits * 10 + (digits >> 8);
}

constexpr unsigned pair_at(std::uint64_t pairs, unsigned byte) noexcept {
  return static_cast<unsigned>(pairs >> (8 * byte)) & 0xFF;
}

constexpr bool is_digit(char byte) noexcept {
  return byte >= '0' && byte <= '9';
}

constexpr unsigned days_in_month(unsigned year, unsigned month) noexcept {
  constexpr std::array<unsigned char, 13> kDays = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return kDays[month] + (month == 2 && leap ? 1u : 0u);
}

// Days since 1970-01-01, proleptic Gregorian. Counts years from March, so that the leap day is the last of its year;
// starts 400 years early, so that January of the year 0 is no negative number.
constexpr std::int64_t days_since_epoch(unsigned year, unsigned month, unsigned day) noexcept {
  constexpr std::int64_t kEpoch = 865'565;  // of 1970-01-01 in this count
  const unsigned y = year + 400 - (month <= 2 ? 1 : 0);
  const unsigned m = month <= 2 ? month + 9 : month - 3;
  return std::int64_t{y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1} - kEpoch;
}
static_assert(days_since_epoch(1970, 1, 1) == 0);
static_assert(days_since_epoch(2000, 3, 1) == 11'017);
static_assert(days_since_epoch(0, 1, 1) == -719'528);
static_assert(days_since_epoch(9999, 12, 31) == 2'932'896);

constexpr ParsedTimestamp refuse(TimestampDetail detail, unsigned number = 0) noexcept {
  return {0, detail, static_cast<std::int32_t>(number)};
}

struct Tail {
  unsigned fraction_ms = 0;
  int offset_minutes = 0;
  ParsedTimestamp fault = refuse(TimestampDetail::ok);
};

// ("+" / "-") hh ":" mm, from `sign` to the end.
Tail parse_offset(std::string_view offset) noexcept {
  Tail tail;
  const bool shape = offset.size() == 6 && is_digit(offset[1]) && is_digit(offset[2]) && offset[3] == ':' &&
                     is_digit(offset[4]) && is_digit(offset[5]);
  if (!shape) {
    tail.fault = refuse(TimestampDetail::not_date_time);
    return tail;
  }
  const int hour = (offset[1] - '0') * 10 + (offset[2] - '0');
  const int minute = (offset[4] - '0') * 10 + (offset[5] - '0');
  tail.offset_minutes = (hour * 60 + minute) * (offset[0] == '-' ? -1 : 1);
  if (hour > 23)
    tail.fault = refuse(TimestampDetail::no_such_offset_hour, static_cast<unsigned>(hour));
  else if (minute > 59)
    tail.fault = refuse(TimestampDetail::no_such_offset_minute, static_cast<unsigned>(minute));
  return tail;
}

// ".789Z", as JavaScript writes it.
constexpr std::size_t kMillisecondBytes = kFixedBytes + 5;

bool is_millisecond_tail(const char* at) noexcept {
  return at[0] == '.' && is_digit(at[1]) && is_digit(at[2]) && is_digit(at[3]) && at[4] == 'Z';
}

unsigned three_digits(const char* at) noexcept {
  const auto value = [at](int i) { return static_cast<unsigned>(at[i] - '0'); };
  return value(0) * 100 + value(1) * 10 + value(2);
}

// ["." 1*DIGIT] ("Z" / offset): what follows the seconds.
Tail parse_tail(std::string_view rest) noexcept {
  std::size_t at = 0;
  unsigned fraction_ms = 0;
  if (!rest.empty() && rest[0] == '.') {
    unsigned weight = 100;  // becomes 0 after the third digit: what is finer than a millisecond is cut off
    for (at = 1; at < rest.size() && is_digit(rest[at]); ++at) {
      fraction_ms += static_cast<unsigned>(rest[at] - '0') * weight;
      weight /= 10;
    }
    if (at == 1) return {0, 0, refuse(TimestampDetail::no_fraction_digits)};
  }
  if (at == rest.size()) return {0, 0, refuse(TimestampDetail::no_offset)};
  Tail tail;
  if (rest[at] == '+' || rest[at] == '-')
    tail = parse_offset(rest.substr(at));
  else if ((rest[at] | 0x20) != 'z' || at + 1 != rest.size())
    tail.fault = refuse(TimestampDetail::not_date_time);
  tail.fraction_ms = fraction_ms;
  return tail;
}

}  // namespace

ParsedTimestamp parse_rfc3339(std::string_view text) noexcept {
  static constexpr Shape kYearMonth("0000-00-"), kMonthDay("0-00-00t"), kTime("00:00:00");
  if (text.size() < kFixedBytes) return refuse(TimestampDetail::not_date_time);
  std::uint64_t wrong = 0;
  const std::uint64_t year_month = pairs(match(text.data(), kYearMonth, wrong));
  const std::uint64_t month_day = pairs(match(text.data() + 3, kMonthDay, wrong));
  const std::uint64_t time = pairs(match(text.data() + 11, kTime, wrong));
  if (wrong != 0) return refuse(TimestampDetail::not_date_time);

  Tail tail;
  if (text.size() == kMillisecondBytes && is_millisecond_tail(text.data() + kFixedBytes)) {
    tail.fraction_ms = three_digits(text.data() + kFixedBytes + 1);
  } else if (text.size() != kFixedBytes + 1 || (text[kFixedBytes] | 0x20) != 'z') {
    tail = parse_tail(text.substr(kFixedBytes));
    if (tail.fault.detail != TimestampDetail::ok) return tail.fault;
  }

  const unsigned year = pair_at(year_month, 0) * 100 + pair_at(year_month, 2);
  const unsigned month = pair_at(year_month, 5);
  const unsigned day = pair_at(month_day, 5);
  const unsigned hour = pair_at(time, 0);
  const unsigned minute = pair_at(time, 3);
  const unsigned second = pair_at(time, 6);
  if (month - 1 > 11) return refuse(TimestampDetail::no_such_month, month);
  if (day == 0 || day > days_in_month(year, month)) return refuse(TimestampDetail::no_such_day, day);
  if (hour > 23) return refuse(TimestampDetail::no_such_hour, hour);
  if (minute > 59) return refuse(TimestampDetail::no_such_minute, minute);
  if (second > 60) return refuse(TimestampDetail::no_such_second, second);

  // One day more keeps the minute in UTC from being negative; an offset has less than a day.
  const unsigned minute_utc =
      static_cast<unsigned>(static_cast<int>(hour * 60 + minute + kMinutesPerDay) - tail.offset_minutes);
  if (second == 60 && minute_utc % kMinutesPerDay != kMinutesPerDay - 1) {
    return refuse(TimestampDetail::not_a_leap_second);
  }
  const std::int64_t minutes = (days_since_epoch(year, month, day) - 1) * kMinutesPerDay + minute_utc;
  return {(minutes * 60 + second) * kMsPerSecond + tail.fraction_ms, TimestampDetail::ok, 0};
}

std::string_view timestamp_detail_text(TimestampDetail detail) noexcept {
  switch (detail) {
    case TimestampDetail::ok:
      return "";
    case TimestampDetail::not_date_time:
      return "not an RFC 3339 date-time";
    case TimestampDetail::no_offset:
      return "no offset: Z or +hh:mm or -hh:mm is wanted at the end";
    case TimestampDetail::no_fraction_digits:
      return "no digit behind the decimal point of the seconds";
    case TimestampDetail::no_such_month:
      return "month {} does not exist";
    case TimestampDetail::no_such_day:
      return "day {} does not exist in that month";
    case TimestampDetail::no_such_hour:
      return "hour {} does not exist";
    case TimestampDetail::no_such_minute:
      return "minute {} does not exist";
    case TimestampDetail::no_such_second:
      return "second {} does not exist";
    case TimestampDetail::not_a_leap_second:
      return "second 60 exists only at 23:59:60 UTC";
    case TimestampDetail::no_such_offset_hour:
      return "offset hour {} does not exist";
    case TimestampDetail::no_such_offset_minute:
      return "offset minute {} does not exist";
  }
  return "";
}

}  // namespace planish::core
