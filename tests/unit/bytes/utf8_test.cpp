// UTF-8: the edges of each form, and what is none.
#include <bytes/utf8.hpp>

#include <gtest/gtest.h>

#include <string_view>

namespace planish::bytes {
namespace {

TEST(Utf8, TheFirstAndLastOfEachFormAreRead) {
  for (const std::string_view text : {"\x01", "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF",
                                      "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    std::string_view rest = text;
    EXPECT_TRUE(take_code_point(rest).has_value());
    EXPECT_TRUE(rest.empty());
    EXPECT_TRUE(is_utf8(text));
    for (std::size_t n = 1; n < text.size(); ++n) EXPECT_FALSE(is_utf8(text.substr(0, n)));
  }
}

TEST(Utf8, OverlongSurrogatesAndTooLargeAreNone) {
  for (const std::string_view text : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xED\xBF\xBF",
                                      "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "a\xC3"}) {
    EXPECT_FALSE(is_utf8(text));
  }
}

TEST(Utf8, AByteThatBeginsNothingIsTakenAlone) {
  std::string_view rest = "\xC3(";
  EXPECT_EQ(take_code_point(rest), std::nullopt);
  EXPECT_EQ(rest, "(");
}

}  // namespace
}  // namespace planish::bytes
