// Prefer: what counts as asking for a handling of invalid events.
#include <http/prefer.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace planish::http {
namespace {

Handling said(std::string_view value) {
  return prefer_handling(value, Handling::not_set);
}

TEST(Prefer, ReadsHandling) {
  EXPECT_EQ(said("handling=lenient"), Handling::lenient);
  EXPECT_EQ(said("handling=strict"), Handling::strict);
  EXPECT_EQ(said(""), Handling::not_set);
  EXPECT_EQ(said("respond-async"), Handling::not_set);
}

TEST(Prefer, IgnoresCaseOfNameAndValue) {
  EXPECT_EQ(said("HANDLING=Lenient"), Handling::lenient);
  EXPECT_EQ(said("Handling=\"STRICT\""), Handling::strict);
}

TEST(Prefer, ReadsQuotedValuesAndTheirQuotedPairs) {
  EXPECT_EQ(said("handling=\"lenient\""), Handling::lenient);
  EXPECT_EQ(said("handling=\"len\\ient\""), Handling::lenient);
  EXPECT_EQ(said("handling=\"lenient\\\\\""), Handling::unknown);
}

TEST(Prefer, AllowsWhiteSpaceAroundTheEqualsSign) {
  EXPECT_EQ(said("handling = lenient"), Handling::lenient);
  EXPECT_EQ(said("\thandling\t=\t\"lenient\"\t"), Handling::lenient);
}

TEST(Prefer, PassesOverOtherElementsAndTheirParameters) {
  EXPECT_EQ(said("respond-async, wait=100;x=\"a,handling=strict\" ; y, handling=lenient"), Handling::lenient);
  EXPECT_EQ(said(" , ,,handling=lenient,"), Handling::lenient);
  EXPECT_EQ(said("handling=lenient; foo = \"bar\";;"), Handling::lenient);
  EXPECT_EQ(said("x;handling=lenient"), Handling::not_set);
  EXPECT_EQ(said("xhandling=lenient"), Handling::not_set);
}

TEST(Prefer, LetsTheFirstWordCount) {
  EXPECT_EQ(said("handling=strict, handling=lenient"), Handling::strict);
  EXPECT_EQ(prefer_handling("handling=lenient", Handling::strict), Handling::strict);
  EXPECT_EQ(prefer_handling("handling=strict", Handling::lenient), Handling::lenient);
}

TEST(Prefer, TakesAValueItDoesNotKnowForSaid) {
  for (const std::string_view value : {"handling=loose", "handling", "handling=\"\"", "handling, handling=lenient"}) {
    EXPECT_EQ(said(value), Handling::unknown) << value;
  }
  EXPECT_EQ(prefer_handling("handling=lenient", Handling::unknown), Handling::unknown);
}

TEST(Prefer, PassesOverElementsWithAFaultOfSyntax) {
  EXPECT_EQ(said("handling=lenient x, handling=strict"), Handling::strict);
  EXPECT_EQ(said("handling=, handling=strict"), Handling::strict);
  EXPECT_EQ(said("=lenient, handling=strict"), Handling::strict);
  EXPECT_EQ(said("@, handling=strict"), Handling::strict);
  EXPECT_EQ(said("handling=lenient;a=;b"), Handling::not_set);
  EXPECT_EQ(said("x=\"open, handling=lenient"), Handling::not_set);
  EXPECT_EQ(said("handling=\"lenient"), Handling::not_set);
  EXPECT_EQ(said("handling=\"lenient\\"), Handling::not_set);
}

TEST(Prefer, SurvivesEveryTruncation) {
  const std::string whole = "a;b=\"c\\\"d,\" , handling = \"le\\nient\" ; e=f";
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const Handling handling = said(std::string_view(whole).substr(0, size));
    EXPECT_TRUE(handling == Handling::not_set || handling == Handling::lenient || handling == Handling::unknown)
        << size;
  }
}

}  // namespace
}  // namespace planish::http
