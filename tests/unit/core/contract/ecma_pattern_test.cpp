// What ECMA-262 means, by RE2.
#include <core/contract/ecma_pattern.hpp>
#include <core/contract/pattern.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace planish::core::contract {
namespace {

using Verdict = EcmaPattern::Verdict;

Verdict verdict(std::string_view pattern) {
  std::string out;
  return EcmaPattern::translate(pattern, out);
}

bool matches(std::string_view pattern, std::string_view text) {
  std::string re2, error;
  EXPECT_EQ(EcmaPattern::translate(pattern, re2), Verdict::ok) << pattern << ": " << re2;
  const auto compiled = Pattern::compile(re2, error);
  EXPECT_NE(compiled, nullptr) << pattern << " as " << re2 << ": " << error;
  return compiled != nullptr && compiled->is_in(text);
}

TEST(EcmaPattern, IsFoundAnywhere) {
  EXPECT_TRUE(matches("b+", "abba"));
  EXPECT_FALSE(matches("b+", "aca"));
  EXPECT_TRUE(matches("", ""));
}

TEST(EcmaPattern, AnchorsAtTheEndsOfTheTextAlone) {
  EXPECT_TRUE(matches("^a$", "a"));
  EXPECT_FALSE(matches("^a$", "a\n"));
  EXPECT_FALSE(matches("^a", "\na"));
  EXPECT_TRUE(matches("a|^b$", "b"));
}

TEST(EcmaPattern, KnowsItsOwnWhiteSpace) {
  for (const char* space : {" ", "\t", "\v", "\f", "\r", "\n", "\xC2\xA0", "\xE1\x9A\x80", "\xE2\x80\x83",
                            "\xE2\x80\xA8", "\xE3\x80\x80", "\xEF\xBB\xBF"}) {
    EXPECT_TRUE(matches("^\\s$", space)) << space;
    EXPECT_FALSE(matches("^\\S$", space)) << space;
    EXPECT_FALSE(matches("^[^\\s]$", space)) << space;
    EXPECT_TRUE(matches("^[^\\S]$", space)) << space;
  }
  for (const char* other : {"a", "\x08", "\xC2\x85", "\xE2\x80\x8B", "😀"}) {
    EXPECT_FALSE(matches("^\\s$", other)) << other;
    EXPECT_TRUE(matches("^\\S$", other)) << other;
    EXPECT_TRUE(matches("^[\\S]$", other)) << other;
  }
}

TEST(EcmaPattern, HasAsciiDigitsAndWords) {
  EXPECT_TRUE(matches("^\\d\\D$", "1x"));
  EXPECT_FALSE(matches("^\\d$", "\xDF\x80"));
  EXPECT_TRUE(matches("^\\D$", "\xDF\x80"));
  EXPECT_FALSE(matches("^\\w$", "é"));
  EXPECT_TRUE(matches("^\\W$", "é"));
  EXPECT_TRUE(matches("^[\\w.-]+$", "a_Z.9-"));
  EXPECT_TRUE(matches("\\bfoo\\b", "a foo."));
  EXPECT_FALSE(matches("\\bfoo\\b", "afoo"));
}

TEST(EcmaPattern, HasADotThatLeavesLineEndsOut) {
  EXPECT_TRUE(matches("^.$", "é"));
  for (const char* end : {"\n", "\r", "\xE2\x80\xA8", "\xE2\x80\xA9"}) EXPECT_FALSE(matches("^.$", end));
}

TEST(EcmaPattern, ReadsEscapesOfCodePoints) {
  EXPECT_TRUE(matches("^\\cC\\t\\x41\\u00e9\\u{1F600}\\0$", std::string_view("\x03\tA\xC3\xA9\xF0\x9F\x98\x80\0", 10)));
  EXPECT_TRUE(matches("^\\uD83D\\uDE00+$", "😀😀"));
  EXPECT_TRUE(matches("^[\\u0041-\\x43\\-\\]\\b]+$", "ABC-]\b"));
  EXPECT_TRUE(matches("^\\^\\$\\\\\\.\\*\\+\\?\\(\\)\\[\\]\\{\\}\\|\\/\\-\\_\\@$", "^$\\.*+?()[]{}|/-_@"));
}

TEST(EcmaPattern, HasClassesOfNothingAndOfEverything) {
  EXPECT_FALSE(matches("[]", "a"));
  EXPECT_TRUE(matches("^[^]$", "\n"));
  EXPECT_TRUE(matches("^[\\w-.]+$", "a-."));  // Annex B: the hyphen is itself
  EXPECT_TRUE(matches("^[.-\\d]+$", ".-5"));
  EXPECT_TRUE(matches("^[-a]+$", "a-"));
  EXPECT_TRUE(matches("^[a-]+$", "a-"));
  EXPECT_TRUE(matches("^[[:alpha:]+$", ":[a"));  // no POSIX class: one of [ : a l p h
}

TEST(EcmaPattern, RepeatsAndGroups) {
  EXPECT_TRUE(matches("^(?:ab){2,3}?(c|d)*(?<name>e)?$", "ababcde"));
  EXPECT_FALSE(matches("^a{3}$", "aa"));
  EXPECT_TRUE(matches("^a{2,}$", "aaa"));
}

TEST(EcmaPattern, KnowsPropertiesOfUnicodeByTheirNames) {
  EXPECT_TRUE(matches("^\\p{Letter}\\p{L}\\p{Lu}\\p{gc=Decimal_Number}\\p{Script=Greek}\\P{ASCII}$", "aéÉ٣πé"));
  EXPECT_FALSE(matches("^\\p{Uppercase_Letter}$", "a"));
  EXPECT_TRUE(matches("^[\\p{L}\\d_]+$", "é1_"));
  EXPECT_EQ(verdict("\\p{Emoji}"), Verdict::not_re2);
}

TEST(EcmaPattern, NamesWhatRe2CannotDo) {
  for (const char* pattern :
       {"(?=a)", "(?!a)b", "(?<=a)b", "(?<!a)", "(a)\\1", "(?<n>a)\\k<n>", "a{1001}", "a{0,1001}", "\\ud800"}) {
    EXPECT_EQ(verdict(pattern), Verdict::not_re2) << pattern;
    EXPECT_TRUE(EcmaPattern::is_valid(pattern)) << pattern;
  }
}

TEST(EcmaPattern, RefusesWhatEcmaDoesNotHave) {
  for (const char* pattern :
       {"(",     ")",      "[",       "[a",     "a**",         "*a",      "+",     "?",        "a{2,1}", "{",
        "a{",    "a}",     "]",       "\\",     "\\a",         "\\Z",     "\\8",   "(?P<n>a)", "(?P=n)", "(?#c)a",
        "(?i)a", "(?<>a)", "(?<1>a)", "[b-a]",  "\\u{110000}", "\\u12",   "\\xg0", "\\c1",     "\\p",    "\\p{}",
        "\\01",  "^*",     "\\b+",    "(?=a)*", "|*",          "a{1}{2}", "\\k",   "\\1"}) {
    EXPECT_EQ(verdict(pattern), Verdict::not_ecma) << pattern;
    EXPECT_FALSE(EcmaPattern::is_valid(pattern)) << pattern;
  }
}

TEST(EcmaPattern, RepeatsUpToABound) {
  EXPECT_TRUE(matches("^a{1000}$", std::string(1000, 'a')));
  EXPECT_FALSE(matches("^a{0,1000}$", std::string(1001, 'a')));
  std::string out;
  EXPECT_EQ(EcmaPattern::translate("a{1001}", out), Verdict::not_re2);
  EXPECT_NE(out.find("more than 1000 repetitions, which RE2 does not do"), std::string::npos) << out;
}

TEST(EcmaPattern, NestsGroupsUpToABound) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '(') + "a" + std::string(depth, ')'); };
  EXPECT_TRUE(matches(nested(250), "a"));
  EXPECT_EQ(verdict(nested(251)), Verdict::not_ecma);
}

TEST(Pattern, RefusesAProgramThatIsTooLarge) {
  const auto repeated = [](int count) { return "(?:(?:abcdefgh){" + std::to_string(count) + "})"; };
  std::string error;
  int least = 1, most = 1000;  // that fit, and that do not
  ASSERT_NE(Pattern::compile(repeated(least), error), nullptr) << error;
  ASSERT_EQ(Pattern::compile("(?:" + repeated(most) + "{10})", error), nullptr);
  EXPECT_FALSE(error.empty());
  for (most = 1000; most - least > 1;) {
    const int middle = (least + most) / 2;
    (Pattern::compile(repeated(middle), error) != nullptr ? least : most) = middle;
  }
  // A program of so many bytes at most: RE2 takes two thirds for it, and 16 an instruction.
  EXPECT_LT(static_cast<std::size_t>(least) * 8 * 16, kPatternBytesMax);
}

TEST(Pattern, TakesLinearTimeForWhatBacktrackingCannotDo) {
  EXPECT_FALSE(matches("^(a+)+$", std::string(100'000, 'a') + "b"));
  EXPECT_FALSE(matches("(x+x+)+y", std::string(100'000, 'x')));
}

}  // namespace
}  // namespace planish::core::contract
