// Lines of the log: both formats, and that nobody can forge one.
#include <app/log_line.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace planish::app {
namespace {

constexpr std::chrono::system_clock::time_point kTime{std::chrono::milliseconds{1'699'123'456'789}};

TEST(LogLine, JsonHasTimeLevelMessageAndFields) {
  EXPECT_EQ(
      log_line(LogFormat::json, kTime, LogLevel::info, "listening", {{"address", "[::]:80"}, {"n", std::int64_t{-1}}}),
      R"({"time":"2023-11-04T18:44:16.789Z","level":"info","message":"listening","address":"[::]:80","n":-1})");
}

TEST(LogLine, TextQuotesOnlyWhatNeedsIt) {
  EXPECT_EQ(log_line(LogFormat::text, kTime, LogLevel::warn, "slow down",
                     {{"a", "x-1"}, {"b", "x y"}, {"c", ""}, {"d", 0.5}}),
            R"(2023-11-04T18:44:16.789Z warn  slow down a=x-1 b="x y" c="" d=0.500000)");
}

TEST(LogLine, TimesBeforeTheEpochAreWritten) {
  std::string out;
  append_time(out, std::chrono::system_clock::time_point{std::chrono::milliseconds{-1}});
  EXPECT_EQ(out, "1969-12-31T23:59:59.999Z");
}

TEST(LogLine, NoByteOfAValueCanEndTheLine) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  for (const LogFormat format : {LogFormat::text, LogFormat::json}) {
    const std::string line = log_line(format, kTime, LogLevel::error, all, {{"value", all}});
    EXPECT_TRUE(std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c < 0x7F; })) << line;
  }
}

TEST(LogLine, AValueCannotPretendToBeAnotherField) {
  const std::string line = log_line(LogFormat::text, kTime, LogLevel::info, "m", {{"id", "x status=200"}});
  EXPECT_TRUE(line.ends_with(R"(id="x status=200")"));
  EXPECT_TRUE(log_line(LogFormat::text, kTime, LogLevel::info, "m", {{"id", "a=b"}}).ends_with(R"(id="a=b")"));
}

TEST(LogLine, JsonStringsAreAsciiWithSurrogatePairs) {
  std::string out;
  append_json_string(out, "\xC3\xA9\xF0\x9F\x98\x80\xFF\"\\\t");
  EXPECT_EQ(out, "\"\\u00e9\\ud83d\\ude00\\ufffd\\\"\\\\\\t\"");
}

}  // namespace
}  // namespace planish::app
