// The canonical form with memory for exactly the text at hand: what needs most of each array, and what turns out to be
// no JSON only after much has been written. A sanitizer sees a byte too many; without one the text is wrong.
#include <core/canonical/canonicalizer.hpp>
#include <core/diagnose.hpp>

#include <unit/core/random_json.hpp>
#include "canonical_reference.hpp"

#include <gtest/gtest.h>

#include <iterator>
#include <random>
#include <string>
#include <string_view>

namespace planish::core {
namespace {

using Result = Canonicalizer::Result;

std::string repeated(std::string_view text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

// `open`, so many times, around `inner`.
std::string nested(std::string_view open, std::string_view inner, std::string_view close, std::size_t levels) {
  return repeated(open, levels) + std::string(inner) + repeated(close, levels);
}

// An array of it, so many times.
std::string array_of(const std::string& value, std::size_t count) {
  std::string array = "[";
  for (std::size_t i = 0; i < count; ++i) array.append(i == 0 ? "" : ",").append(value);
  array += ']';
  return array;
}

void expect_canonical(const std::string& value) {
  Canonicalizer canonicalizer(value.size());
  ASSERT_EQ(canonicalizer.canonicalize(value), Result::ok) << value;
  EXPECT_EQ(canonicalizer.text(), CanonicalReference::of(value)) << value;
}

void expect_not_json(const std::string& text) {
  Canonicalizer canonicalizer(text.size());
  EXPECT_EQ(canonicalizer.canonicalize(text), Result::not_json) << text;
}

// An object in the place of a `0` costs ten bytes, not eleven.
TEST(CanonicalBounds, HoldForObjectsWithinObjects) {
  for (std::size_t levels = 1; levels < kDepthMax; ++levels) {
    expect_canonical(array_of(nested(R"({"b":0,"a":)", "0", "}", levels), 1));
    expect_canonical(array_of(nested(R"({"":0,"":)", "0", "}", levels), 1));
    expect_canonical(nested(R"({"b":)", "0", R"(,"a":0})", levels));
    expect_canonical(nested(R"([{"":)", "0", R"(,"":0}])", levels / 2));
  }
}

// Many such chains: they use up what may be moved at once, so that their objects leave records.
TEST(CanonicalBounds, HoldForChainsOfObjects) {
  for (const std::size_t levels : {2U, 13U, 64U, 126U}) {
    const std::string chain = nested(R"({"":0,"":)", "0", "}", levels);
    const std::string swapped = nested(R"({"b":)", "0", R"(,"a":0})", levels);
    for (const std::size_t count : {1U, 2U, 7U, 50U}) {
      expect_canonical(array_of(chain, count));
      expect_canonical(array_of(swapped, count));
    }
  }
  const std::string inner = array_of(R"({"b":1e20,"a":[]})", 500);
  expect_canonical(nested(R"({"b":)", inner, R"(,"a":0,"":{"z":0,"y":0}})", 100));
}

TEST(CanonicalBounds, HoldForOneLargeObject) {
  for (const std::size_t count : {1U, 2U, 31U, 32U, 33U, 34U, 1000U}) {
    for (const std::string member : {R"("":0,)", R"("":1e20,)", R"("b":0,"a":0,)", R"("12345678":0,)"}) {
      const std::string object = std::string("{") + repeated(member, count) + R"("":0})";
      expect_canonical(object);
      expect_canonical(array_of(object, 2));
      expect_canonical(nested(R"({"b":)", object, R"(,"a":{"d":0,"c":0}})", 3));
    }
  }
}

// It lacks the braces that each of its members would have.
TEST(CanonicalBounds, HoldForATextThatEndsTooSoon) {
  for (std::size_t levels = 1; levels <= kDepthMax + 2; ++levels) {
    expect_not_json(repeated(R"({"":)", levels));
    expect_not_json(repeated(R"({"":)", levels) + "0");
    expect_not_json(repeated(R"({"":{},"":)", levels));
    expect_not_json(repeated(R"([{"":)", levels));
    expect_not_json(repeated(R"({"b":0,"a":{},"":)", levels));
    expect_not_json(repeated(R"([1e20,)", levels));
  }
  expect_not_json(std::string("[") + repeated("1e20,", 100));
  expect_not_json(std::string("{") + repeated(R"("":1e20,)", 100));
  expect_not_json(repeated(R"({"":)", 120) + repeated(R"({"":0,"":0},"":)", 30));
}

TEST(CanonicalBounds, HoldForEveryBeginningOfAText) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const std::string value = RandomJson(seed).value(6);
    for (std::size_t size = 0; size <= value.size(); ++size) {
      const std::string cut = value.substr(0, size);
      Canonicalizer canonicalizer(size);
      const bool is_json = canonicalizer.canonicalize(cut) != Result::not_json;
      EXPECT_EQ(is_json, diagnose(cut).kind == Diagnosis::Kind::valid) << cut;
    }
  }
}

TEST(CanonicalBounds, HoldForEveryByteThatIsAnother) {
  for (std::uint64_t seed = 100; seed < 140; ++seed) {
    const std::string value = RandomJson(seed).value(5);
    for (std::size_t at = 0; at < value.size() && at < 400; ++at) {
      for (const char byte : std::string_view("\"\\{}[]:,0-e.ut \x80")) {
        std::string other = value;
        other[at] = byte;
        Canonicalizer canonicalizer(other.size());
        const bool is_json = canonicalizer.canonicalize(other) != Result::not_json;
        EXPECT_EQ(is_json, diagnose(other).kind == Diagnosis::Kind::valid) << other;
      }
    }
  }
}

TEST(CanonicalBounds, AreOfTheLongestValueThatIsTaken) {
  Canonicalizer canonicalizer(3);
  EXPECT_EQ(canonicalizer.canonicalize("[1]"), Result::ok);
  EXPECT_EQ(canonicalizer.canonicalize("[12]"), Result::not_json);
  EXPECT_EQ(canonicalizer.canonicalize(""), Result::not_json);
}

TEST(CanonicalBounds, CountTheContainersAroundAValue) {
  const std::string arrays = std::string(100, '[') + std::string(100, ']');
  const std::string objects = nested(R"({"":)", "0", "}", 100);
  for (const std::string& value : {arrays, objects}) {
    Canonicalizer canonicalizer(value.size());
    EXPECT_EQ(canonicalizer.canonicalize(value, kDepthMax - 100), Result::ok);
    EXPECT_EQ(canonicalizer.text(), value);
    EXPECT_EQ(canonicalizer.canonicalize(value, kDepthMax - 99), Result::not_json);
  }
  Canonicalizer canonicalizer(10);
  EXPECT_EQ(canonicalizer.canonicalize("1", kDepthMax), Result::ok);
  EXPECT_EQ(canonicalizer.canonicalize(R"({"a":1})", kDepthMax), Result::not_json);
  EXPECT_EQ(canonicalizer.canonicalize(R"({"a":1})", kDepthMax - 1), Result::ok);
}

TEST(CanonicalSyntax, IsCheckedByTheWalk) {
  for (const char* text : {"-",
                           "[-]",
                           "[-,1]",
                           "[- 1]",
                           R"({"a":-})",
                           R"({"a":-,"b":1})",
                           R"([{"b":1,"a":- }])",
                           "[01]",
                           "[-01]",
                           "[1.]",
                           "[.5]",
                           "[1e]",
                           "[1e+]",
                           "[0x1]",
                           "[+1]",
                           "[1 2]",
                           "[tru]",
                           "[truex]",
                           "[nul]",
                           "[falsey]",
                           "[fals]",
                           R"(["\x"])",
                           R"(["\u12"])",
                           R"(["\ud800"])",
                           R"(["\udc00"])",
                           R"(["\ud800\u0041"])",
                           R"(["\ud800\ud800"])",
                           R"({"a"})",
                           R"({"a":})",
                           R"({"a":1,})",
                           R"({1:1})",
                           R"({"a":1 "b":2})",
                           "[1,]",
                           "[,]",
                           "[",
                           "]",
                           "{",
                           "}",
                           "{]",
                           "[}",
                           "[1}",
                           R"({"a":1])",
                           "1,",
                           "\"",
                           "[\"a\" \"b\"]",
                           "nulll",
                           "1 1",
                           "[]]",
                           "\x80",
                           "[\"\xFF\"]",
                           R"({"\x":1})",
                           R"({"a\u":1})",
                           "A",
                           "[1,2",
                           R"({"b":1,"a":1)"}) {
    expect_not_json(text);
  }
}

// Names of eight bytes and more that differ late, or in how they are written, in objects of all sizes.
TEST(CanonicalNames, AreOrderedByWhatTheyAreAndNotByHowTheyBegin) {
  std::mt19937_64 random(7);
  const std::string_view pieces[] = {"a", "b",      "aaaaaaa", "\\n",     "\\u0000", "\\u000b", "é",
                                     "😀", "\uffee", "!",       "\\u0061", "\\\"",    "\\\\",    "\\ud83d\\ude00"};
  for (int round = 0; round < 3000; ++round) {
    std::string object = "{";
    for (auto members = 1 + random() % 50; members != 0; --members) {
      object += object.size() == 1 ? "\"" : ",\"";
      if (random() % 2 == 0) object += "aaaaaaa";
      for (auto count = random() % 6; count != 0; --count) object += pieces[random() % std::size(pieces)];
      object += random() % 8 == 0 ? "\" :1" : "\":1";
    }
    object += '}';
    expect_canonical(object);
    expect_canonical(array_of(object, 2));
  }
}

}  // namespace
}  // namespace planish::core
