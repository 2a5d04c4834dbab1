// ConnectionSet: who is closed to make room for a newcomer, and who is not.
#include <support/requests.hpp>
#include <unit/net/connection_set_fixture.hpp>

#include <gtest/gtest.h>

#include <sys/socket.h>

#include <array>
#include <vector>

namespace planish::net {
namespace {

using test::kGet;

class ConnectionSetRoom : public ConnectionSetFixture {
 protected:
  ConnectionSetRoom() : ConnectionSetFixture(2) {}
  // Nothing follows it, and its answer has not been read.
  Descriptor connect_and_ask_for_the_last_time() {
    Descriptor peer = connect();
    send(peer, kGet);
    EXPECT_EQ(::shutdown(peer.number(), SHUT_WR), 0);
    run();
    return peer;
  }
};

TEST_F(ConnectionSetRoom, ClosesTheLongestIdleOne) {
  const Descriptor first = connect(), second = connect();
  send(first, kGet);
  EXPECT_EQ(received(first), "200");  // now the second one is idle for longer
  const Descriptor third = connect();
  EXPECT_EQ(received(second), "end");
  EXPECT_EQ(received(first), "");
  send(third, kGet);
  EXPECT_EQ(received(third), "200");
  EXPECT_EQ(counters.connections.value(), 2U);
}

TEST_F(ConnectionSetRoom, ClosesNobodyWhoseRequestHasBegunOrArrived) {
  const Descriptor first = connect(), second = connect();
  send(first, "GET");
  EXPECT_EQ(::send(second.number(), kGet.data(), kGet.size(), 0), static_cast<ssize_t>(kGet.size()));
  std::array<int, 2> ends{};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
  set.admit(Descriptor(ends[0]));
  const Descriptor third(ends[1]);
  run();
  EXPECT_EQ(received(third), "503");
  EXPECT_EQ(received(third), "end");
  EXPECT_EQ(received(second), "200");
  send(first, kGet.substr(3));
  EXPECT_EQ(received(first), "200");
}

TEST_F(ConnectionSetRoom, TakesOneThatHasNeverSentAnythingForIdle) {
  const Descriptor silent = connect(), other = connect();
  send(other, kGet);
  EXPECT_EQ(received(other), "200");
  const Descriptor third = connect();
  EXPECT_EQ(received(silent), "end");
  send(third, kGet);
  EXPECT_EQ(received(third), "200");
}

// No event says that a peer has taken all, or is gone; and the tick that looks at it may be a second away.
TEST_F(ConnectionSetRoom, ClosesOneThatIsLeavingOnceItsPeerHasItsLastAnswer) {
  const Descriptor first = connect_and_ask_for_the_last_time(), second = connect_and_ask_for_the_last_time();
  EXPECT_EQ(received(connect()), "503") << "neither has read";
  EXPECT_EQ(received(second), "200");
  const Descriptor third = connect();
  send(third, kGet);
  EXPECT_EQ(received(third), "200");
  EXPECT_EQ(received(second), "end");
  EXPECT_EQ(received(first), "200");
  const Descriptor fourth = connect();
  send(fourth, kGet);
  EXPECT_EQ(received(fourth), "200") << "the one that is leaving goes, not the one that is idle";
  send(third, kGet);
  EXPECT_EQ(received(third), "200");
}

// However many of those that do not read stand before them.
TEST_F(ConnectionSetRoom, LooksAtOtherLeavingOnesForEachNewcomer) {
  count.set_max(3 * ConnectionSet::kLooksMax);
  std::vector<Descriptor> leaving;
  for (int i = 0; i < 3 * ConnectionSet::kLooksMax; ++i) leaving.push_back(connect_and_ask_for_the_last_time());
  leaving.pop_back();  // it is gone without a word
  EXPECT_EQ(received(connect()), "503");
  EXPECT_EQ(received(connect()), "503");
  const Descriptor newcomer = connect();
  send(newcomer, kGet);
  EXPECT_EQ(received(newcomer), "200");
  for (const Descriptor& peer : leaving) EXPECT_EQ(received(peer), "200");
}

}  // namespace
}  // namespace planish::net
