// Backlogs: bytes stay in order however they grow, and the account of the process is exact.
#include <net/backlog_pool.hpp>

#include <gtest/gtest.h>
#include <planish/padded_view.hpp>

#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace planish::net {
namespace {

std::string text_of(const Backlog& backlog) {
  return {backlog.bytes().begin(), backlog.bytes().end()};
}

TEST(BufferedBytes, ChargesUpToTheLimitAndNotAByteMore) {
  BufferedBytes account(100);
  EXPECT_TRUE(account.charge(60));
  EXPECT_FALSE(account.charge(41));
  EXPECT_EQ(account.bytes(), 60u);
  EXPECT_TRUE(account.charge(40));
  EXPECT_FALSE(account.charge(1));
  account.credit(100);
  EXPECT_EQ(account.bytes(), 0u);
  EXPECT_FALSE(account.charge(SIZE_MAX));
}

TEST(Backlog, IsOnePointer) {
  EXPECT_EQ(sizeof(Backlog), sizeof(void*));
}

TEST(Backlog, HoldsNothingUntilSomethingWaits) {
  BufferedBytes account(1 << 20);
  BacklogPool pool(account);
  Backlog backlog;
  EXPECT_FALSE(backlog);
  EXPECT_TRUE(pool.append(backlog, {}));
  EXPECT_FALSE(backlog);
  EXPECT_EQ(account.bytes(), 0u);
}

TEST(Backlog, KeepsBytesInOrderWhileItGrowsAndShrinks) {
  BufferedBytes account(std::size_t{64} << 20);
  BacklogPool pool(account);
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    Backlog backlog;
    std::string expected;
    for (int step = 0; step < 60; ++step) {
      const std::string piece(random() % (1u << (random() % 16)), static_cast<char>('a' + step % 26));
      if (random() % 3 == 0 && backlog && backlog.room().size() >= piece.size()) {
        std::memcpy(backlog.room().data(), piece.data(), piece.size());
        backlog.commit(piece.size());
      } else {
        ASSERT_TRUE(pool.append(backlog, piece));
      }
      expected += piece;
      if (random() % 4 == 0 && backlog) {
        const std::size_t from = random() % (expected.size() + 1);
        const std::size_t size = random() % (expected.size() - from + 1);
        backlog.keep(from, size);
        pool.trim(backlog);
        expected = expected.substr(from, size);
      }
      ASSERT_EQ(text_of(backlog), expected);
      // The padding belongs to the block: AddressSanitizer looks on.
      if (backlog) std::memset(backlog.bytes().data() + backlog.bytes().size() + backlog.room().size(), 0, kPadding);
    }
  }
  EXPECT_EQ(account.bytes(), 0u);
}

TEST(Backlog, CostsWhatHasArrivedAndAQuarter) {
  BufferedBytes account(std::size_t{64} << 20);
  BacklogPool pool(account);
  Backlog backlog;
  const std::string piece(100, 'x');
  for (std::size_t size = piece.size(); size < 300'000; size += piece.size()) {
    ASSERT_TRUE(pool.append(backlog, piece));
    ASSERT_LE(account.bytes(), size + size / 4 + 2048);
  }
}

TEST(Backlog, RefusedBytesChangeNothing) {
  BufferedBytes account(4096);
  BacklogPool pool(account);
  Backlog first, second;
  ASSERT_TRUE(pool.append(first, std::string(2000, 'a')));
  const std::size_t before = account.bytes();
  EXPECT_FALSE(pool.append(second, std::string(2000, 'b')));
  EXPECT_FALSE(second);
  EXPECT_FALSE(pool.append(first, std::string(2000, 'c')));
  EXPECT_EQ(text_of(first), std::string(2000, 'a'));
  EXPECT_EQ(account.bytes(), before);
  first.reset();
  EXPECT_TRUE(pool.append(second, std::string(2000, 'b')));
}

