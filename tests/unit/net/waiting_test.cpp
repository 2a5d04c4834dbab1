// Waiting: transcripts of connections without a socket or a clock: what comes is said here, and what time it is.
#include <net/waiting.hpp>
#include <support/requests.hpp>
#include <support/server_connection_wire.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace planish::net {
namespace {

using http::Fault;
using test::kBody;
using test::kGet;
using test::post;
using Next = http::ServerConnection::Next;

// A connection as its thread keeps it, but for the socket.
class Transcript {
 public:
  explicit Transcript(test::Thread& thread, Timeouts timeouts = {}) : limits(timeouts), wire(thread) {
    waiting.begin(WaitsFor::request, now, limits);
  }

  // These bytes come. `taken`: the peer takes what it is answered.
  WaitsFor come(std::string_view bytes, bool taken = true) {
    heard = true;
    const auto before = wire.server_connection.phase();
    const std::size_t answers = wire.received.size();
    const std::size_t kept = wire.kept();
    wire.send(bytes);
    const bool answered = wire.received.size() != answers;
    const std::size_t consumed = kept + bytes.size() - wire.kept();
    const auto phase = wire.server_connection.phase();
    const WaitsFor what = waits_after(wire.next, phase, answered && !taken);
    if (begins_anew(before, phase, answered, consumed) || what != waiting.what) waiting.begin(what, now, limits);
    return waiting.what;
  }
  // The peer takes some of its answer, or the rest of it.
  WaitsFor take(bool rest) {
    waiting.begin(waits_after(wire.next, wire.server_connection.phase(), !rest), now, limits);
    return waiting.what;
  }
  // So many ticks pass.
  Late pass(Tick ticks) {
    now += ticks;
    return waiting.late(now);
  }
  // The 408 that is due.
  WaitsFor refuse(Fault fault) {
    wire.refuse(fault);
    waiting.begin(waits_after(wire.next, wire.server_connection.phase(), false), now, limits);
    return waiting.what;
  }
  [[nodiscard]] bool looked_at(LastLooks looks) const {
    return waiting.what == WaitsFor::request && looks.are_at(heard, waiting.idle_for_a_second(now, limits));
  }

  TickLimits limits;
  Tick now = 1'000;
  test::ServerConnectionWire wire;
  Waiting waiting;
  bool heard = false;
};

class WaitingTest : public testing::Test {
 protected:
  test::Thread thread;
  Transcript connection{thread};
  const TickLimits& limits = connection.limits;
};

TEST_F(WaitingTest, KeepsAConnectionAliveFromRequestToRequest) {
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(connection.come(kGet), WaitsFor::request);
    EXPECT_EQ(connection.pass(limits.idle - 1), Late::never);
  }
  EXPECT_EQ(connection.wire.statuses(), "200 200 200 ");
  EXPECT_EQ(connection.pass(1), Late::close);
}

TEST_F(WaitingTest, ClosesAConnectionThatNeverSendsAnything) {
  EXPECT_EQ(connection.pass(limits.idle - 1), Late::never);
  EXPECT_EQ(connection.pass(1), Late::close);
}

TEST_F(WaitingTest, CountsAnEmptyLineForNothing) {
  for (Tick tick = 0; tick < limits.idle - 1; ++tick) {
    EXPECT_EQ(connection.come(tick == 0 ? "\r\n" : ""), WaitsFor::request);
    EXPECT_EQ(connection.pass(1), Late::never);
  }
  EXPECT_EQ(connection.pass(1), Late::close);
}

TEST_F(WaitingTest, AnswersAHeadThatDoesNotComeToItsEnd) {
  EXPECT_EQ(connection.come("GET /"), WaitsFor::head);
  for (Tick tick = 1; tick < limits.header; ++tick) {
    EXPECT_EQ(connection.pass(1), Late::never) << tick;
    EXPECT_EQ(connection.come("a"), WaitsFor::head) << "a byte a tick does not stretch it";
  }
  EXPECT_EQ(connection.pass(1), Late::refuse_head);
  EXPECT_EQ(connection.refuse(Fault::timeout_head), WaitsFor::silence);
  EXPECT_EQ(connection.wire.statuses(), "408 close ");
}

TEST_F(WaitingTest, AnswersContentThatDoesNotComeToItsEnd) {
  const std::string request = post();
  const std::size_t head_bytes = request.size() - kBody.size();
  EXPECT_EQ(connection.come(request.substr(0, head_bytes - 1)), WaitsFor::head);
  EXPECT_EQ(connection.pass(limits.header - 1), Late::never);
  EXPECT_EQ(connection.come(request.substr(head_bytes - 1, 1)), WaitsFor::content);  // its own time begins
  EXPECT_EQ(connection.pass(limits.body - 1), Late::never);
  EXPECT_EQ(connection.come(request.substr(head_bytes, 5)), WaitsFor::content);  // and is not stretched
  EXPECT_EQ(connection.pass(1), Late::refuse_content);
  EXPECT_EQ(connection.refuse(Fault::timeout_body), WaitsFor::silence);
  EXPECT_EQ(connection.wire.statuses(), "408 close ");
  EXPECT_EQ(connection.pass(limits.linger), Late::look_at_peer);
}

TEST_F(WaitingTest, GivesContentThatIsDroppedItsTimeToo) {
  const std::string request = post("12345", "", "/nope");
  EXPECT_EQ(connection.come(request.substr(0, request.size() - 2)), WaitsFor::content);
  EXPECT_EQ(connection.wire.statuses(), "404 ");
  EXPECT_EQ(connection.pass(limits.body - 1), Late::never);
  EXPECT_EQ(connection.come("4"), WaitsFor::content);
  EXPECT_EQ(connection.pass(1), Late::refuse_content);
  connection.refuse(Fault::timeout_body);
  EXPECT_EQ(connection.wire.statuses(), "404 ") << "it has its answer";
}

