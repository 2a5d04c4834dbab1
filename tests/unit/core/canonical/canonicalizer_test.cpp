// The canonical form against RFC 8785's examples, a slow reference, and its own properties.
#include <core/canonical/canonicalizer.hpp>

#include <unit/core/random_json.hpp>
#include "canonical_reference.hpp"

#include <gtest/gtest.h>
#if __has_include(<rapidcheck.h>)  // not in the musl build: Debian's is compiled for glibc
#include <rapidcheck.h>
#endif

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace planish::core {
namespace {

// With memory for exactly this value: a sanitizer sees a byte too many.
std::string canonical_form(std::string_view value) {
  Canonicalizer canonicalizer(value.size());
  switch (canonicalizer.canonicalize(value)) {
    case Canonicalizer::Result::not_json:
      return "not_json";
    case Canonicalizer::Result::number_out_of_range:
      return "number_out_of_range";
    case Canonicalizer::Result::ok:
      break;
  }
  EXPECT_LE(canonicalizer.text().size(), canonical::Form::text_bytes_max(value.size()));
  return std::string(canonicalizer.text());
}

std::string repeated(std::string_view text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

TEST(Canonical, AgreesWithTheExamplesOfRfc8785) {
  EXPECT_EQ(canonical_form(R"({
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    })"),
            R"({"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],)"
            R"("string":"€$\u000f\nA'B\"\\\\\"/"})");
  EXPECT_EQ(canonical_form(R"({
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis"
    })"),
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xC2\x80\":\"Control\","
            "\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\","
            "\"\xEF\xAC\xB3\":\"Hebrew Letter Dalet With Dagesh\"}");
}

// The test data that the author of RFC 8785 publishes beside it.
TEST(Canonical, AgreesWithTheTestDataOfItsReferenceImplementation) {
  EXPECT_EQ(canonical_form(R"([56, {"d": true, "10": null, "1": []}])"), R"([56,{"1":[],"10":null,"d":true}])");
  EXPECT_EQ(canonical_form(R"({"peach": "This sorting order", "péché": "is wrong according to French",
                          "pêche": "but canonicalization MUST", "sin": "ignore locale"})"),
            R"({"peach":"This sorting order","péché":"is wrong according to French",)"
            R"("pêche":"but canonicalization MUST","sin":"ignore locale"})");
  EXPECT_EQ(canonical_form(R"({"1": {"f": {"f": "hi","F": 5} ,"\n": 56.0}, "10": { }, "": "empty", "a": { },
                          "111": [ {"e": "yes","E": "no" } ], "A": { }})"),
            R"({"":"empty","1":{"\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}})");
  EXPECT_EQ(canonical_form(R"({"Unnormalized Unicode":"A\u030a"})"), "{\"Unnormalized Unicode\":\"A\xCC\x8A\"}");
}

TEST(Canonical, LeavesWhatIsCanonicalAlone) {
  for (const char* value :
       {"null", "true", "false", "0", "-1", "1.5", "\"\"", "\"a\"", "[]", "{}", "[[],{}]", R"({"a":1})",
        R"({"a":{"b":[1,2,{"c":null}]},"b":[]})", "[1,\"é\",-0.5,1e+21]", R"(["\b\t\n\f\r\"\\/\u0000"])"}) {
    EXPECT_EQ(canonical_form(value), value);
  }
}

TEST(Canonical, DropsWhiteSpaceEverywhere) {
  EXPECT_EQ(canonical_form(" \t\r\n{ \"a\" \n:\r[ 1\t, 2 , [ ] , { } ] , \"b\":\t\"x y\" } \n"),
            R"({"a":[1,2,[],{}],"b":"x y"})");
  EXPECT_EQ(canonical_form(" 1 "), "1");
  EXPECT_EQ(canonical_form(" null\n"), "null");
}

TEST(Canonical, SortsNamesByTheirUtf16CodeUnits) {
  // U+D7FF, U+10000, U+10FFFF, U+E000, U+FFFF: the ones in between need surrogates, D800 to DFFF.
  EXPECT_EQ(
      canonical_form(
          "{\"\xEF\xBF\xBF\":5,\"\xEE\x80\x80\":4,\"\xF4\x8F\xBF\xBF\":3,\"\xF0\x90\x80\x80\":2,\"\xED\x9F\xBF\":1}"),
      "{\"\xED\x9F\xBF\":1,\"\xF0\x90\x80\x80\":2,\"\xF4\x8F\xBF\xBF\":3,\"\xEE\x80\x80\":4,\"\xEF\xBF\xBF\":5}");
  EXPECT_EQ(canonical_form(R"({"aa":1,"a":2,"":3,"B":4,"b":5,"10":6,"9":7})"),
            R"({"":3,"10":6,"9":7,"B":4,"a":2,"aa":1,"b":5})");
}

