// The histogram against sorted values: every percentile within 1 %, over the whole range, and adding up is exact.
#include "histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace {

using load::Histogram;

std::uint64_t exact_percentile(std::vector<std::uint64_t> values, double percent) {
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<std::size_t>(std::ceil(percent / 100 * static_cast<double>(values.size())));
  return values[std::max<std::size_t>(rank, 1) - 1];
}

void expect_within_one_percent(std::uint64_t measured, std::uint64_t exact) {
  EXPECT_GE(measured, exact);
  EXPECT_LE(static_cast<double>(measured), static_cast<double>(exact) * 1.01);
}

TEST(Histogram, IsExactBelow256Nanoseconds) {
  for (std::uint64_t ns = 0; ns < 256; ++ns) {
    Histogram histogram;
    histogram.record(ns);
    EXPECT_EQ(histogram.percentile_ns(50), ns);
  }
}

TEST(Histogram, IsWithinOnePercentOnBothSidesOfEveryPowerOfTwo) {
  for (std::uint64_t power = 256; power < Histogram::highest_ns; power *= 2) {
    for (const auto ns : {power - 1, power, power + 1, power + power / 2}) {
      if (ns > Histogram::highest_ns) continue;
      Histogram histogram;
      histogram.record(ns);
      histogram.record(Histogram::highest_ns);
      expect_within_one_percent(histogram.percentile_ns(50), ns);
    }
  }
}

TEST(Histogram, ClampsAboveSixtySecondsButKeepsTheMaximum) {
  Histogram histogram;
  histogram.record(Histogram::highest_ns);
  histogram.record(Histogram::highest_ns + 1);
  EXPECT_EQ(histogram.max_ns(), Histogram::highest_ns + 1);
  expect_within_one_percent(histogram.percentile_ns(50), Histogram::highest_ns);
}

TEST(Histogram, AgreesWithSortedValuesOfALogNormal) {
  std::mt19937_64 random(1);
  std::lognormal_distribution<double> latency(11, 1.5);
  std::vector<std::uint64_t> values(100'000);
  Histogram histogram;
  for (auto& value : values) {
    value = static_cast<std::uint64_t>(latency(random)) + 1000;
    histogram.record(value);
  }
  for (const double percent : {1.0, 10.0, 50.0, 90.0, 99.0, 99.9, 99.99, 100.0}) {
    expect_within_one_percent(histogram.percentile_ns(percent), exact_percentile(values, percent));
  }
}

TEST(Histogram, OfThreadsAddsUpToTheOneOfAll) {
  std::mt19937_64 random(2);
  std::uniform_int_distribution<std::uint64_t> ns(0, 1'000'000);
  Histogram all;
  Histogram parts[3];
  for (int i = 0; i < 9000; ++i) {
    const auto value = ns(random);
    all.record(value);
    parts[i % 3].record(value);
  }
  Histogram sum;
  for (const auto& part : parts) sum.add(part);
  EXPECT_EQ(sum.count(), all.count());
  EXPECT_EQ(sum.max_ns(), all.max_ns());
  EXPECT_DOUBLE_EQ(sum.mean_ns(), all.mean_ns());
  for (int percent = 1; percent <= 100; ++percent) EXPECT_EQ(sum.percentile_ns(percent), all.percentile_ns(percent));
}

TEST(Histogram, WithoutValuesSaysZero) {
  const Histogram histogram;
  EXPECT_EQ(histogram.percentile_ns(99), 0U);
  EXPECT_EQ(histogram.mean_ns(), 0);
}

TEST(Histogram, StepsRiseAndHoldAllCounts) {
  Histogram histogram;
  for (std::uint64_t ns = 1; ns < 1'000'000; ns = ns * 3 + 1) histogram.record(ns);
  std::uint64_t last = 0;
  std::uint64_t count = 0;
  histogram.each([&](std::uint64_t upper, std::uint64_t here) {
    EXPECT_GT(upper, last);
    last = upper;
    count += here;
  });
  EXPECT_EQ(count, histogram.count());
}

}  // namespace