TEST(Backlog, GivesBackMostOfABlockThatBecameTooLarge) {
  BufferedBytes account(std::size_t{4} << 20);
  BacklogPool pool(account);
  Backlog backlog;
  ASSERT_TRUE(pool.append(backlog, std::string(1'000'000, 'a') + "rest"));
  backlog.keep(1'000'000, 4);
  pool.trim(backlog);
  EXPECT_EQ(text_of(backlog), "rest");
  EXPECT_LE(account.bytes(), 2048u);
}

TEST(Backlog, IsNeverLargerThanItMayBe) {
  BufferedBytes account(std::size_t{4} << 20);
  BacklogPool pool(account);
  constexpr std::size_t kMax = 8 * kBlockGrain;
  const std::string most(kMax - kBlockOverhead, 'a');
  Backlog backlog;
  ASSERT_TRUE(pool.append(backlog, most.substr(1), kMax));
  EXPECT_EQ(account.bytes(), kMax) << "without the quarter more";
  EXPECT_TRUE(pool.append(backlog, std::string_view("b"), kMax));
  EXPECT_FALSE(pool.append(backlog, std::string_view("c"), kMax));
  EXPECT_TRUE(text_of(backlog) == most.substr(1) + 'b');
  backlog.reset();
  {
    Backlog larger;
    ASSERT_TRUE(pool.append(larger, std::string(kMax, 'l')));
  }
  ASSERT_TRUE(pool.append(backlog, most, kMax));
  EXPECT_EQ(account.bytes(), kMax) << "nor a larger one that was kept";
}

