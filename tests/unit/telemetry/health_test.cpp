// Health: the phase that it begins with.
#include <telemetry/health.hpp>

#include <gtest/gtest.h>

namespace planish::telemetry {
namespace {

TEST(Health, StartsAsStarting) {
  Health health;
  EXPECT_EQ(health.phase(), Phase::starting);
  health.set(Phase::draining);
  EXPECT_EQ(health.phase(), Phase::draining);
}

}  // namespace
}  // namespace planish::telemetry
