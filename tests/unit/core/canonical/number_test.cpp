// Numbers against the vectors of RFC 8785 (appendix B), ECMAScript's notation, and reading back what was written.
#include <core/canonical/canonicalizer.hpp>

#include <gtest/gtest.h>
#if __has_include(<rapidcheck.h>)  // not in the musl build: Debian's is compiled for glibc
#include <rapidcheck.h>
#endif

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>

namespace planish::core {
namespace {

using canonical::kNumberBytesMax;

// Empty where it has none. With memory for exactly this number, so that a sanitizer sees a byte too many.
std::string canonical_form(const std::string& number) {
  Canonicalizer canonicalizer(number.size());
  const Canonicalizer::Result result = canonicalizer.canonicalize(number);
  EXPECT_NE(result, Canonicalizer::Result::not_json) << number;
  return result == Canonicalizer::Result::ok ? std::string(canonicalizer.text()) : "";
}

// A JSON number that rounds to this double, with a fraction, so that it is no integer.
std::string spelled(double value) {
  std::array<char, 64> text;
  std::snprintf(text.data(), text.size(), "%.16e", value);
  return text.data();
}

struct Vector {
  std::uint64_t bits;
  const char* text;
};

TEST(Number, AgreesWithAppendixBOfRfc8785) {
  const Vector kVectors[] = {
      {0x0000000000000000, "0"},
      {0x8000000000000000, "0"},
      {0x0000000000000001, "5e-324"},
      {0x8000000000000001, "-5e-324"},
      {0x7fefffffffffffff, "1.7976931348623157e+308"},
      {0xffefffffffffffff, "-1.7976931348623157e+308"},
      {0x4340000000000000, "9007199254740992"},
      {0xc340000000000000, "-9007199254740992"},
      {0x4430000000000000, "295147905179352830000"},
      {0x44b52d02c7e14af5, "9.999999999999997e+22"},
      {0x44b52d02c7e14af6, "1e+23"},
      {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
      {0x444b1ae4d6e2ef4e, "999999999999999700000"},
      {0x444b1ae4d6e2ef4f, "999999999999999900000"},
      {0x444b1ae4d6e2ef50, "1e+21"},
      {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
      {0x3eb0c6f7a0b5ed8d, "0.000001"},
      {0x41b3de4355555553, "333333333.3333332"},
      {0x41b3de4355555554, "333333333.33333325"},
      {0x41b3de4355555555, "333333333.3333333"},
      {0x41b3de4355555556, "333333333.3333334"},
      {0x41b3de4355555557, "333333333.33333343"},
      {0xbecbf647612f3696, "-0.0000033333333333333333"},
      {0x43143ff3c1cb0959, "1424953923781206.2"},
  };
  for (const auto& [bits, text] : kVectors) EXPECT_EQ(canonical_form(spelled(std::bit_cast<double>(bits))), text);
}

TEST(Number, IsLaidOutAsByEcmaScript) {
  const std::pair<const char*, const char*> kCases[] = {
      {"1.0", "1"},
      {"1e0", "1"},
      {"10e-1", "1"},
      {"-1.50", "-1.5"},
      {"0.1e1", "1"},
      {"1E3", "1000"},
      {"1e+3", "1000"},
      {"1e20", "100000000000000000000"},
      {"-1e20", "-100000000000000000000"},
      {"1e21", "1e+21"},
      {"123e19", "1.23e+21"},
      {"123e18", "123000000000000000000"},
      {"1e-6", "0.000001"},
      {"1e-7", "1e-7"},
      {"1.5e-6", "0.0000015"},
      {"123e-9", "1.23e-7"},
      {"0.00012", "0.00012"},
      {"4.50", "4.5"},
      {"2e-3", "0.002"},
      {"0.000000000000000000000000001", "1e-27"},
      {"1E30", "1e+30"},
      {"1e100", "1e+100"},
      {"1e-100", "1e-100"},
      {"333333333.33333329", "333333333.3333333"},
      {"0.30000000000000004", "0.30000000000000004"},
      {"1.7976931348623157e308", "1.7976931348623157e+308"},
      {"2.2250738585072014e-308", "2.2250738585072014e-308"},
      {"2.2250738585072011e-308", "2.225073858507201e-308"},
      {"9007199254740993.0", "9007199254740992"},
      {"9007199254740993e0", "9007199254740992"},
  };
  for (const auto& [number, text] : kCases) EXPECT_EQ(canonical_form(number), text) << number;
}

TEST(Number, KeepsIntegersOf64BitsExact) {
  for (const char* number : {"0", "1", "-1", "10", "9007199254740991", "9007199254740993", "-9007199254740993",
                             "9223372036854775807", "9223372036854775808", "18446744073709551614",
                             "18446744073709551615", "-9223372036854775807", "-9223372036854775808"}) {
    EXPECT_EQ(canonical_form(number), number);
  }
}

TEST(Number, TakesIntegersBeyond64BitsForDoubles) {
  EXPECT_EQ(canonical_form("18446744073709551616"), "18446744073709552000");
  EXPECT_EQ(canonical_form("-9223372036854775809"), "-9223372036854776000");
  EXPECT_EQ(canonical_form("99999999999999999999"), "100000000000000000000");
  EXPECT_EQ(canonical_form("295147905179352825856"), "295147905179352830000");
  EXPECT_EQ(canonical_form("1000000000000000000000"), "1e+21");
  EXPECT_EQ(canonical_form(std::string("1") + std::string(308, '0')), "1e+308");
}

TEST(Number, WritesAllZerosAsZero) {
  for (const char* number : {"0", "-0", "0.0", "-0.0", "0e5", "-0e-5", "0.000e999999", "1e-324", "-1e-400",
                             "2.4703282292062327e-324", "0.0000000000000000000000000000000000000000000000001e-300"}) {
    EXPECT_EQ(canonical_form(number), "0") << number;
  }
  EXPECT_EQ(canonical_form("2.4703282292062328e-324"), "5e-324");
}

TEST(Number, HasNoCanonicalFormWhereItRoundsToInfinity) {
  for (const char* number : {"1e400", "-1e400", "1e309", "1.7976931348623159e308",
                             "179769313486231580793728971405304e276", "1e99999999999999999999999"}) {
    EXPECT_EQ(canonical_form(number), "") << number;
  }
  EXPECT_EQ(canonical_form(std::string("1") + std::string(309, '0')), "");
  EXPECT_EQ(canonical_form("1.7976931348623158e308"), "1.7976931348623157e+308");
  EXPECT_EQ(canonical_form("179769313486231580793728971405303e276"), "1.7976931348623157e+308");
}

TEST(Number, ReadsAnyNumberOfDigitsAndAnyExponent) {
  EXPECT_EQ(canonical_form(std::string("0.") + std::string(100'000, '0') + "1e100001"), "1");
  EXPECT_EQ(canonical_form(std::string("1") + std::string(100'000, '0') + "e-100000"), "1");
  EXPECT_EQ(canonical_form(std::string("0.") + std::string(100'000, '3')), "0.3333333333333333");
  EXPECT_EQ(canonical_form("1e-99999999999999999999999"), "0");
  EXPECT_EQ(canonical_form("1.00000000000000011102230246251565404236316680908203125"), "1");  // half-way: to even
  EXPECT_EQ(canonical_form("1.00000000000000011102230246251565404236316680908203126"), "1.0000000000000002");
}

TEST(Number, NeedsNoMoreThanItsBound) {
  EXPECT_EQ(canonical_form("-1.2345678901234567e-6").size(), kNumberBytesMax);
  EXPECT_EQ(canonical_form("-1.2345678901234567e-308"), "-1.2345678901234567e-308");
  EXPECT_EQ(canonical_form("-123456789012345678901.5"), "-123456789012345680000");
}

#if __has_include(<rapidcheck.h>)
TEST(Number, ReadsBackAsTheSameDoubleAndStaysAsItIs) {
  EXPECT_TRUE(rc::check([](std::uint64_t bits) {
    const auto value = std::bit_cast<double>(bits);
    RC_PRE(std::isfinite(value));
    const std::string text = canonical_form(spelled(value));
    RC_ASSERT(std::strtod(text.c_str(), nullptr) == value);
    const bool integer = text.find_first_of(".e") == std::string::npos;
    RC_ASSERT(canonical_form(text) == text);
    if (integer) RC_ASSERT(canonical_form(text + ".0") == text);
  }));
}

TEST(Number, IsTheShortestThatReadsBack) {
  EXPECT_TRUE(rc::check([](std::uint64_t bits) {
    const auto value = std::bit_cast<double>(bits);
    RC_PRE(std::isfinite(value) && value != 0);
    const std::string text = canonical_form(spelled(value));
    std::size_t digits = 0;
    const std::string mantissa = text.substr(0, text.find('e'));
    std::string significant;
    for (const char c : mantissa) {
      if (c >= '0' && c <= '9' && !(significant.empty() && c == '0')) significant += c;
    }
    digits = significant.find_last_not_of('0') + 1;
    std::array<char, 64> shorter;
    if (digits > 1) {
      std::snprintf(shorter.data(), shorter.size(), "%.*e", static_cast<int>(digits) - 2, value);
      RC_ASSERT(std::strtod(shorter.data(), nullptr) != value);
    }
  }));
}

TEST(Number, KeepsEveryIntegerOf64Bits) {
  EXPECT_TRUE(rc::check([](std::int64_t i, std::uint64_t u) {
    RC_ASSERT(canonical_form(std::to_string(i)) == std::to_string(i));
    RC_ASSERT(canonical_form(std::to_string(u)) == std::to_string(u));
  }));
}
#endif

}  // namespace
}  // namespace planish::core
