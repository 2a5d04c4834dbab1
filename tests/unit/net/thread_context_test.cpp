// ThreadContext: how long a thread waits for others to make room.
#include <net/thread_context.hpp>

#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace planish::net {
namespace {

TEST(ThreadContext, WaitsForRoomWhileOthersMakeItAndForATenthOfASecondAtMost) {
  BufferedBytes account(kBlockGrain);
  Counters counters;
  const std::function<void(Notice)> nobody;
  ThreadContext thread_context(http::Limits{}, 1 << 20, account, TickLimits(Timeouts{}), counters, nobody);
  thread_context.fit_answers(1 << 20);
  int asked = 0;
  thread_context.pending_bytes.on_full({.longest = [](std::size_t) { return PendingBytesPool::Longest::elsewhere; },
                                        .here = [](PendingBytesPool::Step) { return false; },
                                        .elsewhere = [&](std::size_t) { ++asked; }});
  EXPECT_FALSE(thread_context.waits_for_room());

  PendingBytes pending;
  for (int round = 0; round < 2; ++round) {
    ASSERT_TRUE(thread_context.pending_bytes.append(pending, std::string(10'000, 'b')));
    const std::chrono::nanoseconds began = now();
    EXPECT_TRUE(thread_context.waits_for_room());
    EXPECT_GE(asked, 2) << "once for the room, and again since there is none yet";
    while (thread_context.waits_for_room()) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    EXPECT_GE(now() - began, kRoomPatience) << "then it goes on, come what may";
    EXPECT_FALSE(thread_context.waits_for_room());
    pending.reset();
    EXPECT_FALSE(thread_context.waits_for_room());
    EXPECT_FALSE(thread_context.pending_bytes.is_ahead());  // and has all its patience for the next time
  }
}

}  // namespace
}  // namespace planish::net
