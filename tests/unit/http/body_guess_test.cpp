// Body guess: what is sent by mistake is named, and what is only broken JSON is not.
#include <http/body_guess.hpp>

#include <http/problem.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace planish::http {
namespace {

using namespace std::string_view_literals;

bool names(std::string_view body, std::string_view word) {
  const std::string_view guess = body_guess(body);
  EXPECT_LE(guess.size(), kDetailBytesMax);
  return guess.find(word) != std::string_view::npos;
}

TEST(BodyGuess, NamesNothing) {
  EXPECT_TRUE(names("", "empty"));
  EXPECT_TRUE(names(" ", "white space"));
  EXPECT_TRUE(names("\r\n\t \n", "white space"));
}

TEST(BodyGuess, NamesTheWrongUnicode) {
  EXPECT_TRUE(names("\xEF\xBB\xBF{}", "byte order mark"));
  EXPECT_TRUE(names("\xEF\xBB\xBF", "byte order mark"));
  for (const std::string_view body : {"\xFF\xFE{\0"sv, "\xFE\xFF\0{"sv, "{\0\"\0"sv, "\0{\0\""sv, "\0{"sv, "{\0"sv}) {
    EXPECT_TRUE(names(body, "UTF-16"));
  }
  for (const std::string_view body : {"\xFF\xFE\0\0{\0\0\0"sv, "\0\0\xFE\xFF\0\0\0{"sv, "{\0\0\0"sv, "\0\0\0{"sv}) {
    EXPECT_TRUE(names(body, "UTF-32"));
  }
}

TEST(BodyGuess, NamesACodingThatNoFieldSays) {
  EXPECT_TRUE(names("\x1F\x8B\x08\0"sv, "gzip, which no Content-Encoding says"));
  EXPECT_TRUE(names("\x28\xB5\x2F\xFD\0"sv, "zstd, which no Content-Encoding says"));
  EXPECT_TRUE(names("x\x9C\xAB"sv, "deflate"));
  EXPECT_TRUE(names("x\x01\xAB"sv, "deflate"));
}

TEST(BodyGuess, NamesFormsAndOtherWrappings) {
  for (const std::string_view body : {"data=%7B%7D", "data={\"user_id\":1}", "a[b]=c", "f=", "true=1", "1=2", "$x=1"}) {
    EXPECT_TRUE(names(body, "form (name=value)")) << body;
  }
  EXPECT_TRUE(names(std::string(256, 'n') + "=1", "form"));
  EXPECT_FALSE(names(std::string(257, 'n') + "=1", "form"));
  EXPECT_TRUE(names("%7B%22user_id%22%3A1%7D", "percent-encoded"));
  EXPECT_TRUE(names("%5b1%5d", "percent-encoded"));
  EXPECT_TRUE(names("<?xml version='1.0'?>", "XML"));
  EXPECT_TRUE(names("[object Object]", "[object Object]"));
}

TEST(BodyGuess, IsSilentAboutBrokenJson) {
  for (const std::string_view body :
       {"{"sv, "{\"a\":tru}"sv, "[1,]"sv, "nul"sv, "=1"sv, "\"a=b"sv, "{}{}"sv, "{a=1}"sv, "x"sv, "x^"sv.substr(0, 1),
        "\xFF"sv, "\xEF\xBB"sv, "\x1F"sv, "\0"sv, "\0\0"sv, "\0\0\0"sv, "NaN"sv, "'a'"sv, "a b=c"sv}) {
    EXPECT_EQ(body_guess(body), "") << body;
  }
}

}  // namespace
}  // namespace planish::http