TEST(Canonical, SortsNamesAsTheyAreAfterUnescaping) {
  EXPECT_EQ(canonical_form(R"({"\\":1,"]":2,"[":3})"), R"({"[":3,"\\":1,"]":2})");
  EXPECT_EQ(canonical_form(R"({"a\u0000":1,"a":2,"a\n":3,"a\"":4,"a!":5})"),
            R"({"a":2,"a\u0000":1,"a\n":3,"a!":5,"a\"":4})");
  EXPECT_EQ(canonical_form(R"({"b":1,"\u0061":2})"), R"({"a":2,"b":1})");
  EXPECT_EQ(canonical_form(R"({"12345678\n":1,"12345678\t":2})"), R"({"12345678\t":2,"12345678\n":1})");
}

TEST(Canonical, TakesTheLastOfDoubledNames) {
  EXPECT_EQ(canonical_form(R"({"a":1,"a":2})"), R"({"a":2})");
  EXPECT_EQ(canonical_form(R"({"a":1,"b":2,"a":3,"b":4,"\u0061":5})"), R"({"a":5,"b":4})");
  EXPECT_EQ(canonical_form(R"({"a":{"d":1,"c":2},"a":{"f":1,"e":{"h":1,"g":2}},"0":{"y":1,"x":2}})"),
            R"({"0":{"x":2,"y":1},"a":{"e":{"g":2,"h":1},"f":1}})");
  EXPECT_EQ(canonical_form(std::string("{") + repeated("\"x\":1,", 1000) + "\"x\":2}"), R"({"x":2})");
}

TEST(Canonical, WritesTheShortestEscapes) {
  EXPECT_EQ(canonical_form(R"("\u0008\u0009\u000A\u000c\u000D\u0022\u005c\u002f\/\u007F\u0000\u001F")"),
            "\"\\b\\t\\n\\f\\r\\\"\\\\//\x7F\\u0000\\u001f\"");
  EXPECT_EQ(canonical_form(R"("\u0080\u07ff\u0800\uffff\ud800\udc00\uDBFF\uDFFF")"),
            "\"\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\"");
}

TEST(Canonical, RefusesANumberThatRoundsToInfinity) {
  EXPECT_EQ(canonical_form("1e400"), "number_out_of_range");
  EXPECT_EQ(canonical_form(R"({"a":[{"b":-1e309}]})"), "number_out_of_range");
  EXPECT_EQ(canonical_form(R"({"a":1,"a":1e400})"), "number_out_of_range");
  EXPECT_EQ(canonical_form(R"({"a":1e400,"a":1})"), R"({"a":1})");  // the last one counts
  EXPECT_EQ(canonical_form("1e308"), "1e+308");
}

TEST(Canonical, WorksAgainAfterARefusal) {
  Canonicalizer canonicalizer(100);
  EXPECT_EQ(canonicalizer.canonicalize(R"({"b":1,"a":[{"d":1,"c":1e400}]})"),
            Canonicalizer::Result::number_out_of_range);
  EXPECT_EQ(canonicalizer.canonicalize(R"({"b":1,"a":2})"), Canonicalizer::Result::ok);
  EXPECT_EQ(canonicalizer.text(), R"({"a":2,"b":1})");
  EXPECT_EQ(canonicalizer.canonicalize("[3]"), Canonicalizer::Result::ok);
  EXPECT_EQ(canonicalizer.text(), "[3]");
}

TEST(Canonical, GoesDownToTheDeepestLevel) {
  const std::string arrays = std::string(kDepthMax, '[') + std::string(kDepthMax, ']');
  EXPECT_EQ(canonical_form(arrays), arrays);
  const std::string objects =
      repeated(R"({"b":)", kDepthMax - 1) + std::string("{}") + repeated(R"(,"a":0})", kDepthMax - 1);
  EXPECT_EQ(canonical_form(objects),
            repeated(R"({"a":0,"b":)", kDepthMax - 1) + std::string("{}") + std::string(kDepthMax - 1, '}'));
}

// What needs most memory for its size; the sanitizers look for a byte beyond.
TEST(Canonical, HasRoomForTheWorstValues) {
  for (const std::size_t count : {1u, 2u, 3u, 10u, 1000u}) {
    for (const std::string piece : {"1e20", "-1e20", "9e20", "1e-5", R"({"":0})", R"({"":0,"":0})", R"({"b":0,"a":0})",
                                    R"({"b":1e20,"a":1e20})", "\"\\u001f\"", "[]", "{}"}) {
      const std::string value = std::string("[") + repeated(piece + ",", count - 1) + piece + "]";
      ASSERT_EQ(canonical_form(value), CanonicalReference::of(value)) << piece << " x " << count;
    }
    const std::string doubled = std::string("{") + repeated(R"("":0,)", count - 1) + R"("":1})";
    ASSERT_EQ(canonical_form(doubled), R"({"":1})");
  }
  EXPECT_EQ(canonical_form("1e20").size(), 21u);
}

