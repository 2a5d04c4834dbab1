// Histogram: what is counted where.
#include <telemetry/histogram.hpp>

#include <gtest/gtest.h>

namespace planish::telemetry {
namespace {

using namespace std::chrono_literals;

std::size_t bucket_of(std::chrono::nanoseconds observed) {
  Histogram histogram;
  histogram.record(observed);
  for (std::size_t i = 0; i < Histogram::kBuckets; ++i) {
    if (histogram.bucket(i) == 1) return i;
  }
  return Histogram::kBuckets;
}

TEST(Histogram, PutsABoundIntoItsBucketAndTheNextNanosecondIntoTheNext) {
  for (std::size_t i = 0; i < Histogram::kBoundsUs.size(); ++i) {
    const std::chrono::microseconds bound(Histogram::kBoundsUs[i]);
    EXPECT_EQ(bucket_of(bound), i);
    EXPECT_EQ(bucket_of(bound + 1ns), i + 1);
  }
  EXPECT_EQ(bucket_of(0ns), 0U);
  EXPECT_EQ(bucket_of(1h), Histogram::kBuckets - 1);
}

TEST(Histogram, SumsNanoseconds) {
  Histogram histogram;
  histogram.record(3us);
  histogram.record(1s);
  EXPECT_EQ(histogram.sum_ns(), 1'000'003'000U);
}

TEST(Histogram, TakesAClockThatStepsBackForZero) {
  Histogram histogram;
  histogram.record(-1us);
  EXPECT_EQ(histogram.bucket(0), 1U);
  EXPECT_EQ(histogram.sum_ns(), 0U);
}

}  // namespace
}  // namespace planish::telemetry
