// Sizes, times and shares as people write them.
#include <app/values.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace planish::app {
namespace {

using std::chrono::milliseconds;

TEST(Values, SizesHaveBinaryAndDecimalUnits) {
  EXPECT_EQ(parse_bytes("0"), 0U);
  EXPECT_EQ(parse_bytes("1048576"), 1048576U);
  EXPECT_EQ(parse_bytes("64KiB"), 65536U);
  EXPECT_EQ(parse_bytes("1MiB"), 1048576U);
  EXPECT_EQ(parse_bytes("1 mib"), 1048576U);
  EXPECT_EQ(parse_bytes("2GiB"), std::uint64_t{2} << 30);
  EXPECT_EQ(parse_bytes("5kB"), 5000U);
  EXPECT_EQ(parse_bytes("5MB"), 5'000'000U);
  EXPECT_EQ(parse_bytes("18446744073709551615"), 18446744073709551615U);
}

TEST(Values, SizesThatAreNoneAreRefused) {
  for (const std::string_view text : {"", "KiB", "1.5KiB", "-1", "+1", "1 ", " 1", "1M", "1KiBs", "0x10", "1e3",
                                      "18446744073709551616", "17179869184GiB"}) {
    EXPECT_EQ(parse_bytes(text), std::nullopt) << text;
  }
}

TEST(Values, SizesAreShownAsTheyAreParsed) {
  for (const std::uint64_t bytes : {0UL, 1UL, 1000UL, 1024UL, 1536UL, 65536UL, 1048576UL, 1UL << 40}) {
    EXPECT_EQ(parse_bytes(show_bytes(bytes)), bytes) << show_bytes(bytes);
  }
  EXPECT_EQ(show_bytes(1048576), "1MiB");
  EXPECT_EQ(show_bytes(1048577), "1048577");
}

TEST(Values, TimesHaveUnitsAndFractionsOfThem) {
  EXPECT_EQ(parse_duration("0"), milliseconds{0});
  EXPECT_EQ(parse_duration("500ms"), milliseconds{500});
  EXPECT_EQ(parse_duration("10s"), milliseconds{10'000});
  EXPECT_EQ(parse_duration("10 s"), milliseconds{10'000});
  EXPECT_EQ(parse_duration("0.25s"), milliseconds{250});
  EXPECT_EQ(parse_duration("1.5m"), milliseconds{90'000});
  EXPECT_EQ(parse_duration("2h"), milliseconds{7'200'000});
  EXPECT_EQ(parse_duration("75"), milliseconds{75'000});
}

TEST(Values, TimesThatAreNoneAreRefused) {
  for (const std::string_view text : {"", "s", "ms", "-1s", "1S", "1d", "1.s", ".5s", "1..5s", "0.0001s", "0.5ms",
                                      "1s1", "99999999999999999999s", "9007199254740993000s"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(Values, TimesAreShownAsTheyAreParsed) {
  for (const int ms : {0, 1, 999, 1'000, 1'500, 90'000, 3'600'000}) {
    EXPECT_EQ(parse_duration(show_duration(milliseconds{ms})), milliseconds{ms});
  }
}

TEST(Values, SharesLieBetweenNoneAndAll) {
  EXPECT_EQ(parse_share("0"), 0.0);
  EXPECT_EQ(parse_share("1"), 1.0);
  EXPECT_EQ(parse_share("1.0"), 1.0);
  EXPECT_EQ(parse_share("0.01"), 0.01);
  for (const std::string_view text : {"",
                                      "2",
                                      "1.1",
                                      "1.000001",
                                      "-0.5",
                                      "0.",
                                      ".5",
                                      "0,5",
                                      "0.5x",
                                      "+1",
                                      "e-3",
                                      "1e",
                                      "1e-",
                                      "1e-3x",
                                      "1e1",
                                      "0x1",
                                      "nan",
                                      "inf",
                                      "1.0000000000000002",
                                      " 1"}) {
    EXPECT_EQ(parse_share(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_share("0.00001"), 1e-5);
  EXPECT_EQ(parse_share("1e-05"), 1e-5);
  EXPECT_EQ(parse_share("1E-5"), 1e-5);
  EXPECT_EQ(parse_share("0.5e+0"), 0.5);
  EXPECT_EQ(parse_share("2.3e-308"), 2.3e-308);
  EXPECT_EQ(parse_share("2.2e-308"), 0.0) << "as good as none, and not read back by every C library";
  EXPECT_EQ(parse_share("5e-324"), 0.0);
  EXPECT_EQ(parse_share("0." + std::string(62, '1')), 0.1111111111111111);
  EXPECT_EQ(parse_share("0." + std::string(63, '1')), std::nullopt);
  EXPECT_EQ(show_share(0.00001), "1e-05");
  EXPECT_EQ(show_share(0.01), "0.01");
  EXPECT_EQ(show_share(1), "1.0");
}

TEST(Values, ListsAreSplitAtCommasOrLineEnds) {
  using Parts = std::vector<std::string>;
  EXPECT_EQ(split_list("", ','), Parts{""});
  EXPECT_EQ(split_list("a", ','), Parts{"a"});
  EXPECT_EQ(split_list("a, b ,c", ','), (Parts{"a", "b", "c"}));
  EXPECT_EQ(split_list("a,", ','), (Parts{"a", ""}));
  EXPECT_EQ(split_list(",", ','), (Parts{"", ""}));
  EXPECT_EQ(split_list("", '\n'), Parts{""});
  EXPECT_EQ(split_list("a,b", '\n'), Parts{"a,b"});
  EXPECT_EQ(split_list("a\n b \r\n\nc\n", '\n'), (Parts{"a", "b", "c"}));
}

TEST(Values, TomlStringsEscapeWhatTomlWants) {
  EXPECT_EQ(toml_string("a\"b\\c\n\x7f\xC3\xA9"), "\"a\\\"b\\\\c\\n\\u007F\xC3\xA9\"");
}

}  // namespace
}  // namespace planish::app
