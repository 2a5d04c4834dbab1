// ASCII: each class holds its bytes and no other.
#include <bytes/ascii.hpp>

#include <gtest/gtest.h>

#include <cctype>

namespace planish::bytes {
namespace {

TEST(Ascii, ClassesAreThoseOfTheCLocale) {
  for (int i = 0; i < 256; ++i) {
    const char c = static_cast<char>(i);
    const bool ascii = i < 128;
    EXPECT_EQ(is_digit(c), ascii && std::isdigit(i) != 0) << i;
    EXPECT_EQ(is_upper(c), ascii && std::isupper(i) != 0) << i;
    EXPECT_EQ(is_letter(c), ascii && std::isalpha(i) != 0) << i;
    EXPECT_EQ(is_alphanumeric(c), ascii && std::isalnum(i) != 0) << i;
    EXPECT_EQ(is_hex_digit(c), ascii && std::isxdigit(i) != 0) << i;
    EXPECT_EQ(lower(c), ascii ? static_cast<char>(std::tolower(i)) : c) << i;
  }
}

TEST(Ascii, HexDigitsHaveTheirValue) {
  for (unsigned value = 0; value < 16; ++value) {
    EXPECT_EQ(hex_value("0123456789abcdef"[value]), value);
    EXPECT_EQ(hex_value("0123456789ABCDEF"[value]), value);
  }
  EXPECT_EQ(hex_value('g'), 16U);
}

TEST(Ascii, WordsCompareWithoutCase) {
  EXPECT_TRUE(equals_no_case("ChUnKeD", "chunked"));
  EXPECT_FALSE(equals_no_case("chunked ", "chunked"));
  EXPECT_FALSE(equals_no_case("chunke[", "chunke{"));
}

}  // namespace
}  // namespace planish::bytes
