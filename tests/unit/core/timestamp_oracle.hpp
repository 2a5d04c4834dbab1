// RFC 3339's grammar a rule at a time, the calendar by <chrono>; nothing shared with the code under test.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace planish::core {

class TimestampOracle {
 public:
  static std::optional<std::int64_t> ms(std::string_view text) { return TimestampOracle(text).date_time(); }

 private:
  explicit TimestampOracle(std::string_view text) : rest_(text) {}

  bool one_of(std::string_view choice) {
    const bool found = !rest_.empty() && choice.find(rest_[0]) != std::string_view::npos;
    if (found) rest_.remove_prefix(1);
    failed_ = failed_ || !found;
    return found;
  }

  int digits(int count) {
    int value = 0;
    for (; count > 0; --count) {
      const int digit = rest_.empty() ? 0 : rest_[0] - '0';
      if (one_of("0123456789")) value = value * 10 + digit;
    }
    return value;
  }

  int fraction_ms() {
    if (!rest_.starts_with('.')) return 0;
    rest_.remove_prefix(1);
    const std::string all(rest_.substr(0, rest_.find_first_not_of("0123456789")));
    rest_.remove_prefix(all.size());
    failed_ = failed_ || all.empty();
    return std::atoi((all + "000").substr(0, 3).c_str());
  }

  std::chrono::minutes offset() {
    const bool negative = rest_.starts_with('-');
    if (!rest_.starts_with('+') && !negative) {
      one_of("Zz");
      return {};
    }
    one_of("+-");
    const int hour = digits(2);
    one_of(":");
    const int minute = digits(2);
    failed_ = failed_ || hour > 23 || minute > 59;
    return std::chrono::minutes((hour * 60 + minute) * (negative ? -1 : 1));
  }

  std::optional<std::int64_t> date_time() {
    using namespace std::chrono;
    const int y = digits(4);
    one_of("-");
    const int m = digits(2);
    one_of("-");
    const year_month_day date{year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(digits(2)))};
    one_of("Tt");
    const int hour = digits(2);
    one_of(":");
    const int minute = digits(2);
    one_of(":");
    const int second = digits(2);
    const int fraction = fraction_ms();
    const minutes east = offset();
    if (failed_ || !rest_.empty() || !date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    const sys_seconds utc =
        sys_seconds(sys_days(date)) + hours(hour) + minutes(minute) - east;  // 32 bits hold no minutes
    if (second == 60 && utc - floor<days>(utc) != hours(23) + minutes(59)) return std::nullopt;
    return duration_cast<milliseconds>((utc + seconds(second)).time_since_epoch()).count() + fraction;
  }

  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace planish::core
