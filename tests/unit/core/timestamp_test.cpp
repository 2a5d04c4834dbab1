// RFC 3339 date-times against a table, a slow oracle and the calendar of <chrono>.
#include <core/digits.hpp>
#include <core/timestamp.hpp>

#include "timestamp_oracle.hpp"

#include <gtest/gtest.h>
#if __has_include(<rapidcheck.h>)  // not in the musl build: Debian's is compiled for glibc
#include <rapidcheck.h>
#endif

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace planish::core {

// GoogleTest prints it where it differs.
void PrintTo(TimestampDetail detail, std::ostream* out) {
  *out << '"' << timestamp_detail_text(detail) << '"';
}

namespace {

std::optional<std::int64_t> parse(std::string_view text) {
  const ParsedTimestamp parsed = parse_rfc3339(text);
  if (parsed.detail == TimestampDetail::ok) return parsed.ms;
  EXPECT_EQ(parsed.ms, 0) << text;
  return std::nullopt;
}

const std::vector<std::string> kValid = {
    "1970-01-01T00:00:00Z",     "2023-11-04T18:44:16.789+01:00",       "2016-12-31T23:59:60Z",
    "0000-01-01t00:00:00z",     "2024-02-29T12:30:45.123456789-08:30", "1990-12-31T15:59:60.5-08:00",
    "9999-12-31T23:59:59.999Z", "1937-01-01T12:00:27.87+00:20",        "2000-02-29T00:00:00.0-00:00"};

TEST(Timestamp, ReadsTheExamplesOfRfc3339) {
  EXPECT_EQ(parse("1985-04-12T23:20:50.52Z"), 482'196'050'520);
  EXPECT_EQ(parse("1996-12-19T16:39:57-08:00"), 851'042'397'000);
  EXPECT_EQ(parse("1990-12-31T23:59:60Z"), 662'688'000'000);
  EXPECT_EQ(parse("1990-12-31T15:59:60-08:00"), 662'688'000'000);
  EXPECT_EQ(parse("1937-01-01T12:00:27.87+00:20"), -1'041'337'172'130);
}

TEST(Timestamp, CountsFrom1970) {
  EXPECT_EQ(parse("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(parse("1970-01-01T00:00:00.001Z"), 1);
  EXPECT_EQ(parse("1969-12-31T23:59:59.999Z"), -1);
  EXPECT_EQ(parse("0000-01-01T00:00:00Z"), -62'167'219'200'000);
  EXPECT_EQ(parse("9999-12-31T23:59:59.999Z"), 253'402'300'799'999);
}

TEST(Timestamp, ReachesOutsideTheYears0To9999ByItsOffset) {
  EXPECT_EQ(parse("0000-01-01T00:00:00+23:59"), -62'167'219'200'000 - 86'340'000);
  EXPECT_EQ(parse("9999-12-31T23:59:59-23:59"), 253'402'300'799'000 + 86'340'000);
}

TEST(Timestamp, TakesTAndZInEitherCase) {
  for (const char* text : {"2000-01-01T00:00:00Z", "2000-01-01t00:00:00z", "2000-01-01T00:00:00z",
                           "2000-01-01t00:00:00Z", "2000-01-01T00:00:00+00:00", "2000-01-01T00:00:00-00:00"}) {
    EXPECT_EQ(parse(text), 946'684'800'000) << text;
  }
}

TEST(Timestamp, RoundsNanosecondsDown) {
  EXPECT_EQ(parse("2000-01-01T00:00:00.0009999Z"), 946'684'800'000);
  EXPECT_EQ(parse("2000-01-01T00:00:00.999999999Z"), 946'684'800'999);
  EXPECT_EQ(parse("1969-12-31T23:59:59.9999Z"), -1);
  EXPECT_EQ(parse("1969-12-31T23:59:59.0001Z"), -1000);
}

TEST(Timestamp, TakesAnyNumberOfFractionDigitsButNone) {
  EXPECT_EQ(parse("1970-01-01T00:00:00.5Z"), 500);
  EXPECT_EQ(parse("1970-01-01T00:00:00.05Z"), 50);
  for (const std::size_t digits : {1u, 2u, 3u, 4u, 9u, 17u, 18u, 100u, 100'000u}) {
    EXPECT_EQ(parse("1970-01-01T00:00:01." + std::string(digits, '0') + "Z"), 1000) << digits;
    EXPECT_EQ(parse("1970-01-01T00:00:01." + std::string(digits, '0') + "+01:00"), 1000 - 3'600'000) << digits;
  }
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00.Z").detail, TimestampDetail::no_fraction_digits);
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00.").detail, TimestampDetail::no_fraction_digits);
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00,5Z").detail, TimestampDetail::not_date_time);
}

TEST(Timestamp, TakesSecond60OnlyAt235960Utc) {
  EXPECT_EQ(parse("2023-06-15T23:59:60Z"), parse("2023-06-16T00:00:00Z"));
  EXPECT_EQ(parse("2023-06-15T23:59:60.25Z"), parse("2023-06-16T00:00:00.25Z"));
  EXPECT_EQ(parse("2023-06-16T01:29:60+01:30"), parse("2023-06-16T00:00:00Z"));
  EXPECT_EQ(parse("2023-06-16T00:00:60+00:01"), parse("2023-06-16T00:00:00Z"));
  EXPECT_EQ(parse("9999-12-31T23:59:60Z"), 253'402'300'800'000);
  for (const char* text : {"2023-06-15T23:58:60Z", "2023-06-15T00:00:60Z", "2023-06-15T23:59:60+01:00",
                           "2023-06-15T22:59:60Z", "2023-06-15T23:59:60-00:01"}) {
    EXPECT_EQ(parse_rfc3339(text).detail, TimestampDetail::not_a_leap_second) << text;
  }
  EXPECT_EQ(parse_rfc3339("2023-06-15T23:59:61Z").detail, TimestampDetail::no_such_second);
}

struct Refused {
  const char* text;
  TimestampDetail detail;
  int number = 0;
};

TEST(Timestamp, SaysWhatIsWrong) {
  using enum TimestampDetail;
  const Refused kRefused[] = {
      {"", not_date_time},
      {"2023-11-04", not_date_time},
      {"2023-11-04T18:44Z", not_date_time},
      {"2023-11-04 18:44:16Z", not_date_time},
      {"2023-W44-6T18:44:16Z", not_date_time},
      {"2023-308T18:44:16.00Z", not_date_time},
      {"20231104T184416.000Z", not_date_time},
      {"+2023-11-04T18:44:16Z", not_date_time},
      {"-2023-11-04T18:44:16Z", not_date_time},
      {" 2023-11-04T18:44:16Z", not_date_time},
      {"2023-11-04T18:44:16Z ", not_date_time},
      {"2023-11-04T18:44:16 Z", not_date_time},
      {"2023-11-04T18:44:16ZZ", not_date_time},
      {"2023-11-04T18:44:16.5ZZ", not_date_time},
      {"2023-11-04T18:44:16+0100", not_date_time},
      {"2023-11-04T18:44:16+01", not_date_time},
      {"2023-11-04T18:44:16+1:00", not_date_time},
      {"2023-11-04T18:44:16+01:00Z", not_date_time},
      {"2023-11-04T18:44:16+01:00[Europe/Paris]", not_date_time},
      {"2023-11-04T18:44:16UTC", not_date_time},
      {"2023-11-04T18:44:16\xE2\x88\x92"
       "01:00",
       not_date_time},
      {"2023-11-04T24:00:00Z", no_such_hour, 24},
      {"2023-11-04T18:44:16", no_offset},
      {"2023-11-04T18:44:16.789", no_offset},
      {"2023-00-04T18:44:16Z", no_such_month, 0},
      {"2023-13-04T18:44:16Z", no_such_month, 13},
      {"2023-99-04T18:44:16Z", no_such_month, 99},
      {"2023-11-00T18:44:16Z", no_such_day, 0},
      {"2023-11-31T18:44:16Z", no_such_day, 31},
      {"2023-02-29T18:44:16Z", no_such_day, 29},
      {"1900-02-29T18:44:16Z", no_such_day, 29},
      {"2024-02-30T18:44:16Z", no_such_day, 30},
      {"2023-12-32T18:44:16Z", no_such_day, 32},
      {"2023-11-04T18:60:16Z", no_such_minute, 60},
      {"2023-11-04T18:44:99Z", no_such_second, 99},
      {"2023-11-04T18:44:16+24:00", no_such_offset_hour, 24},
      {"2023-11-04T18:44:16-23:60", no_such_offset_minute, 60},
  };
  for (const auto& [text, detail, number] : kRefused) {
    const ParsedTimestamp parsed = parse_rfc3339(text);
    EXPECT_EQ(parsed.detail, detail) << text;
    EXPECT_EQ(parsed.number, number) << text;
    EXPECT_EQ(parsed.ms, 0) << text;
    EXPECT_EQ(TimestampOracle::ms(text), std::nullopt) << text;
  }
}

TEST(Timestamp, HasATextWithAtMostOneNumberForEachDetail) {
  for (std::uint16_t i = 1; i < kTimestampDetailCount; ++i) {
    const std::string_view text = timestamp_detail_text(static_cast<TimestampDetail>(i));
    EXPECT_FALSE(text.empty());
    EXPECT_EQ(text.find("{}"), text.rfind("{}"));
    EXPECT_EQ(text.find_first_of("\"\\"), std::string_view::npos);
  }
  EXPECT_EQ(timestamp_detail_text(TimestampDetail::no_such_month), "month {} does not exist");
  EXPECT_EQ(timestamp_detail_text(TimestampDetail::ok), "");
}

TEST(Timestamp, RefusesEveryTruncation) {
  for (const std::string& text : kValid) {
    ASSERT_EQ(parse(text), TimestampOracle::ms(text)) << text;
    for (std::size_t size = 0; size < text.size(); ++size) {
      const std::vector<char> exact(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_EQ(parse({exact.data(), exact.size()}), std::nullopt) << text.substr(0, size);
    }
  }
}

TEST(Timestamp, AgreesWithTheOracleOnEveryMutationOfOneByte) {
  for (std::string text : kValid) {
    for (char& byte : text) {
      const char before = byte;
      for (unsigned value = 0; value < 256; ++value) {
        byte = static_cast<char>(value);
        ASSERT_EQ(parse(text), TimestampOracle::ms(text)) << text;
      }
      byte = before;
    }
  }
}

#if __has_include(<rapidcheck.h>)
TEST(Timestamp, AgreesWithTheOracleOnWhatLooksLikeADateTime) {
  static constexpr std::string_view kLikely = "0123456789-+:.TtZz 2360";
  EXPECT_TRUE(rc::check([] {
    std::string text = *rc::gen::elementOf(kValid);
    for (int changes = *rc::gen::inRange(0, 5); changes > 0; --changes) {
      const auto at = *rc::gen::inRange<std::size_t>(0, text.size() + 1);
      const char byte = *rc::gen::elementOf(std::string(kLikely));
      switch (*rc::gen::inRange(0, 3)) {
        case 0:
          text.insert(text.begin() + static_cast<std::ptrdiff_t>(at), byte);
          break;
        case 1:
          text.erase(std::min(at, text.size() - 1), 1);
          break;
        default:
          text[std::min(at, text.size() - 1)] = byte;
          break;
      }
    }
    RC_ASSERT(parse(text) == TimestampOracle::ms(text));
  }));
}
#endif

TEST(Timestamp, KnowsEveryDayFromTheYear0To9999) {
  using namespace std::chrono;
  std::int64_t ms = -62'167'219'200'000;
  for (int y = 0; y <= 9999; ++y) {
    for (unsigned m = 1; m <= 12; ++m) {
      const auto last = static_cast<unsigned>((year(y) / month(m) / std::chrono::last).day());
      std::array<char, 32> text;
      for (unsigned d = 1; d <= last; ++d, ms += 86'400'000) {
        std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT00:00:00Z", y, m, d);
        ASSERT_EQ(parse_rfc3339(text.data()).ms, ms) << text.data();
      }
      std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT00:00:00Z", y, m, last + 1);
      ASSERT_EQ(parse_rfc3339(text.data()).detail, TimestampDetail::no_such_day) << text.data();
    }
  }
}

TEST(Timestamp, IsWrittenWithTheDigitsOfItsNumber) {
  std::mt19937_64 random(1);
  std::vector<std::int64_t> numbers = {0, std::numeric_limits<std::int64_t>::max(),
                                       std::numeric_limits<std::int64_t>::min()};
  for (std::int64_t power = 1, i = 0; i < 18; ++i, power *= 10) {
    for (const std::int64_t number : {power - 1, power, power + 1, 2 * power / 3}) numbers.push_back(number);
  }
  for (int i = 0; i < 100'000; ++i) numbers.push_back(static_cast<std::int64_t>(random() >> random() % 64));
  for (const std::int64_t number : numbers) {
    std::array<char, kDigitsRoom> text;
    ASSERT_EQ(std::string(text.data(), write_digits(number, text.data())), std::to_string(number));
  }
}

TEST(Timestamp, IsReadFromOneToSixteenDigitsAndNothingElse) {
  std::mt19937_64 random(2);
  for (std::size_t size = 1; size <= 16; ++size) {
    for (int i = 0; i < 1000; ++i) {
      std::string text(16, 'x');  // what is in front of it is not looked at
      for (std::size_t k = 0; k < size; ++k) text += static_cast<char>('0' + random() % 10);
      Digits digits;
      ASSERT_TRUE(load_digits(text.data() + 16, size, digits)) << text;
      ASSERT_EQ(value_of(digits), std::stoll(text.substr(16))) << text;
      const std::size_t at = 16 + random() % size;
      do text[at] = static_cast<char>(random());
      while (text[at] >= '0' && text[at] <= '9');
      ASSERT_FALSE(load_digits(text.data() + 16, size, digits)) << text;
    }
  }
}

TEST(Timestamp, WithThreeDigitsOfAFractionIsReadLikeAnyOther) {
  for (const char* text : {"2023-11-04T18:44:16.007Z", "2023-11-04T18:44:16.999Z", "2016-12-31T23:59:60.000Z"}) {
    const std::string longer = std::string(text).insert(23, 1, '0');
    EXPECT_EQ(parse_rfc3339(text).detail, TimestampDetail::ok);
    EXPECT_EQ(parse_rfc3339(text).ms, parse_rfc3339(longer).ms);
  }
  for (const char* text : {"2023-11-04T18:44:16.00xZ", "2023-11-04T18:44:16,007Z", "2023-11-04T18:44:16.0:7Z"}) {
    EXPECT_NE(parse_rfc3339(text).detail, TimestampDetail::ok);
  }
}

}  // namespace
}  // namespace planish::core
