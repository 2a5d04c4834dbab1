// DecoderQueue: who has the decoder next, and how much others may be served before.
#include <net/decoder_queue.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <list>
#include <random>
#include <tuple>
#include <vector>

namespace planish::net {
namespace {

class DecoderQueueTest : public testing::Test {
 protected:
  QueueLink& push(std::size_t bytes) {
    links.push_back({nullptr, bytes, nullptr, nullptr});
    queue.push(links.back());
    return links.back();
  }
  std::vector<std::size_t> all() {
    std::vector<std::size_t> out;
    while (!queue.empty()) out.push_back(queue.pop().bytes);
    return out;
  }

  DecoderQueue queue;
  std::list<QueueLink> links;
};

TEST_F(DecoderQueueTest, TakesTheShortestAndTheLongestWaitingInTurns) {
  EXPECT_TRUE(queue.empty());
  for (const std::size_t bytes : {50U, 40U, 30U, 20U, 10U}) push(bytes);
  EXPECT_EQ(all(), (std::vector<std::size_t>{10, 50, 20, 40, 30}));
  push(1);
  EXPECT_EQ(all(), std::vector<std::size_t>{1});
}

TEST_F(DecoderQueueTest, TakesThoseAsShortInTheirOrder) {
  std::vector<QueueLink*> order;
  for (int i = 0; i < 10; ++i) order.push_back(&push(7));
  for (QueueLink* const link : order) EXPECT_EQ(&queue.pop(), link);
}

TEST_F(DecoderQueueTest, ForgetsWhoLeaves) {
  QueueLink& first = push(5);
  QueueLink& middle = push(1);
  push(6);
  QueueLink& last = push(2);
  queue.remove(middle);
  EXPECT_EQ(queue.pop().bytes, 2U);
  EXPECT_EQ(&last, &links.back());
  queue.remove(first);
  EXPECT_EQ(all(), std::vector<std::size_t>{6});
  queue.remove(push(3));
  EXPECT_TRUE(queue.empty());
}

// In work, of bodies that take the decoder for all that they may.
TEST_F(DecoderQueueTest, LetsAShortOneWaitForOneOtherHoweverManyThereAre) {
  for (const int others : {1, 10, DecoderQueue::kLooksMax - 1}) {
    for (const int served : {0, 1}) {  // whose turn it is
      queue = {};
      for (int i = 0; i < others + served; ++i) push(std::size_t{1} << 20);
      for (int i = 0; i < served; ++i) std::ignore = queue.pop();
      push(50'000);
      std::uint64_t before = 0;
      for (std::size_t bytes = queue.pop().bytes; bytes != 50'000; bytes = queue.pop().bytes) before += bytes;
      EXPECT_LE(before, std::size_t{1} << 20) << others;
    }
  }
}

TEST_F(DecoderQueueTest, LooksAtSoManyForTheShortestAndNotAtOneMore) {
  for (const int ahead : {DecoderQueue::kLooksMax - 1, DecoderQueue::kLooksMax}) {
    queue = {};
    for (int i = 0; i < ahead; ++i) push(100);
    push(1);
    const bool is_seen = ahead < DecoderQueue::kLooksMax;
    EXPECT_EQ(queue.pop().bytes == 1, is_seen);
    std::ignore = queue.pop();  // the one that has waited longest
    EXPECT_EQ(queue.pop().bytes == 1, !is_seen) << "it has come nearer";
  }
}

// Whatever comes behind it.
TEST_F(DecoderQueueTest, ServesWhoHasWaitedAfterTwiceThoseBeforeItAndOneMore) {
  std::minstd_rand random(7);
  for (const std::size_t ahead : {std::size_t{0}, std::size_t{1}, std::size_t{5}, std::size_t{100}}) {
    queue = {};
    for (std::size_t i = 0; i < ahead; ++i) push(1 + random() % 1000);
    QueueLink& large = push(1'000'000);
    std::size_t others = 0;
    for (; &queue.pop() != &large; ++others) push(1 + random() % 1000);
    EXPECT_LE(others, 2 * ahead + 1);
    EXPECT_GE(others, ahead);
  }
}

}  // namespace
}  // namespace planish::net
