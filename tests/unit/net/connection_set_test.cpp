// ConnectionSet: who stays, who is closed, and that none is left over.
#include <support/packing.hpp>
#include <support/requests.hpp>
#include <unit/net/connection_set_fixture.hpp>

#include <gtest/gtest.h>

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <thread>

namespace planish::net {
namespace {

using test::kBody;
using test::kGet;
using test::post;

class ConnectionSetTest : public ConnectionSetFixture {
 protected:
  ConnectionSetTest() : ConnectionSetFixture(2) {}
};

TEST_F(ConnectionSetTest, DestroysAConnectionWhosePeerHasClosed) {
  {
    const Descriptor peer = connect();
    send(peer, kGet + post());
    EXPECT_EQ(received(peer), "200");
    EXPECT_FALSE(set.empty());
  }
  run();
  EXPECT_TRUE(set.empty());
}

// While others have their turns, and their heads in the same place.
TEST_F(ConnectionSetTest, KeepsWhatWasReadOfAHeadBesideItsBytes) {
  const Descriptor one = connect(), other = connect();
  const std::string content = kBody + std::string(10'000, ' ');
  const std::string first = post(content, "X-Request-Id: one\r\n");
  const std::string second =
      "GET /healthz HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nX-Request-Id: other\r\n\r\n";
  for (const std::size_t piece : {1'000U, 97U}) {
    std::string_view rest = first, of_other = second;
    for (; !rest.empty(); rest.remove_prefix(std::min<std::size_t>(piece, rest.size()))) {
      send(one, rest.substr(0, piece));
      send(other, of_other.substr(0, 40));
      of_other.remove_prefix(std::min<std::size_t>(40, of_other.size()));
      if (!of_other.empty()) continue;
      EXPECT_TRUE(answer(other).find("\r\nX-Request-Id: other\r\n") != std::string::npos);
      of_other = second;
    }
    const std::string whole = answer(one);
    EXPECT_TRUE(whole.starts_with("HTTP/1.1 200 OK\r\n")) << whole;
    EXPECT_TRUE(whole.find("\r\nX-Request-Id: one\r\n") != std::string::npos) << whole;
    send(other, of_other);
    EXPECT_TRUE(answer(other).starts_with("HTTP/1.1 200 OK\r\n"));
  }
  EXPECT_EQ(account.bytes(), 0U);
}

TEST_F(ConnectionSetTest, AnswersWhoIsLateAndWaitsThenForItsPeer) {
  const Descriptor head = connect(), content = connect();
  send(head, "GET");
  send(content, post().substr(0, post().size() - kBody.size()));
  pass(thread.limits.header - 1);
  EXPECT_EQ(received(head), "");
  pass(1);
  EXPECT_EQ(received(head), "408");
  EXPECT_EQ(received(head), "end");
  EXPECT_EQ(received(content), "");
  pass(thread.limits.body - thread.limits.header);
  EXPECT_EQ(received(content), "408");
  pass(thread.limits.linger);
  run();
  EXPECT_TRUE(set.empty()) << "they have their answers";
}

TEST_F(ConnectionSetTest, DropsForALimitedTimeWhatARefusedPeerGoesOnToSend) {
  const Descriptor peer = connect();
  send(peer, "nonsense\r\n\r\n");
  EXPECT_EQ(received(peer), "400");
  EXPECT_EQ(received(peer), "end");
  for (Tick tick = 1; tick < thread.limits.linger; ++tick) {
    send(peer, std::string(100, 'x'));
    pass(1);
    EXPECT_FALSE(set.empty()) << tick;
  }
  pass(1);
  run();
  EXPECT_TRUE(set.empty());
}

TEST_F(ConnectionSetTest, ClosesWhoIsIdleForTooLong) {
  const Descriptor peer = connect();
  pass(thread.limits.idle - 1);
  EXPECT_EQ(received(peer), "");
  pass(1);
  EXPECT_EQ(received(peer), "end");
  EXPECT_TRUE(set.empty());
}

TEST_F(ConnectionSetTest, AnswersWhatHasArrivedBeforeItsLastLook) {
  const Descriptor idle = connect(), asking = connect();
  send(idle, kGet);
  send(asking, kGet);
  EXPECT_EQ(received(idle) + received(asking), "200200");
  thread.draining = true;
  EXPECT_EQ(::send(asking.number(), kGet.data(), kGet.size(), 0), static_cast<ssize_t>(kGet.size()));
  EXPECT_FALSE(set.last_look({.at_those_just_used = false, .at_those_never_heard = false}));
  run();
  EXPECT_EQ(received(idle), "") << "it may be about to ask";
  EXPECT_EQ(received(asking), "200");
  EXPECT_EQ(received(asking), "end");
  EXPECT_FALSE(set.last_look({.at_those_just_used = true, .at_those_never_heard = false}));
  EXPECT_EQ(received(idle), "end");
}

using Relieved = ConnectionSet::Relieved;

TEST_F(ConnectionSetTest, CutsTheOneWhosePeerHasTakenNothingForLongest) {
  EXPECT_EQ(set.relieve(true, true), Relieved::nobody);
  EXPECT_EQ(set.unread_since(), ConnectionSet::kNobody);
  const Descriptor first = connect(), second = connect();
  ask_without_reading(first);
  ask_without_reading(second);
  EXPECT_EQ(set.relieve(true, true), Relieved::cut);
  EXPECT_EQ(counters.connections.value(), 1U);
  take_all(second);
  run();
  EXPECT_EQ(received(second), "200") << "the other one goes on";
  take_all(first);
  EXPECT_EQ(received(first), "end");
}

TEST_F(ConnectionSetTest, WritesToWhoHasTakenAllInPlaceOfCuttingIt) {
  const Descriptor first = connect(), second = connect();
  ask_without_reading(first);
  ask_without_reading(second);
  const auto since = set.unread_since();
  take_all(first);  // and this thread has not come to write more
  const std::size_t held = account.bytes(), unread = account.unread();
  EXPECT_EQ(set.relieve(true, true), Relieved::wrote);
  EXPECT_LT(account.unread(), unread);
  EXPECT_LE(account.bytes(), held);
  EXPECT_GT(set.unread_since(), since) << "now the other one is the longest";
  EXPECT_EQ(set.relieve(true, true), Relieved::cut);
  run();
  EXPECT_EQ(received(first), "200");
  while (!answer(first).empty()) run();
  EXPECT_EQ(account.unread(), 0U) << "and has all of its answers";
}

// It holds nothing of the account any more, so that to cut it would be for nothing.
TEST_F(ConnectionSetTest, CutsNobodyWhoseAnswerItHasWrittenToItsEnd) {
  const Descriptor peer = connect();
  ask_without_reading(peer);
  for (int turn = 0; account.unread() != 0; ++turn) {
    ASSERT_LT(turn, 100);
    take_all(peer);
    EXPECT_EQ(set.relieve(true, true), Relieved::wrote);
  }
  EXPECT_EQ(set.unread_since(), ConnectionSet::kNobody);
  EXPECT_EQ(set.relieve(false, true), Relieved::nobody);
  EXPECT_EQ(counters.connections.value(), 1U);
  take_all(peer);
  run();
  EXPECT_EQ(received(peer), "200") << "and goes on with what was asked after it";
}

TEST_F(ConnectionSetTest, CutsOneThatTakesSomethingWhereItIsNotToSpareAnybody) {
  const Descriptor peer = connect();
  ask_without_reading(peer);
  take_all(peer);
  EXPECT_EQ(set.relieve(false, true), Relieved::cut);
  EXPECT_EQ(set.relieve(false, true), Relieved::nobody);
  EXPECT_EQ(account.unread(), 0U);
}

TEST_F(ConnectionSetTest, CutsNoYoungAnswerForAnotherThreadsSake) {
  const Descriptor peer = connect();
  ask_without_reading(peer);
  const Unread began = set.longest_unread();
  const Relieved early = set.relieve(true, false);
  EXPECT_TRUE(early == Relieved::nobody || !is_young(began, now())) << "but for a machine that stood still";
  while (is_young(began, now())) std::this_thread::sleep_for(std::chrono::milliseconds{5});
  if (early == Relieved::nobody) {
    EXPECT_EQ(set.relieve(true, false), Relieved::cut);
  }
  EXPECT_EQ(counters.connections.value(), 0U);
}

// Whoever takes what there is now and then is not young for ever.
TEST_F(ConnectionSetTest, TakesTheTimeOfAnAnswerFromItsBeginning) {
  const Descriptor peer = connect();
  ask_without_reading(peer);
  const Unread began = set.longest_unread();
  const auto since = set.unread_since();
  std::this_thread::sleep_for(std::chrono::milliseconds{2});
  std::array<char, 60'000> bytes{};
  EXPECT_GT(::recv(peer.number(), bytes.data(), bytes.size(), 0), 0);
  const Relieved relieved = set.relieve(true, false);
  EXPECT_NE(relieved, Relieved::wrote) << "a part of it is not all";
  if (relieved == Relieved::cut) return;  // the machine stood still meanwhile
  take_all(peer);
  EXPECT_EQ(set.relieve(true, false), Relieved::wrote);
  EXPECT_GT(set.unread_since(), since);
  EXPECT_EQ(set.longest_unread().began, began.began);
  EXPECT_LT(set.longest_unread().bytes, began.bytes);
}

TEST_F(ConnectionSetTest, CutsNobodyInTimeWhoHasTakenSomething) {
  const Descriptor reader = connect();
  ask_without_reading(reader);
  for (int round = 0; round < 2; ++round) {
    std::array<char, 100'000> bytes{};  // less than what makes the kernel tell of room
    EXPECT_GT(::recv(reader.number(), bytes.data(), bytes.size(), 0), 0);
    thread.tick += thread.limits.write;
    EXPECT_FALSE(set.sweep());
    EXPECT_EQ(counters.connections.value(), 1U) << round;
    run();
  }
  thread.tick += thread.limits.write;
  EXPECT_FALSE(set.sweep());
  EXPECT_EQ(counters.connections.value(), 0U);
}

TEST_F(ConnectionSetTest, CutsWhoDoesNotReadInTimeButNobodyWhoHasReadAllThatWasWritten) {
  const Descriptor reader = connect(), other = connect();
  ask_without_reading(reader);
  ask_without_reading(other);
  take_all(reader);
  thread.tick += thread.limits.write;
  EXPECT_FALSE(set.sweep());
  run();
  EXPECT_EQ(received(reader), "200");
  EXPECT_EQ(counters.connections.value(), 1U);
  take_all(other);
  EXPECT_EQ(received(other), "end");
}

// Large bodies, whose decoder is somebody else's for now.
class WaitingForTheDecoder : public ConnectionSetTest {
 protected:
  WaitingForTheDecoder() {
    thread.decoders.in_turns().hold(this);
    for (const Descriptor* const peer : {&first, &second}) send(*peer, large);
    EXPECT_FALSE(thread.decoder_queue.empty());
    EXPECT_EQ(received(first) + received(second), "");
  }

  const std::string large = post(test::gzip(kBody + std::string(200'000, ' ')), "Content-Encoding: gzip\r\n");
  const Descriptor first = connect(), second = connect();
};

TEST_F(WaitingForTheDecoder, TheyHaveItOneAfterTheOther) {
  thread.decoders.in_turns().release();
  const Descriptor third = connect();  // one too many, and its answer is somebody's turn
  EXPECT_EQ(received(third), "503");
  run();
  EXPECT_EQ(received(first) + received(second), "200200");
  EXPECT_FALSE(thread.decoders.in_turns().held());
  EXPECT_TRUE(thread.decoder_queue.empty());
}

TEST_F(WaitingForTheDecoder, ASmallBodyWaitsForNobody) {
  thread.decoders.in_turns().release();
  set.cut();
  run();
  thread.decoders.in_turns().hold(this);
  const Descriptor small = connect(), other = connect();
  send(other, large);
  send(small, post(test::gzip(kBody), "Content-Encoding: gzip\r\n"));
  EXPECT_EQ(received(small), "200");
  EXPECT_EQ(received(other), "");
}

TEST_F(WaitingForTheDecoder, WhoIsCutHasLeftTheQueue) {
  set.cut();
  run();
  EXPECT_TRUE(thread.decoder_queue.empty());
  EXPECT_TRUE(set.empty());
}

TEST_F(WaitingForTheDecoder, AStopWaitsForThem) {
  thread.draining = true;
  EXPECT_FALSE(set.last_look({.at_those_just_used = true, .at_those_never_heard = true}));
  EXPECT_FALSE(set.empty());
  thread.decoders.in_turns().release();
  const Descriptor third = connect();
  run();
  for (const Descriptor* const peer : {&first, &second}) {
    EXPECT_EQ(received(*peer), "200");
    EXPECT_EQ(received(*peer), "end");
  }
}

TEST_F(ConnectionSetTest, CutsAllAtOnceWhateverTheyWaitFor) {
  const Descriptor idle = connect(), begun = connect();
  send(begun, post().substr(0, 60));
  set.cut();
  run();
  EXPECT_TRUE(set.empty());
  EXPECT_EQ(received(idle), "end");
}

}  // namespace
}  // namespace planish::net