TEST(Canonical, SaysHowMuchMemoryItMayTouch) {
  using canonical::Form;
  EXPECT_GT(Form::memory_bytes_max(1000), 2 * Form::text_bytes_max(1000));
  EXPECT_LT(Form::memory_bytes_max(std::size_t{1} << 20), std::size_t{18} << 20);
}

// At 128 levels, a way that copies what is nested once a level would move 128 MiB for each of these.
TEST(Canonical, CopesWithAMegabyteAtTheBottomOfShuffledObjects) {
  const std::string inner = std::string("[") + repeated(R"({"b":1,"a":2},)", 70'000) + "0]";
  const unsigned levels = kDepthMax - 2;
  const std::string value = repeated(R"({"b":)", levels) + inner + repeated(R"(,"a":0})", levels);
  EXPECT_EQ(canonical_form(value), repeated(R"({"a":0,"b":)", levels) + std::string("[") +
                                       repeated(R"({"a":2,"b":1},)", 70'000) + "0]" + std::string(levels, '}'));
}

TEST(Canonical, SortsALotOfNames) {
  std::string shuffled;
  for (unsigned i = 0; i < 65'536; ++i) {
    const auto name = [](unsigned n) {
      return std::string("\"") + std::string(1, static_cast<char>('0' + n % 10)) + std::to_string(100'000 + n) +
             "\":0,";
    };
    shuffled += name(i * 40'503 % 65'536);
  }
  EXPECT_EQ(canonical_form(std::string("{") + shuffled + "\"\":0}"),
            CanonicalReference::of(std::string("{") + shuffled + "\"\":0}"));
}

TEST(Canonical, AgreesWithASlowReference) {
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    const std::string value = RandomJson(seed).value(6);
    ASSERT_EQ(canonical_form(value), CanonicalReference::of(value)) << value;
  }
}

#if __has_include(<rapidcheck.h>)
TEST(Canonical, AgreesWithASlowReferenceOnAnySeed) {
  EXPECT_TRUE(rc::check([](std::uint64_t seed) {
    const std::string value = RandomJson(seed).value(6);
    RC_ASSERT(canonical_form(value) == CanonicalReference::of(value));
  }));
}

TEST(Canonical, IsAFixedPoint) {
  EXPECT_TRUE(rc::check([](std::uint64_t seed) {
    const std::string text = canonical_form(RandomJson(seed).value(6));
    RC_ASSERT(canonical_form(text) == text);
  }));
}
#endif

TEST(Canonical, OrdersAnyTwoNamesByTheirUtf16CodeUnits) {
  const std::vector<std::string> ascending = {"",
                                              R"(\u0000)",
                                              R"(\n)",
                                              R"(\")",
                                              "A",
                                              R"(\\)",
                                              "a",
                                              "aa",
                                              "aaaaaa",
                                              "aaaaaaa",
                                              R"(aaaaaaa\u0000)",
                                              "aaaaaaa!",
                                              R"(aaaaaaa\")",
                                              "aaaaaaaa",
                                              "aaaaaaaaa",
                                              "aaaaaaaaaaaaaaaa",
                                              "aaaaaaaaaaaaaaab",
                                              "aaaaaaab",
                                              "b",
                                              "\xC2\x80",
                                              "é",
                                              "€",
                                              "\xED\x9F\xBF",
                                              "\xF0\x90\x80\x80",
                                              "😀",
                                              "\xF4\x8F\xBF\xBF",
                                              "\xEE\x80\x80",
                                              "\xEF\xAC\xB3",
                                              "\xEF\xBF\xBF"};
  const auto member = [&ascending](std::size_t i, const char* value) {
    return std::string("\"") + ascending[i] + "\":" + value;
  };
  const auto object = [](const std::string& members) { return std::string("{") + members + "}"; };
  const auto in_array = [](const std::string& value) { return std::string("[") + value + "]"; };
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      const std::string first = member(i, "1"), second = member(j, "2");
      const std::string sent = object(first + "," + second);
      const std::string wanted = object(i < j ? first + "," + second : i > j ? second + "," + first : second);
      EXPECT_EQ(canonical_form(sent), wanted);
      EXPECT_EQ(canonical_form(in_array(sent)), in_array(wanted));
    }
  }
}

}  // namespace
}  // namespace planish::core
