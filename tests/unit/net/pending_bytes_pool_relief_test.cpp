// PendingBytesPool: what is done where the account of the process is full, and whom it costs.
#include <net/pending_bytes_pool.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace planish::net {
namespace {

using Longest = PendingBytesPool::Longest;

constexpr std::size_t kTenBlocks = 10 * kBlockGrain;
const std::string kTenBlocksOfBytes(kTenBlocks - kBlockOverhead, 'b');

// Its unread answers, the longest first; `whose` says whether any of them is the longest of all threads.
struct Relieved {
  explicit Relieved(BufferedBytes& account) : pool(account) {
    pool.on_full({.longest = [this](std::size_t) { return whose; },
                  .here =
                      [this](PendingBytesPool::Step) {
                        if (unread.empty()) return false;
                        unread.erase(unread.begin());
                        if (unread.empty() && whose == Longest::here) whose = Longest::nobody;
                        return true;
                      },
                  .elsewhere = [this](std::size_t) { ++asked; }});
  }
  PendingBytesPool pool;
  std::vector<PendingBytes> unread;
  Longest whose = Longest::nobody;
  int asked = 0;
};

TEST(PendingBytesPool, IsRelievedWhereTheAccountIsFullAndOnlyThen) {
  BufferedBytes account(std::size_t{100} << 10);
  Relieved thread(account);
  thread.unread.resize(9);
  thread.whose = Longest::here;
  for (PendingBytes& other : thread.unread) {
    ASSERT_TRUE(thread.pool.append(other, std::string(10'000, 'o'), block_bytes(10'000)));
  }
  EXPECT_EQ(thread.unread.size(), 9u);
  PendingBytes pending;
  EXPECT_TRUE(thread.pool.append(pending, std::string(25'000, 'b'), block_bytes(25'000)));
  EXPECT_EQ(thread.unread.size(), 7u) << "as many are cut as are needed";
  EXPECT_FALSE(thread.pool.append(pending, std::string(100'000, 'b')));
  EXPECT_TRUE(thread.unread.empty());
  EXPECT_EQ(account.bytes(), block_bytes(25'000));
  EXPECT_EQ(thread.asked, 0);
}

TEST(PendingBytesPool, RunsAheadOfTheAccountWhereAnotherThreadWillMakeRoom) {
  BufferedBytes account(kTenBlocks);
  Relieved thread(account);
  thread.pool.run_ahead(kTenBlocks);
  PendingBytes first, second, third;
  ASSERT_TRUE(thread.pool.append(first, kTenBlocksOfBytes, kTenBlocks));
  EXPECT_FALSE(thread.pool.append(second, kTenBlocksOfBytes, kTenBlocks)) << "nobody has an unread answer";
  EXPECT_EQ(thread.asked, 0);
  thread.whose = Longest::elsewhere;
  EXPECT_TRUE(thread.pool.append(second, kTenBlocksOfBytes, kTenBlocks));
  EXPECT_TRUE(account.over());
  EXPECT_EQ(thread.asked, 1);
  EXPECT_FALSE(thread.pool.append(third, "c")) << "so far and no farther";
  EXPECT_TRUE(thread.pool.waits_for_others()) << "so it begins nothing more";
  EXPECT_EQ(thread.asked, 2) << "and asks again";
  first.reset();
  EXPECT_FALSE(account.over());
  EXPECT_FALSE(thread.pool.waits_for_others());
  EXPECT_TRUE(thread.pool.append(third, kTenBlocksOfBytes, kTenBlocks));
  EXPECT_TRUE(thread.pool.waits_for_others());
  thread.whose = Longest::nobody;
  EXPECT_FALSE(thread.pool.waits_for_others()) << "there is nobody to wait for";
  EXPECT_TRUE(account.over());
  third.reset();
  second.reset();
  EXPECT_EQ(account.bytes(), 0u);
}

TEST(PendingBytesPool, CutsItsOwnWhereTheyAreTheLongestOfAll) {
  BufferedBytes account(kTenBlocks);
  Relieved thread(account);
  thread.pool.run_ahead(2 * kTenBlocks);
  thread.unread.resize(1);
  PendingBytes mine;
  ASSERT_TRUE(thread.pool.append(thread.unread[0], kTenBlocksOfBytes, kTenBlocks));
  thread.whose = Longest::elsewhere;
  ASSERT_TRUE(thread.pool.append(mine, kTenBlocksOfBytes, kTenBlocks));
  EXPECT_EQ(thread.asked, 1);
  EXPECT_EQ(thread.unread.size(), 1u) << "another thread's has waited for longer";
  thread.whose = Longest::here;  // since then
  EXPECT_FALSE(thread.pool.waits_for_others());
  EXPECT_TRUE(thread.unread.empty());
  EXPECT_EQ(thread.asked, 1) << "nobody else has to";
}

TEST(PendingBytesPool, CutsItsOwnBeforeItRefusesAnybodyForAnotherThreadsSake) {
  BufferedBytes account(kTenBlocks);
  Relieved thread(account);
  thread.pool.run_ahead(kTenBlocks);
  thread.unread.resize(1);
  PendingBytes first, second;
  ASSERT_TRUE(thread.pool.append(thread.unread[0], kTenBlocksOfBytes, kTenBlocks));
  thread.whose = Longest::elsewhere;  // and it never makes room
  ASSERT_TRUE(thread.pool.append(first, kTenBlocksOfBytes, kTenBlocks));
  EXPECT_TRUE(thread.pool.append(second, kTenBlocksOfBytes, kTenBlocks));
  EXPECT_TRUE(thread.unread.empty());
  EXPECT_FALSE(thread.pool.append(second, "c"));
}

TEST(PendingBytesPool, LetsTheRestOfAnAnswerOverTheLimitWhereThereIsNobodyToCut) {
  BufferedBytes account(kTenBlocks);
  Relieved thread(account);
  thread.pool.run_ahead(kTenBlocks);
  PendingBytes body, answer, other;
  ASSERT_TRUE(thread.pool.append(body, kTenBlocksOfBytes, kTenBlocks));
  const std::size_t rest = kTenBlocksOfBytes.size();
  EXPECT_FALSE(thread.pool.reserve(answer, rest, kTenBlocks)) << "no other request";
  EXPECT_FALSE(thread.pool.is_ahead());
  EXPECT_TRUE(thread.pool.reserve(answer, rest, kTenBlocks, PendingBytesPool::Of::answer));
  EXPECT_EQ(account.bytes(), 2 * kTenBlocks);
  EXPECT_FALSE(thread.pool.reserve(other, 1, kBlockGrain, PendingBytesPool::Of::answer)) << "so far and no farther";
  EXPECT_FALSE(thread.pool.waits_for_others()) << "there is nobody to wait for";
  body.reset();
  EXPECT_FALSE(thread.pool.reserve(other, 1, kBlockGrain)) << "nor any request before that is paid back";
  answer.reset();
  EXPECT_TRUE(thread.pool.reserve(other, 1, kBlockGrain));
  EXPECT_EQ(thread.asked, 0);
}

TEST(PendingBytesPool, SparesThoseWhoTakeSomethingForSomeStepsAndThenNobody) {
  BufferedBytes account(kTenBlocks);
  PendingBytesPool pool(account);
  PendingBytes unread, ours;
  ASSERT_TRUE(pool.append(unread, kTenBlocksOfBytes, kTenBlocks));
  int sparing = 0;
  pool.on_full({.longest = [](std::size_t) { return Longest::here; },
                .here =
                    [&](PendingBytesPool::Step step) {
                      EXPECT_FALSE(step.elsewhere);
                      if (step.sparing) {
                        ++sparing;  // more is written to it
                      } else {
                        unread.reset();
                      }
                      return true;
                    },
                .elsewhere = [](std::size_t) {}});
  EXPECT_TRUE(pool.append(ours, kTenBlocksOfBytes, kTenBlocks));
  EXPECT_EQ(sparing, PendingBytesPool::kSparingStepsMax);
}

TEST(PendingBytesPool, SaysOfAStepThatItIsInThePlaceOfAnotherThread) {
  BufferedBytes account(kTenBlocks);
  PendingBytesPool pool(account);
  PendingBytes theirs, ours;
  ASSERT_TRUE(pool.append(theirs, kTenBlocksOfBytes, kTenBlocks));
  int steps = 0;
  pool.on_full({.longest = [](std::size_t) { return Longest::elsewhere; },
                .here =
                    [&](PendingBytesPool::Step step) {
                      EXPECT_TRUE(step.elsewhere);
                      return ++steps == 0;
                    },
                .elsewhere = [](std::size_t) {}});
  EXPECT_FALSE(pool.append(ours, "o"));
  EXPECT_EQ(steps, 1);
}

TEST(BufferedBytes, KnowHowMuchOfThemIsUnreadAnswers) {
  BufferedBytes account(1600);
  account.replace_unread(0, 100);
  account.replace_unread(0, 50);
  EXPECT_EQ(account.unread(), 150u);
  account.replace_unread(100, 20);
  EXPECT_EQ(account.unread(), 70u);
  account.replace_unread(20, 0);
  EXPECT_EQ(account.unread(), 50u);
}

TEST(PendingBytesPool, TakesTheRoomThatAnotherThreadHasMadeSinceItLooked) {
  BufferedBytes account(kTenBlocks);
  PendingBytesPool other(account), pool(account);
  PendingBytes theirs, ours;
  ASSERT_TRUE(other.append(theirs, kTenBlocksOfBytes, kTenBlocks));
  pool.on_full({.longest =
                    [&](std::size_t) {
                      theirs.reset();
                      return Longest::nobody;
                    },
                .here = [](PendingBytesPool::Step) { return false; },
                .elsewhere = [](std::size_t) {}});
  EXPECT_TRUE(pool.append(ours, kTenBlocksOfBytes, kTenBlocks));
}

TEST(PendingBytesPool, MakesRoomForOthersAndAsksOnWhereTheLongestIsElsewhere) {
  BufferedBytes account(kTenBlocks);
  PendingBytesPool other(account);
  Relieved thread(account);
  thread.pool.run_ahead(2 * kTenBlocks);
  thread.unread.resize(1);
  EXPECT_FALSE(thread.pool.make_room()) << "there is room";
  PendingBytes pending;
  ASSERT_TRUE(thread.pool.append(thread.unread[0], kTenBlocksOfBytes, kTenBlocks));
  thread.whose = Longest::elsewhere;
  ASSERT_TRUE(thread.pool.append(pending, kTenBlocksOfBytes, kTenBlocks));
  EXPECT_TRUE(thread.pool.make_room());
  EXPECT_EQ(thread.asked, 2);
  thread.whose = Longest::here;
  EXPECT_FALSE(thread.pool.make_room());
  EXPECT_TRUE(thread.unread.empty());
  EXPECT_EQ(thread.asked, 2);
}

TEST(PendingBytesPool, RunsAheadByWhatItsTurnsMayNeedAndByNoOtherThreads) {
  BufferedBytes account(kBlockGrain);
  PendingBytesPool pool(account);
  pool.run_ahead(5000);
  {
    PendingBytesPool other(account);
    other.run_ahead(3000);
    other.run_ahead(4000);  // the answers have become larger
    EXPECT_EQ(account.ahead_max(), 9000u);
  }
  EXPECT_EQ(account.ahead_max(), 5000u);
}

}  // namespace
}  // namespace planish::net
