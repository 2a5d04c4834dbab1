// A guest that touches its memory where the system has none to give.
#include <unit/plugin/plugin_fixture.hpp>

#include <cstdlib>
#include <string_view>

#include <sys/resource.h>

namespace planish::plugin {
namespace {

constexpr int kExitSystem = 71;

class ExhaustionDeathTest : public testing::Test {
 protected:
  void SetUp() override { testing::FLAGS_gtest_death_test_style = "threadsafe"; }

  // Ends with what became of the event, or in it.
  [[noreturn]] static void judge(std::string_view type) {
    const auto batch = make_batch("fills", patient());
    const auto action_of = [&](std::string_view of) {
      Events events;
      events.add(of);
      return batch->judge(events.request()).verdicts[0].action;
    };
    if (action_of("it") != Action::keep) std::abort();  // and what a request takes is there from now on
    const rlimit none{.rlim_cur = 4096, .rlim_max = RLIM_INFINITY};
    if (::setrlimit(RLIMIT_DATA, &none) != 0) std::abort();
    std::_Exit(static_cast<int>(action_of(type)));
  }
};

TEST_F(ExhaustionDeathTest, IsNothingToWhoTouchesNothing) {
  EXPECT_EXIT(judge("it"), testing::ExitedWithCode(static_cast<int>(Action::keep)), "");
}

TEST_F(ExhaustionDeathTest, IsATrapOfTheGuestThatTouchesIt) {
  EXPECT_EXIT(judge("a"), testing::ExitedWithCode(static_cast<int>(Action::fail)), "");
}

TEST_F(ExhaustionDeathTest, EndsTheProcessWithAWordWhereTheEngineTouchesItForTheGuest) {
  EXPECT_EXIT(judge("all"), testing::ExitedWithCode(kExitSystem), "planish: out of memory");
}

}  // namespace
}  // namespace planish::plugin
