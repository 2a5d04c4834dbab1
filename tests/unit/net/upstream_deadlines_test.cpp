// UpstreamDeadlines: who is late is told in order, whoever asked first; who is done is not told.
#include <net/upstream_deadlines.hpp>

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace planish::net {
namespace {

using std::chrono::nanoseconds;

// In the order in which they are told; each leaves as it is told.
std::vector<const UpstreamCall*> late(UpstreamDeadlines& deadlines, nanoseconds now) {
  std::vector<const UpstreamCall*> out;
  while (UpstreamCall* const call = deadlines.late(now)) {
    out.push_back(call);
    call->due.unlink();
  }
  return out;
}

class UpstreamDeadlinesTest : public ::testing::Test {
 protected:
  void ask(UpstreamCall& call, int deadline) {
    call.deadline = nanoseconds{deadline};
    deadlines_.add(call);
  }
  UpstreamDeadlines deadlines_;
  std::array<UpstreamCall, 4> calls_;
  using Told = std::vector<const UpstreamCall*>;
};

TEST_F(UpstreamDeadlinesTest, TellsThoseThatAreLateByTheirTimeAndNotByWhoAskedFirst) {
  ask(calls_[0], 90);
  ask(calls_[1], 20);
  ask(calls_[2], 95);
  ask(calls_[3], 30);
  EXPECT_EQ(deadlines_.late(nanoseconds{19}), nullptr);
  EXPECT_EQ(late(deadlines_, nanoseconds{20}), Told{&calls_[1]});
  EXPECT_EQ(late(deadlines_, nanoseconds{100}), (Told{&calls_[3], &calls_[0], &calls_[2]}));
  EXPECT_EQ(deadlines_.late(nanoseconds::max()), nullptr);
}

TEST_F(UpstreamDeadlinesTest, OfTheSameTimeWhoAskedFirstIsToldFirst) {
  for (UpstreamCall& call : calls_) ask(call, 5);
  EXPECT_EQ(late(deadlines_, nanoseconds{5}), (Told{&calls_[0], &calls_[1], &calls_[2], &calls_[3]}));
}

TEST_F(UpstreamDeadlinesTest, WhoIsDoneIsNotToldAndMayAskAgain) {
  for (UpstreamCall& call : calls_) ask(call, 5);
  calls_[0].due.unlink();
  calls_[2].due.unlink();
  calls_[2].due.unlink();  // of one that is not under way: nothing
  ask(calls_[0], 4);
  EXPECT_EQ(late(deadlines_, nanoseconds{9}), (Told{&calls_[0], &calls_[1], &calls_[3]}));
}

TEST_F(UpstreamDeadlinesTest, WhatIsDestroyedLeaves) {
  ask(calls_[0], 5);
  {
    UpstreamCall passing;
    ask(passing, 1);
  }
  EXPECT_EQ(late(deadlines_, nanoseconds{9}), Told{&calls_[0]});
}

}  // namespace
}  // namespace planish::net
