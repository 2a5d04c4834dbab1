// Percent-decoding, parameters by name, and the two kinds of `data=`.
#include <http/form_data.hpp>
#include <http/percent.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace planish::http {
namespace {

std::string decoded(std::string_view text, Plus plus = Plus::as_it_is) {
  std::string out(text.size(), '#');
  out.resize(percent_decode(text, out.data(), plus));
  return out;
}

TEST(Percent, DecodesWhatHasTwoHexDigits) {
  EXPECT_EQ(decoded("a%20b%C3%bc+"), "a b\xC3\xBC+");
  EXPECT_EQ(decoded("a+b%2B", Plus::as_blank), "a b+");
  for (const char* text : {"%", "%2", "%2g", "%g2", "100%"}) EXPECT_EQ(decoded(text), text);
  EXPECT_EQ(decoded("%%32"), "%2");
}

TEST(Query, FindsTheFirstOfAName) {
  const std::string_view text = "a=1&b=x%20y&%62=2&c&=v&d=";
  std::string room(text.size(), '#');
  const Query query(text, room);
  EXPECT_EQ(query.find("a"), "1");
  EXPECT_EQ(query.find("b"), "x y");
  EXPECT_EQ(query.find("b"), "x y");  // asked twice
  EXPECT_EQ(query.find("d"), "");
  EXPECT_EQ(query.find(""), "v");
  EXPECT_EQ(query.find("c"), std::nullopt);
  EXPECT_EQ(query.find("x"), std::nullopt);
}

// The JSON and the other parameters; "none".
std::string taken(std::string body) {
  EXPECT_TRUE(is_form_data(body));
  const auto form = take_form_data(body);
  if (!form) return "none";
  EXPECT_LE(form->json_bytes, body.size());
  return body.substr(0, form->json_bytes) + "|" + std::string(form->other);
}

TEST(FormData, IsToldByItsFirstBytes) {
  EXPECT_TRUE(is_form_data("data="));
  EXPECT_FALSE(is_form_data("data"));
  EXPECT_FALSE(is_form_data("{\"data=\":1}"));
  EXPECT_FALSE(is_form_data("verbose=1&data=e30"));
}

TEST(FormData, TakesPercentEncodedJson) {
  EXPECT_EQ(taken("data=%7B%22a%22%3A1%7D&verbose=1&ip=0"), "{\"a\":1}|verbose=1&ip=0");
  EXPECT_EQ(taken("data={\"a\":+1}"), "{\"a\": 1}|");
  EXPECT_EQ(taken("data=+[]&"), " []|");
  EXPECT_EQ(taken("data=%0A%5B1%5D"), "\n[1]|");
}

TEST(FormData, TakesBase64InBothAlphabetsWithAndWithoutPadding) {
  EXPECT_EQ(taken("data=eyJhIjoxfQ=="), "{\"a\":1}|");
  EXPECT_EQ(taken("data=eyJhIjoxfQ"), "{\"a\":1}|");
  EXPECT_EQ(taken("data=eyJhIjoxfQ%3D%3D&x"), "{\"a\":1}|x");
  EXPECT_EQ(taken("data=eyJhIjoiPz8/Pj4+In0="),
            "{\"a\":\"???"
            ">>>\"}|");  // raw + and /
  EXPECT_EQ(taken("data=eyJhIjoiPz8_Pj4-In0="),
            "{\"a\":\"???"
            ">>>\"}|");
  EXPECT_EQ(taken("data=eyJhIjoiPz8%2FPj4%2BIn0="),
            "{\"a\":\"???"
            ">>>\"}|");
  EXPECT_EQ(taken("data=e30"), "{}|");
  EXPECT_EQ(taken("data=ezE="), "{1|");
}

TEST(FormData, IsNoneWhereItIsNeither) {
  for (const char* body :
       {"data=e", "data=eyJhI", "data=e30===", "data=e3=0", "data=!!!!", "data=e3%00", "data=e3 0"}) {
    EXPECT_EQ(taken(body), "none") << body;
  }
  EXPECT_EQ(taken("data="), "|");
}

TEST(FormData, HoldsAtEveryTruncation) {
  const std::string whole = "data=%7B%22a%22%3A%22eyJhIjoxfQ%22%7D&verbose=1";
  for (std::size_t size = 5; size <= whole.size(); ++size) static_cast<void>(taken(whole.substr(0, size)));
}

}  // namespace
}  // namespace planish::http