TEST(BacklogPool, IsRelievedWhereTheAccountIsFullAndOnlyThen) {
  BufferedBytes account(std::size_t{100} << 10);
  BacklogPool pool(account);
  std::vector<Backlog> others(9);
  std::size_t cut = 0;
  pool.on_full({.here =
                    [&] {
                      if (cut == others.size()) return false;
                      others[cut++].reset();
                      return true;
                    },
                .elsewhere = {}});
  for (Backlog& other : others) ASSERT_TRUE(pool.append(other, std::string(10'000, 'o'), block_bytes(10'000)));
  EXPECT_EQ(cut, 0u);
  Backlog backlog;
  EXPECT_TRUE(pool.append(backlog, std::string(25'000, 'b'), block_bytes(25'000)));
  EXPECT_EQ(cut, 2u) << "as many as are needed";
  EXPECT_FALSE(pool.append(backlog, std::string(100'000, 'b')));
  EXPECT_EQ(cut, others.size());
  EXPECT_EQ(account.bytes(), block_bytes(25'000));
}

TEST(BacklogPool, RunsAheadOfTheAccountWhereOthersWillMakeRoom) {
  constexpr std::size_t kBlock = 10 * kBlockGrain;
  const std::string bytes(kBlock - kBlockOverhead, 'b');
  BufferedBytes account(kBlock);
  BacklogPool pool(account);
  int asked = 0;
  pool.on_full({.here = [] { return false; }, .elsewhere = [&] { ++asked; }});
  pool.run_ahead(kBlock);
  Backlog first, second, third;
  ASSERT_TRUE(pool.append(first, bytes, kBlock));
  EXPECT_FALSE(pool.append(second, bytes, kBlock)) << "nobody has an unread answer";
  EXPECT_EQ(asked, 0);
  account.add_unread(1);
  EXPECT_TRUE(pool.append(second, bytes, kBlock));
  EXPECT_TRUE(account.over());
  EXPECT_EQ(asked, 1);
  EXPECT_FALSE(pool.append(third, "c")) << "so far and no farther";
  EXPECT_TRUE(pool.waits_for_others()) << "so it begins nothing more";
  EXPECT_EQ(asked, 2) << "and asks again";
  first.reset();
  EXPECT_FALSE(account.over());
  EXPECT_FALSE(pool.waits_for_others());
  EXPECT_TRUE(pool.append(third, bytes, kBlock));
  EXPECT_TRUE(pool.waits_for_others());
  account.add_unread(-1);
  EXPECT_FALSE(pool.waits_for_others()) << "there is nobody to wait for";
  EXPECT_TRUE(account.over());
  third.reset();
  second.reset();
  EXPECT_EQ(account.bytes(), 0u);
}

TEST(BacklogPool, RunsAheadByWhatItsTurnsMayNeedAndByNoOtherThreads) {
  BufferedBytes account(kBlockGrain);
  BacklogPool pool(account);
  pool.run_ahead(5000);
  {
    BacklogPool other(account);
    other.run_ahead(3000);
    other.run_ahead(4000);  // the answers have become larger
    EXPECT_EQ(account.ahead_max(), 9000u);
  }
  EXPECT_EQ(account.ahead_max(), 5000u);
}

TEST(BacklogPool, CutsItsOwnBeforeItWaitsForOthers) {
  constexpr std::size_t kBlock = 10 * kBlockGrain;
  const std::string bytes(kBlock - kBlockOverhead, 'b');
  BufferedBytes account(kBlock);
  BacklogPool pool(account);
  int asked = 0;
  Backlog mine, unread;
  bool has_unread = false;
  pool.on_full({.here =
                    [&] {
                      if (has_unread) unread.reset();
                      return std::exchange(has_unread, false);
                    },
                .elsewhere = [&] { ++asked; }});
  pool.run_ahead(2 * kBlock);
  account.add_unread(1);
  ASSERT_TRUE(pool.append(unread, bytes, kBlock));
  ASSERT_TRUE(pool.append(mine, bytes, kBlock));
  EXPECT_EQ(asked, 1);
  has_unread = true;  // since then
  EXPECT_FALSE(pool.waits_for_others());
  EXPECT_FALSE(has_unread);
  EXPECT_EQ(asked, 1) << "nobody else has to";
}

TEST(BacklogPool, ReusesFreedBlocks) {
  BufferedBytes account(std::size_t{4} << 20);
  BacklogPool pool(account);
  Backlog first;
  ASSERT_TRUE(pool.append(first, std::string(5000, 'a')));
  const char* const memory = first.bytes().data();
  first.reset();
  Backlog second;
  ASSERT_TRUE(pool.append(second, std::string(4800, 'b')));
  EXPECT_EQ(second.bytes().data(), memory);
  EXPECT_EQ(text_of(second), std::string(4800, 'b'));
}

TEST(BacklogPool, KeepsALargeBlockForTheNextUntilATickFindsItUnused) {
  BufferedBytes account(std::size_t{64} << 20);
  BacklogPool pool(account);
  const std::string megabyte(1 << 20, 'm');
  const auto address = [&] {
    Backlog backlog;
    EXPECT_TRUE(pool.append(backlog, megabyte));
    return static_cast<const void*>(backlog.bytes().data());
  };
  const void* const first = address();
  EXPECT_EQ(account.bytes(), 0u) << "what is kept belongs to nobody";
  Backlog small;
  ASSERT_TRUE(pool.append(small, "s"));
  EXPECT_LT(account.bytes(), 4096u) << "a small one is never taken from the large";
  EXPECT_EQ(address(), first);
  pool.sweep();
  EXPECT_EQ(address(), first) << "it was wanted since the sweep before";
  pool.sweep();
  pool.sweep();
  EXPECT_EQ(account.bytes(), small.bytes().size() + small.room().size() + kBlockOverhead);
}

TEST(BacklogPool, AsksForLessWhereAKeptBlockWouldBeOverTheLimit) {
  BufferedBytes account(200'000);
  BacklogPool pool(account);
  {
    Backlog backlog;
    ASSERT_TRUE(pool.append(backlog, std::string(100'000, 'a')));
  }
  ASSERT_TRUE(account.charge(110'000));
  Backlog backlog;
  EXPECT_TRUE(pool.append(backlog, std::string(66'000, 'b')));
  EXPECT_LE(account.bytes(), 200'000u);
}

}  // namespace
}  // namespace planish::net
