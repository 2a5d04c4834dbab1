// Counters: which series an answer counts in, and how series are called.
#include <http/counters.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string_view>

namespace planish::http {
namespace {

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
    for (const telemetry::Counter& counter : row) total += counter.value();
  }
  EXPECT_EQ(total, 1U);
  const auto status = std::find(kStatuses.begin(), kStatuses.end(), 422) - kStatuses.begin();
  EXPECT_EQ(counters.transforms[kTransformsCounted - 1][static_cast<std::size_t>(status)].value(), 1U);
}

TEST(Counters, CountAnUnknownStatusAs500) {
  Counters counters;
  counters.answered(Route::none, 0, 599);
  counters.answered(Route::none, 0, 299);  // an upstream's success is one
  const auto counted = [&](unsigned status) {
    const auto at = std::find(kStatuses.begin(), kStatuses.end(), status) - kStatuses.begin();
    return counters.requests[static_cast<std::size_t>(Route::none)][static_cast<std::size_t>(at)].value();
  };
  EXPECT_EQ(counted(500), 1U);
  EXPECT_EQ(counted(200), 1U);
}

TEST(Counters, NameEveryLabelValueOnce) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kRouteCount; ++i) names.insert(row_of(static_cast<Route>(i)).name);
  EXPECT_EQ(names.size(), kRouteCount - 1);  // a transform's is its endpoint's
  names = {kRejected.begin(), kRejected.end()};
  EXPECT_EQ(names.size(), kRejected.size());
}

}  // namespace
}  // namespace planish::http
