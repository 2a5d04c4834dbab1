// The second opinion: what Beast says of heads, and that our rules go as far as its own.
#include <http/request_parser.hpp>
#include <http/second_opinion.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace planish::http {
namespace {

std::string head(const std::string& fields) {
  return "POST /a HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

bool agrees(const std::string& fields, Framing framing, std::uint64_t content_length = 0) {
  return second_opinion(head(fields), framing, content_length);
}

TEST(SecondOpinion, AgreesOnWhereTheContentEnds) {
  EXPECT_TRUE(agrees("", Framing::none));
  EXPECT_TRUE(agrees("Content-Length: 007\r\n", Framing::length, 7));
  EXPECT_TRUE(agrees("Transfer-Encoding: CHUNKED\r\n", Framing::chunked));
}

TEST(SecondOpinion, DiffersWhereItFindsAnotherEnd) {
  EXPECT_FALSE(agrees("", Framing::length, 0));
  EXPECT_FALSE(agrees("Content-Length: 7\r\n", Framing::length, 8));
  EXPECT_FALSE(agrees("Content-Length: 7\r\n", Framing::none));
  EXPECT_FALSE(agrees("Content-Length: 7\r\n", Framing::chunked));
  EXPECT_FALSE(agrees("Transfer-Encoding: chunked\r\n", Framing::length, 0));
  EXPECT_FALSE(agrees("Transfer-Encoding: gzip\r\n", Framing::chunked));
  EXPECT_FALSE(agrees("Transfer-Encoding: chunked, gzip\r\n", Framing::chunked));
}

TEST(SecondOpinion, DiffersWhereBeastReadsNoHead) {
  EXPECT_FALSE(agrees("Content-Length: x\r\n", Framing::length, 0));
  EXPECT_FALSE(agrees("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", Framing::chunked));
  EXPECT_FALSE(agrees("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", Framing::chunked));
  EXPECT_FALSE(agrees("Connection: a b\r\n", Framing::none));
  EXPECT_FALSE(second_opinion("GET / HTTP/1.1\r\n", Framing::none, 0)) << "no end";
  EXPECT_FALSE(second_opinion("GET / HTTP/1.1\r\n\r\nGET", Framing::none, 0)) << "more than a head";
  EXPECT_FALSE(second_opinion("GET / HTTP/2.0\r\n\r\n", Framing::none, 0));
}

// Every value of up to five of these bytes, in each field that Beast looks into: it passes what our own rules pass.
TEST(SecondOpinion, RefusesNothingThatOurRulesPass) {
  constexpr std::string_view kBytes = "a,\t\"7";
  for (const std::string_view name :
       {"Connection", "Proxy-Connection", "Content-Length", "Transfer-Encoding", "Upgrade", "Expect"}) {
    for (unsigned number = 0; number < 5 * 5 * 5 * 5 * 5; ++number) {
      std::string value;
      for (unsigned rest = number; rest != 0; rest /= 5) value += kBytes[rest % 5];
      const std::string bytes = head(std::string(name) + ": " + value + "\r\n");
      RequestHead read;
      const auto result = RequestParser().read(bytes, {}, read);
      ASSERT_NE(result.kind, RequestParser::Result::Kind::need_more);
      const bool ours = result.kind == RequestParser::Result::Kind::done;
      const bool beasts = second_opinion(bytes, read.framing, read.content_length);
      EXPECT_TRUE(beasts || !ours) << bytes;
      // Of these two, it is the rule that Beast has, neither more nor less.
      EXPECT_TRUE(ours == beasts || !name.ends_with("onnection")) << bytes;
    }
  }
}

}  // namespace
}  // namespace planish::http
