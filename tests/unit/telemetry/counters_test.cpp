// Counters: what is counted where.
#include <telemetry/counters.hpp>
#include <telemetry/health.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string_view>

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

TEST(Counters, CountAnAnswerOnceByRouteAndStatus) {
  for (std::size_t route = 0; route < kRouteCount; ++route) {
    for (std::size_t status = 0; status < kStatuses.size(); ++status) {
      Counters counters;
      counters.answered(static_cast<Route>(route), 0, kStatuses[status]);
      for (std::size_t r = 0; r < kRouteCount; ++r) {
        for (std::size_t s = 0; s < kStatuses.size(); ++s) {
          const bool transform = static_cast<Route>(r) == Route::transform;
          const auto& row = transform ? counters.transforms[0] : counters.requests[r];
          EXPECT_EQ(row[s].value(), r == route && s == status ? 1U : 0U);
        }
      }
    }
  }
}

TEST(Counters, CountEachTransformApart) {
  Counters counters;
  counters.answered(Route::transform, kTransformsCounted - 1, 422);
  std::uint64_t total = 0;
  for (const auto& row : counters.transforms) {
    for (const Counter& counter : row) total += counter.value();
  }
  EXPECT_EQ(total, 1U);
  const auto status = std::find(kStatuses.begin(), kStatuses.end(), 422) - kStatuses.begin();
  EXPECT_EQ(counters.transforms[kTransformsCounted - 1][static_cast<std::size_t>(status)].value(), 1U);
}

TEST(Counters, CountAnUnknownStatusAs500) {
  Counters counters;
  counters.answered(Route::none, 0, 299);
  EXPECT_EQ(counters.requests[static_cast<std::size_t>(Route::none)][13].value(), 1U);
  EXPECT_EQ(kStatuses[13], 500);
}

TEST(Counters, NameEveryLabelValueOnce) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kRouteCount; ++i) names.insert(name_of(static_cast<Route>(i)));
  EXPECT_EQ(names.size(), kRouteCount);
  names.clear();
  for (std::size_t i = 0; i < kRejectedCount; ++i) names.insert(name_of(static_cast<Rejected>(i)));
  EXPECT_EQ(names.size(), kRejectedCount);
  names.clear();
  for (std::size_t i = 0; i < kErrorCodes; ++i) names.insert(error_code_name(i));
  EXPECT_EQ(names.size(), kErrorCodes);
}

TEST(Health, StartsAsStarting) {
  Health health;
  EXPECT_EQ(health.phase(), Phase::starting);
  health.set(Phase::draining);
  EXPECT_EQ(health.phase(), Phase::draining);
}

}  // namespace
}  // namespace planish::telemetry
