// Unread: who stays, and for whose sake, where the account is full.
#include <net/unread.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace planish::net {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kAccount = std::size_t{16} << 20, kSixteenth = kAccount / Share::kOfAll;
constexpr milliseconds kBegan{5'000};
constexpr std::uint32_t kBytes = 600'000;
constexpr Unread kUnread{moment_of(kBegan), kBytes};
constexpr milliseconds kWhileYoung = kBegan + milliseconds{99}, kAfterwards = kBegan + milliseconds{100};

// The longest one, where all unread ones together are so much of the account.
bool spared(milliseconds at, std::size_t wanted, std::size_t unread) {
  BufferedBytes account(kAccount);
  account.replace_unread(0, unread);
  return is_spared(kUnread, at, wanted, account);
}

TEST(Unread, IsYoungForATenthOfASecond) {
  EXPECT_TRUE(is_young(kUnread, kBegan));
  EXPECT_TRUE(is_young(kUnread, kWhileYoung));
  EXPECT_FALSE(is_young(kUnread, kAfterwards));
  EXPECT_TRUE(is_young({Moment{0xffff'fff0}, 0}, milliseconds{(std::int64_t{1} << 32) + 83})) << "when they come round";
  EXPECT_FALSE(is_young({Moment{0xffff'fff0}, 0}, milliseconds{(std::int64_t{1} << 32) + 84}));
}

TEST(Unread, StaysWhileItIsYoungAndUnfinishedRequestsFillTheAccount) {
  for (const std::size_t wanted : {std::size_t{0}, std::size_t{1'024}, std::size_t{1} << 20}) {
    EXPECT_TRUE(spared(kWhileYoung, wanted, kSixteenth)) << wanted;
    EXPECT_FALSE(spared(kAfterwards, wanted, kSixteenth)) << wanted;
  }
}

TEST(Unread, StaysWhileItThatIsAsLargeAsItself) {
  EXPECT_FALSE(spared(kWhileYoung, block_bytes(kBytes), kSixteenth + 1))
      << "answers fill the account, each as this one";
  EXPECT_TRUE(spared(kWhileYoung, block_bytes(kBytes) + 1, kSixteenth + 1));
  EXPECT_TRUE(spared(kWhileYoung, block_bytes(kBytes) + 1, kAccount / 4));
  EXPECT_FALSE(spared(kWhileYoung, block_bytes(kBytes) + 1, kAccount / 4 + 1));
  EXPECT_FALSE(spared(kAfterwards, block_bytes(kBytes) + 1, kSixteenth + 1));
  EXPECT_FALSE(spared(kWhileYoung, 0, kAccount)) << "whoever is asked to make room does";
}

}  // namespace
}  // namespace planish::net
