// RFC 3339 date-time to milliseconds since 1970-01-01T00:00:00Z; contract section 3.
#pragma once

#include <cstdint>
#include <string_view>

namespace planish::core {

enum class TimestampDetail : std::uint16_t {
  ok,
  not_date_time,
  no_offset,
  no_fraction_digits,
  no_such_month,
  no_such_day,
  no_such_hour,
  no_such_minute,
  no_such_second,
  not_a_leap_second,
  no_such_offset_hour,
  no_such_offset_minute,
};
inline constexpr std::uint16_t kTimestampDetailCount = 12;

struct ParsedTimestamp {
  std::int64_t ms;         // rounded towards minus infinity; 0 unless detail is ok
  TimestampDetail detail;  // what is wrong
  std::int32_t number;     // the month, day, … that the detail's text names; otherwise 0
};

// `text` is the string after unescaping. The ABNF of RFC 3339 section 5.6 and nothing else, with the limits of section
// 5.7; second 60 wherever the instant in UTC is 23:59:60, counted as the second after. Any bytes may be passed.
[[nodiscard]] ParsedTimestamp parse_rfc3339(std::string_view text) noexcept;

// What the detail means, for a person; "{}" stands where the number belongs, at most once. Static storage.
[[nodiscard]] std::string_view timestamp_detail_text(TimestampDetail) noexcept;

}  // namespace planish::core
