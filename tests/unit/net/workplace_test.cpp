// Workplace: how long a thread waits for others to make room.
#include <net/workplace.hpp>

#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace planish::net {
namespace {

TEST(Workplace, WaitsForRoomWhileOthersMakeItAndForATenthOfASecondAtMost) {
  BufferedBytes account(kBlockGrain);
  Counters counters;
  const std::function<void(Notice)> nobody;
  Workplace workplace(http::Limits{}, 1 << 20, account, TickLimits(Timeouts{}), counters, nobody);
  workplace.fit_answers(1 << 20);
  int asked = 0;
  workplace.backlogs.on_full({.here = [] { return false; }, .elsewhere = [&] { ++asked; }});
  EXPECT_FALSE(workplace.waits_for_room());

  account.add_unread(1);
  Backlog backlog;
  for (int round = 0; round < 2; ++round) {
    ASSERT_TRUE(workplace.backlogs.append(backlog, std::string(10'000, 'b')));
    const std::chrono::nanoseconds began = now();
    EXPECT_TRUE(workplace.waits_for_room());
    EXPECT_GE(asked, 2) << "once for the room, and again since there is none yet";
    while (workplace.waits_for_room()) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    EXPECT_GE(now() - began, kRoomPatience) << "then it goes on, come what may";
    EXPECT_FALSE(workplace.waits_for_room());
    backlog.reset();
    EXPECT_FALSE(workplace.waits_for_room());
    EXPECT_FALSE(workplace.backlogs.is_ahead());  // and has all its patience for the next time
  }
  account.add_unread(-1);
}

}  // namespace
}  // namespace planish::net
