// One connection's share of --max-buffered: a sixteenth, or one body and one answer where that is more.
#include <net/share.hpp>

#include <gtest/gtest.h>

namespace planish::net {
namespace {

constexpr std::size_t kKept = 1'100'000, kOutbox = 1'300'000;

TEST(Share, IsASixteenth) {
  const Share share(std::size_t{256} << 20, kKept, kOutbox);
  EXPECT_EQ(share.bytes_max(), std::size_t{16} << 20);
  EXPECT_EQ(share.answers_bytes_max, block_bytes(kOutbox));
  EXPECT_EQ(share.of_a_turn, block_bytes(kOutbox) + block_bytes(kKept + kArenaBytes));
}

TEST(Share, IsOneBodyAndOneAnswerWhereThatIsMore) {
  for (const std::size_t buffered : {std::size_t{0}, std::size_t{1} << 20, std::size_t{32} << 20}) {
    const Share share(buffered, kKept, kOutbox);
    EXPECT_EQ(share.input_bytes_max, block_bytes(kKept));
    EXPECT_EQ(share.answers_bytes_max, block_bytes(kOutbox));
    EXPECT_EQ(share.of_a_turn, share.bytes_max()) << "which is all that one connection holds";
  }
}

TEST(Share, NeverComesToMoreThanASixteenthByRounding) {
  for (std::size_t buffered = std::size_t{48} << 20; buffered < (std::size_t{48} << 20) + 40'000; buffered += 777) {
    const Share share(buffered, kKept, kOutbox);
    EXPECT_LE(share.bytes_max(), buffered / 16);
    EXPECT_GT(share.bytes_max() + kBlockGrain, buffered / 16);
  }
}

TEST(Share, LeavesRoomToReadUntilARequestIsWhole) {
  const Share share(0, kKept, kOutbox);
  EXPECT_GE(share.input_room(kKept - 1), 1u);
  EXPECT_EQ(share.input_room(share.input_bytes_max), 0u);
  EXPECT_EQ(share.input_room(0), share.input_bytes_max - kBlockOverhead);
  EXPECT_EQ(share.arena_bytes, kArenaBytes);
  const Share small(0, 20'000, kOutbox);
  EXPECT_EQ(small.arena_bytes, small.input_room(0)) << "what comes may have to be kept";
}

}  // namespace
}  // namespace planish::net
