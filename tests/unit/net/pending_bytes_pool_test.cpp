// PendingBytes: bytes stay in order however they grow, and the account of the process is exact.
#include <net/pending_bytes_pool.hpp>

#include <gtest/gtest.h>
#include <planish/padded_view.hpp>

#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <utility>

namespace planish::net {
namespace {

std::string text_of(const PendingBytes& pending) {
  return {pending.bytes().begin(), pending.bytes().end()};
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

TEST(PendingBytes, IsOnePointer) {
  EXPECT_EQ(sizeof(PendingBytes), sizeof(void*));
}

TEST(PendingBytes, HoldsNothingUntilSomethingWaits) {
  BufferedBytes account(1 << 20);
  PendingBytesPool pool(account);
  PendingBytes pending;
  EXPECT_FALSE(pending);
  EXPECT_TRUE(pool.append(pending, {}));
  EXPECT_FALSE(pending);
  EXPECT_EQ(account.bytes(), 0u);
}

TEST(PendingBytes, KeepWhatWasReadOfTheirHeadWhereverTheyGo) {
  BufferedBytes account(std::size_t{64} << 20);
  PendingBytesPool pool(account);
  PendingBytes pending;
  ASSERT_TRUE(pool.append(pending, "POST"));
  EXPECT_EQ(pending.head().target_at, 0U);
  pending.head().target_at = 5;
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(pool.append(pending, std::string(10'000, 'a')));
  EXPECT_EQ(pending.head().target_at, 5U);
  pending.keep(0, 4);
  pool.trim(pending);
  EXPECT_LT(pending.room().size(), 2'000U);
  EXPECT_EQ(pending.head().target_at, 5U);
  pending.reset();
  ASSERT_TRUE(pool.append(pending, "GET"));
  EXPECT_EQ(pending.head().target_at, 0U) << "the next ones have none yet";
}

TEST(PendingBytes, KeepsBytesInOrderWhileItGrowsAndShrinks) {
  BufferedBytes account(std::size_t{64} << 20);
  PendingBytesPool pool(account);
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    PendingBytes pending;
    std::string expected;
    for (int step = 0; step < 60; ++step) {
      const std::string piece(random() % (1u << (random() % 16)), static_cast<char>('a' + step % 26));
      if (random() % 3 == 0 && pending && pending.room().size() >= piece.size()) {
        std::memcpy(pending.room().data(), piece.data(), piece.size());
        pending.commit(piece.size());
      } else {
        ASSERT_TRUE(pool.append(pending, piece));
      }
      expected += piece;
      if (random() % 4 == 0 && pending) {
        const std::size_t from = random() % (expected.size() + 1);
        const std::size_t size = random() % (expected.size() - from + 1);
        pending.keep(from, size);
        pool.trim(pending);
        expected = expected.substr(from, size);
      }
      ASSERT_EQ(text_of(pending), expected);
      // The padding belongs to the block: AddressSanitizer looks on.
      if (pending) std::memset(pending.bytes().data() + pending.bytes().size() + pending.room().size(), 0, kPadding);
    }
  }
  EXPECT_EQ(account.bytes(), 0u);
}

TEST(PendingBytes, CostsWhatHasArrivedAndAQuarter) {
  BufferedBytes account(std::size_t{64} << 20);
  PendingBytesPool pool(account);
  PendingBytes pending;
  const std::string piece(100, 'x');
  for (std::size_t size = piece.size(); size < 300'000; size += piece.size()) {
    ASSERT_TRUE(pool.append(pending, piece));
    ASSERT_LE(account.bytes(), size + size / 4 + 2048);
  }
}

TEST(PendingBytes, RefusedBytesChangeNothing) {
  BufferedBytes account(4096);
  PendingBytesPool pool(account);
  PendingBytes first, second;
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

TEST(PendingBytes, GivesBackMostOfABlockThatBecameTooLarge) {
  BufferedBytes account(std::size_t{4} << 20);
  PendingBytesPool pool(account);
  PendingBytes pending;
  ASSERT_TRUE(pool.append(pending, std::string(1'000'000, 'a') + "rest"));
  pending.keep(1'000'000, 4);
  pool.trim(pending);
  EXPECT_EQ(text_of(pending), "rest");
  EXPECT_LE(account.bytes(), 2048u);
}

TEST(PendingBytes, IsNeverLargerThanItMayBe) {
  BufferedBytes account(std::size_t{4} << 20);
  PendingBytesPool pool(account);
  constexpr std::size_t kMax = 8 * kBlockGrain;
  const std::string most(kMax - kBlockOverhead, 'a');
  PendingBytes pending;
  ASSERT_TRUE(pool.append(pending, most.substr(1), kMax));
  EXPECT_EQ(account.bytes(), kMax) << "without the quarter more";
  EXPECT_TRUE(pool.append(pending, std::string_view("b"), kMax));
  EXPECT_FALSE(pool.append(pending, std::string_view("c"), kMax));
  EXPECT_TRUE(text_of(pending) == most.substr(1) + 'b');
  pending.reset();
  {
    PendingBytes larger;
    ASSERT_TRUE(pool.append(larger, std::string(kMax, 'l')));
  }
  ASSERT_TRUE(pool.append(pending, most, kMax));
  EXPECT_EQ(account.bytes(), kMax) << "nor a larger one that was kept";
}

TEST(PendingBytesPool, ReusesFreedBlocks) {
  BufferedBytes account(std::size_t{4} << 20);
  PendingBytesPool pool(account);
  PendingBytes first;
  ASSERT_TRUE(pool.append(first, std::string(5000, 'a')));
  const char* const memory = first.bytes().data();
  first.reset();
  PendingBytes second;
  ASSERT_TRUE(pool.append(second, std::string(4800, 'b')));
  EXPECT_EQ(second.bytes().data(), memory);
  EXPECT_EQ(text_of(second), std::string(4800, 'b'));
}

TEST(PendingBytesPool, KeepsALargeBlockForTheNextUntilATickFindsItUnused) {
  BufferedBytes account(std::size_t{64} << 20);
  PendingBytesPool pool(account);
  const std::string megabyte(1 << 20, 'm');
  const auto address = [&] {
    PendingBytes pending;
    EXPECT_TRUE(pool.append(pending, megabyte));
    return static_cast<const void*>(pending.bytes().data());
  };
  const void* const first = address();
  EXPECT_EQ(account.bytes(), 0u) << "what is kept belongs to nobody";
  PendingBytes small;
  ASSERT_TRUE(pool.append(small, "s"));
  EXPECT_LT(account.bytes(), 4096u) << "a small one is never taken from the large";
  EXPECT_EQ(address(), first);
  pool.sweep();
  EXPECT_EQ(address(), first) << "it was wanted since the sweep before";
  pool.sweep();
  pool.sweep();
  EXPECT_EQ(account.bytes(), small.bytes().size() + small.room().size() + kBlockOverhead);
}

TEST(PendingBytesPool, AsksForLessWhereAKeptBlockWouldBeOverTheLimit) {
  BufferedBytes account(200'000);
  PendingBytesPool pool(account);
  {
    PendingBytes pending;
    ASSERT_TRUE(pool.append(pending, std::string(100'000, 'a')));
  }
  ASSERT_TRUE(account.charge(110'000));
  PendingBytes pending;
  EXPECT_TRUE(pool.append(pending, std::string(66'000, 'b')));
  EXPECT_LE(account.bytes(), 200'000u);
}

}  // namespace
}  // namespace planish::net
