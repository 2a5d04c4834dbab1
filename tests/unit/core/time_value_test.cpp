// The spellings of a time: strict ones are those of section 3, lax ones take what client libraries send.
#include <gtest/gtest.h>
#include <core/time_value.hpp>

#include <array>
#include <string>
#include <string_view>

namespace planish::core {
namespace {

std::string read(std::string_view value, TimestampUnit unit, Timestamps spellings = Timestamps::lax) {
  const std::string padded = std::string(value) + std::string(64, ' ');
  std::array<char, 256> scratch;
  const TimeValue time = read_time(std::string_view(padded).substr(0, value.size()), unit, spellings, scratch);
  return time.ok ? std::to_string(time.ms) : std::string(code(time.fault.code));
}

TEST(TimeValue, TakesDecimalsExactlyByTheirDigitsRoundedDown) {
  using enum TimestampUnit;
  EXPECT_EQ(read("1795889859.1234567", s), "1795889859123");
  EXPECT_EQ(read("0.9999999", s), "999");
  EXPECT_EQ(read("-0.0001", s), "-1");
  EXPECT_EQ(read("-1.001", s), "-1001");
  EXPECT_EQ(read("-1.0010", s), "-1001");
  EXPECT_EQ(read("1699123456.5", automatic), "1699123456500");
  EXPECT_EQ(read("1699123456789.9", automatic), "1699123456789");
  EXPECT_EQ(read("-1699123456789.9", automatic), "-1699123456790");
  // Of the unit that the number itself is in, not the one that it is rounded down to.
  EXPECT_EQ(read("-99999999999.5", automatic), "-99999999999500");
  EXPECT_EQ(read("-99999999999999.5", automatic), "-100000000000000");
  EXPECT_EQ(read("-100000000000000.5", automatic), "-100000000001");
  EXPECT_EQ(read("-99999999999999999.5", automatic), "-100000000000000");
  EXPECT_EQ(read("1.5", ms), "wrong_type");
  EXPECT_EQ(read("1e3", s), "wrong_type");
  EXPECT_EQ(read("1.5", s, Timestamps::strict), "wrong_type");
  EXPECT_EQ(read("9223372036854775.807", s), "9223372036854775807");
  EXPECT_EQ(read("9223372036854775.8079", s), "9223372036854775807");
  EXPECT_EQ(read("9223372036854775.808", s), "out_of_range");
  EXPECT_EQ(read("-9223372036854775.808", s), "-9223372036854775808");
  EXPECT_EQ(read("-9223372036854775.8071", s), "-9223372036854775808");
  EXPECT_EQ(read("-9223372036854775.8081", s), "out_of_range");
  EXPECT_EQ(read("9223372036854776.0", s), "out_of_range");
  EXPECT_EQ(read("9223372036854775807.5", s), "out_of_range");
  EXPECT_EQ(read("99999999999999999999.5", s), "out_of_range");
}

TEST(TimeValue, TakesNumbersInStrings) {
  using enum TimestampUnit;
  EXPECT_EQ(read("\"1699123456789\"", ms), "1699123456789");
  EXPECT_EQ(read("\"1699123456.75\"", s), "1699123456750");
  EXPECT_EQ(read("\"-5\"", s), "-5000");
  EXPECT_EQ(read("\"\\u0035\"", s), "5000");
  EXPECT_EQ(read("\"007\"", s), "bad_timestamp");
  // What a number is refused for, it is refused for in a string.
  EXPECT_EQ(read("-0", s), "wrong_type");
  EXPECT_EQ(read("\"-0\"", s), "wrong_type");
  EXPECT_EQ(read("-0.0", s), "0");
  EXPECT_EQ(read("\"-0.0\"", s), "0");
  EXPECT_EQ(read("\"-0.0\"", ms), "wrong_type");
  EXPECT_EQ(read("\"1.\"", s), "bad_timestamp");
  EXPECT_EQ(read("\"\"", s), "bad_timestamp");
  EXPECT_EQ(read("\"5\"", s, Timestamps::strict), "bad_timestamp");
}

TEST(TimeValue, TakesDateTimesAsTheyAreWritten) {
  const auto ms = [](std::string_view text) { return read('"' + std::string(text) + '"', TimestampUnit::ms); };
  const std::string instant = "1699129056000";  // 2023-11-04T20:17:36Z
  for (const std::string_view text :
       {"2023-11-04T20:17:36Z", "2023-11-04 20:17:36", "2023-11-04T20:17:36+0000", "2023-11-04t21:17:36+01",
        "2023-11-04 19:47:36-00:30", "2023-11-04T20:17:36+00:00"}) {
    EXPECT_EQ(ms(text), instant) << text;
  }
  EXPECT_EQ(ms("2023-11-04T20:17"), "1699129020000");
  EXPECT_EQ(ms("2023-11-04T20:17+0100"), "1699125420000");
  EXPECT_EQ(ms("2023-11-04T20:17:36.3899713Z"), "1699129056389");
  EXPECT_EQ(ms("2023-11-04T20:17:36." + std::string(100, '9')), "1699129056999");
  for (const std::string_view text :
       {"2023-11-04", "2023-13-04T20:17:36", "2023-11-04T20:17:36 ", "2023-11-04T20:17:36.Z", "2023-11-04T20:17.5Z",
        "2023-11-04 20:17.5", "2023-11-04T20:17:36+1", "2023-11-04T20:17:36+00:0", "2023-11-04T20:17Q", "x"}) {
    EXPECT_EQ(ms(text), "bad_timestamp") << text;
  }
}

TEST(TimeValue, RefusesWhatIsNoTime) {
  for (const std::string_view value : {"null", "true", "{}", "[]", "-0", "1.0"}) {
    EXPECT_EQ(read(value, TimestampUnit::ms), "wrong_type") << value;
  }
}

}  // namespace
}  // namespace planish::core
