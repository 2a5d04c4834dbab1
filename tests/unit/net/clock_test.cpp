// Timeouts in ticks: never early, at most a tick late, and right where the counter turns over.
#include <net/clock.hpp>

#include <gtest/gtest.h>

namespace planish::net {
namespace {

using std::chrono::milliseconds;

Timeouts all(milliseconds limit) {
  Timeouts out;
  out.header = out.body = out.idle = out.write = out.linger = limit;
  return out;
}

TEST(TickLimits, TakeTheTickThatIsAskedForWhereTheTimeoutsAreLong) {
  EXPECT_EQ(TickLimits(Timeouts{}).tick, milliseconds(1'000));
}

TEST(TickLimits, TakeAShorterTickForShortTimeouts) {
  Timeouts timeouts;
  timeouts.header = milliseconds(200);
  EXPECT_EQ(TickLimits(timeouts).tick, milliseconds(50));
  timeouts.header = milliseconds(1);
  EXPECT_EQ(TickLimits(timeouts).tick, milliseconds(10));
}

TEST(TickLimits, NeverComeEarlyAndAtMostOneTickLate) {
  for (int limit = 1; limit <= 3'000; ++limit) {
    const TickLimits limits(all(milliseconds(limit)));
    // Stamped at any point of tick 0, swept when tick `header` begins.
    const milliseconds swept = limits.tick * limits.header;
    EXPECT_GE(swept - limits.tick, milliseconds(limit));
    EXPECT_LT(swept - limits.tick, milliseconds(limit) + limits.tick);
  }
}

TEST(TickLimits, HoldAZeroTimeoutToATick) {
  const TickLimits limits(all(milliseconds(0)));
  EXPECT_EQ(limits.tick, milliseconds(10));
  EXPECT_EQ(limits.header, 1u);
}

TEST(Tick, IsReachedAtTheDeadlineAndAfterIt) {
  EXPECT_FALSE(reached(10, 9));
  EXPECT_TRUE(reached(10, 10));
  EXPECT_TRUE(reached(10, 11));
}

TEST(Clock, MomentsComeRoundAndTheirDifferenceStays) {
  constexpr std::chrono::milliseconds round{std::int64_t{1} << 32};
  static_assert(moment_of(round + std::chrono::milliseconds{7}) == Moment{7});
  static_assert(moment_of(round + std::chrono::milliseconds{7}) - moment_of(round - std::chrono::milliseconds{3}) ==
                Moment{10});
  EXPECT_LE(moment_of(now()) - moment_of(now()), Moment{1'000});
}

TEST(Tick, TurnsOver) {
  const Tick late = 0xffff'fff0;
  EXPECT_FALSE(reached(late + 100, late));
  EXPECT_TRUE(reached(late + 100, 84));
  EXPECT_FALSE(reached(late + 100, 83));
}

}  // namespace
}  // namespace planish::net
