// Decimals are exact, whatever their size.
#include <core/contract/decimal.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace planish::core::contract {
namespace {

TEST(Decimal, OrdersNumbersThatOneDoubleStandsFor) {
  EXPECT_LT(compare(Decimal("9007199254740992"), Decimal("9007199254740993")), 0);
  EXPECT_GT(compare(Decimal("0.1"), Decimal("0.09999999999999999999999")), 0);
  EXPECT_LT(compare(Decimal("1e400"), Decimal("1e401")), 0);
  EXPECT_EQ(compare(Decimal("1e-400"), Decimal("0")), 1);
}

TEST(Decimal, KnowsOneNumberInEverySpelling) {
  const std::vector<std::vector<std::string_view>> same = {
      {"0", "-0", "0.0", "0e5", "-0.00E-7", "0e99999999999999999999"},
      {"100", "1e2", "1E+2", "100.0", "0.1e3", "1000e-1", "1e002", "0.0001e6"},
      {"-4.35", "-435e-2", "-0.435e1", "-4.350"},
      {"1e99999999999999999999", "10e99999999999999999998", "0.1E+100000000000000000000", "1e0099999999999999999999"},
      {"1e-99999999999999999999", "0.1e-99999999999999999998", "100e-100000000000000000001"},
  };
  for (std::size_t i = 0; i < same.size(); ++i) {
    for (const std::string_view a : same[i]) {
      for (const std::string_view b : same[i]) {
        EXPECT_EQ(compare(Decimal(a), Decimal(b)), 0) << a << ' ' << b;
        EXPECT_EQ(Decimal(a).hash(), Decimal(b).hash()) << a << ' ' << b;
      }
      for (std::size_t j = 0; j < same.size(); ++j) {
        if (i == j) continue;
        EXPECT_NE(compare(Decimal(a), Decimal(same[j][0])), 0) << a << ' ' << same[j][0];
      }
    }
  }
}

TEST(Decimal, OrdersExponentsOfAnyLength) {
  const std::vector<std::string> ascending = {"-1e100000000000000000000", "-1e99999999999999999999",
                                              "-1e99999999999999999",     "-2",
                                              "-1e-99999999999999999999", "0",
                                              "1e-100000000000000000000", "1e-99999999999999999999",
                                              "1e-99999999999999999",     "1",
                                              "1e99999999999999999",      "1e999999999999999999",
                                              "1e99999999999999999999",   "2e99999999999999999999",
                                              "1e100000000000000000000"};
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      EXPECT_EQ(compare(Decimal(ascending[i]), Decimal(ascending[j])), i < j   ? -1
                                                                       : i > j ? 1
                                                                               : 0)
          << ascending[i] << ' ' << ascending[j];
    }
  }
}

TEST(Decimal, SaysWhatIsAnInteger) {
  for (const char* number :
       {"0", "-0.0", "1", "1.0", "-20", "1.50e1", "1e400", "12345678901234567890.000", "1e99999999999999999999"}) {
    EXPECT_TRUE(Decimal(number).is_integer()) << number;
  }
  for (const char* number :
       {"0.5", "1.01", "1e-1", "15e-1", "1e-400", "1e-99999999999999999999", "123456789012345678901234567890.5"}) {
    EXPECT_FALSE(Decimal(number).is_integer()) << number;
  }
}

TEST(Decimal, GivesItsValueWithinBounds) {
  std::uint64_t value = 0;
  EXPECT_TRUE(Decimal("2.0e1").to_unsigned(20, value));
  EXPECT_EQ(value, 20u);
  EXPECT_FALSE(Decimal("21").to_unsigned(20, value));
  EXPECT_TRUE(Decimal("18446744073709551615").to_unsigned(~std::uint64_t{0}, value));
  EXPECT_EQ(value, ~std::uint64_t{0});
  EXPECT_FALSE(Decimal("18446744073709551616").to_unsigned(~std::uint64_t{0}, value));
  EXPECT_FALSE(Decimal("1e99999999999999999999").to_unsigned(~std::uint64_t{0}, value));
  EXPECT_FALSE(Decimal("1.5").to_unsigned(20, value));
  EXPECT_FALSE(Decimal("-1").to_unsigned(20, value));
}

bool divides(std::string_view divisor, std::string_view number) {
  Divisor by;
  EXPECT_TRUE(by.set(Decimal(divisor))) << divisor;
  return by.divides(Decimal(number));
}

TEST(Divisor, DividesDecimalsExactly) {
  EXPECT_TRUE(divides("0.01", "4.35"));
  EXPECT_TRUE(divides("0.01", "0.07"));
  EXPECT_FALSE(divides("0.01", "4.355"));
  EXPECT_TRUE(divides("0.1", "1e400"));
  EXPECT_FALSE(divides("3", "1e400"));
  EXPECT_TRUE(divides("7", "-49"));
  EXPECT_TRUE(divides("7", "0"));
  EXPECT_FALSE(divides("7", "50"));
  EXPECT_TRUE(divides("1e2", "12300"));
  EXPECT_FALSE(divides("1e2", "1230"));
  EXPECT_TRUE(divides("9007199254740993", "18014398509481986"));
  EXPECT_FALSE(divides("9007199254740993", "18014398509481985"));
  EXPECT_TRUE(divides("1.5", "4.5"));
  EXPECT_TRUE(divides("0.0001", "0.0075"));
  EXPECT_FALSE(divides("0.0001", "0.00751"));
}

TEST(Divisor, TakesPowersOfTwoAndFiveFromTheExponent) {
  EXPECT_TRUE(divides("576460752303423488", "1e59"));  // 2^59
  EXPECT_FALSE(divides("576460752303423488", "1e58"));
  EXPECT_TRUE(divides("576460752303423488", "1e99999999999999999999"));
  EXPECT_TRUE(divides("476837158203125", "1e21"));  // 5^21
  EXPECT_FALSE(divides("476837158203125", "1e20"));
}

TEST(Divisor, TakesUpTo18Digits) {
  Divisor by;
  EXPECT_TRUE(by.set(Decimal("123456789012345678")));
  EXPECT_TRUE(by.set(Decimal("0.000123456789012345678000")));
  EXPECT_FALSE(by.set(Decimal("1234567890123456789")));
  EXPECT_FALSE(by.set(Decimal("0")));
  EXPECT_FALSE(by.set(Decimal("-1")));
}

}  // namespace
}  // namespace planish::core::contract