TEST_F(WaitingTest, BeginsTheTimeOfEachRequestOfAPipeline) {
  EXPECT_EQ(connection.come(kGet + kGet + "GET"), WaitsFor::head);
  EXPECT_EQ(connection.pass(limits.header - 1), Late::never);
  EXPECT_EQ(connection.come(kGet.substr(3) + "GET"), WaitsFor::head);
  EXPECT_EQ(connection.pass(limits.header - 1), Late::never);
  EXPECT_EQ(connection.pass(1), Late::refuse_head);
}

TEST_F(WaitingTest, CutsAPeerThatTakesNothing) {
  EXPECT_EQ(connection.come(kGet, false), WaitsFor::room);
  EXPECT_EQ(row_of(WaitsFor::room).line, Line::unread);
  EXPECT_EQ(connection.pass(limits.write - 1), Late::never);
  EXPECT_EQ(connection.take(false), WaitsFor::room);  // a byte is enough
  EXPECT_EQ(connection.pass(limits.write - 1), Late::never);
  EXPECT_EQ(connection.pass(1), Late::cut);
  EXPECT_EQ(connection.take(true), WaitsFor::request);
  EXPECT_EQ(connection.pass(limits.idle - 1), Late::never);
}

TEST_F(WaitingTest, BlamesNobodyForWhatIsOurs) {
  for (const WaitsFor what : {WaitsFor::turn, WaitsFor::decoder, WaitsFor::upstream, WaitsFor::nothing}) {
    connection.waiting.begin(what, connection.now, limits);
    EXPECT_EQ(connection.pass(1'000'000), Late::never);
    EXPECT_EQ(row_of(what).line, Line::busy) << "and it is not closed to make room";
  }
}

TEST_F(WaitingTest, ClosesAfterTheLastAnswer) {
  const std::string close = "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  EXPECT_EQ(connection.come(close), WaitsFor::farewell);
  EXPECT_EQ(connection.wire.statuses(), "200 close ");
  EXPECT_EQ(connection.pass(limits.farewell - 1), Late::never);
  EXPECT_EQ(connection.pass(1), Late::look_at_peer);
}

TEST_F(WaitingTest, DrainsAConnectionAtItsLastAnswer) {
  EXPECT_EQ(connection.come(kGet), WaitsFor::request);
  connection.wire.server_connection.close_after_next();
  EXPECT_EQ(connection.come(kGet.substr(0, 9)), WaitsFor::head) << "one that has begun is awaited";
  EXPECT_EQ(connection.come(kGet.substr(9)), WaitsFor::farewell);
  EXPECT_EQ(connection.wire.statuses(), "200 200 close ");
}

TEST_F(WaitingTest, LooksOnceMoreAtIdleConnectionsByWhatMayBeOnItsWay) {
  constexpr LastLooks kFirst{false, false}, kSecond{true, false}, kLast{true, true};
  Transcript never_heard(thread), half(thread);
  half.come("GET");
  connection.come(kGet);
  EXPECT_FALSE(connection.looked_at(kFirst));
  EXPECT_TRUE(connection.looked_at(kSecond));
  connection.pass(1);
  EXPECT_FALSE(connection.looked_at(kFirst)) << "a tick that has just begun is no second";
  connection.pass(1);
  EXPECT_TRUE(connection.looked_at(kFirst));
  never_heard.pass(10);
  EXPECT_FALSE(never_heard.looked_at(kSecond));
  EXPECT_TRUE(never_heard.looked_at(kLast));
  EXPECT_FALSE(half.looked_at(kLast)) << "it is awaited";
}

TEST(WaitingForAnUpstream, HasNoLimitHereAndIsIdleAfterIt) {
  Options options;
  options.acknowledges = true;
  test::Thread thread(
      4096, {},
      {{.paths = {"/"}, .transform = Transform(options), .upstream = std::make_shared<const http::Upstream>()}});
  Transcript connection(thread);
  EXPECT_EQ(connection.come(post()), WaitsFor::upstream);
  EXPECT_EQ(connection.pass(1'000'000), Late::never);
  connection.wire.answer({.kind = http::UpstreamSaid::Kind::answered, .status = 200});
  EXPECT_EQ(connection.take(true), WaitsFor::request);
  EXPECT_EQ(connection.wire.statuses(), "204 ");
  EXPECT_EQ(connection.pass(connection.limits.idle - 1), Late::never);
  EXPECT_EQ(connection.pass(1), Late::close);
}

TEST(WaitingForRoom, EvictsTheOneThatHasBeenIdleForLongest) {
  test::Thread thread;
  Transcript first(thread), second(thread);
  second.now += 3;
  second.come(kGet);
  EXPECT_FALSE(reached(second.waiting.until, first.waiting.until)) << "which is the first of its line";
  first.now += 5;
  first.come(kGet);
  EXPECT_TRUE(reached(second.waiting.until, first.waiting.until));
  second.come("G");
  EXPECT_EQ(row_of(second.waiting.what).line, Line::busy) << "one with a request in hand is not among them";
}

TEST(WaitingForADecoder, ComesBackWithAnotherTurn) {
  EXPECT_EQ(waits_after(Next::queue, http::ServerConnection::Phase::body, false), WaitsFor::decoder);
  EXPECT_EQ(waits_after(Next::yield, http::ServerConnection::Phase::body, false), WaitsFor::turn);
  EXPECT_EQ(waits_after(Next::yield, http::ServerConnection::Phase::body, true), WaitsFor::room);
}

}  // namespace
}  // namespace planish::net
