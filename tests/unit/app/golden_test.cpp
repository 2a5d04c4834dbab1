// What smoke compares: patterns, and the golden requests themselves.
#include <app/golden.hpp>

#include <gtest/gtest.h>

#include <string>

namespace planish::app {
namespace {

TEST(Golden, StarsStandForAnyBytes) {
  EXPECT_TRUE(matches("", ""));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("a*c", "abbc"));
  EXPECT_TRUE(matches("*a*b*", "xxaxxbxx"));
  EXPECT_TRUE(matches("a*bc", "abcbc"));
  EXPECT_FALSE(matches("a", ""));
  EXPECT_FALSE(matches("", "a"));
  EXPECT_FALSE(matches("a*c", "abcd"));
  EXPECT_FALSE(matches("*a", "ab"));
}

TEST(Golden, AnAnswerDiffersByStatusContentOrField) {
  const Golden golden{"g", "GET", "/", "", "", 200, "", "x-a: 1*"};
  const std::string_view pattern = R"({"hash":"abc","n":*})";
  net::ClientResponse answer{200, "HTTP/1.1 200 OK\r\nX-A: 12", R"({"hash":"abc","n":5})"};
  EXPECT_EQ(difference(golden, pattern, answer), "");
  answer.content = R"({"hash":"other","n":5})";
  EXPECT_NE(difference(golden, pattern, answer), "");
  answer.head = "HTTP/1.1 200 OK\r\nX-B: 12";
  EXPECT_EQ(difference(golden, "*", answer), "field x-a is missing");
  answer.status = 500;
  EXPECT_EQ(difference(golden, "*", answer), "status 500, expected 200");
}

TEST(Golden, EachRequestHasANameOfItsOwn) {
  const auto all = golden_requests();
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_FALSE(all[i].name.empty());
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(all[i].name, all[j].name);
  }
}

}  // namespace
}  // namespace planish::app
