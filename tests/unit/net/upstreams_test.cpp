// Upstreams: who waits for whom, which connection is used, and when time is over; against an upstream of a few lines on
// the loopback, and with no client's connection.
#include <unit/net/upstreams_fixture.hpp>

namespace planish::net {
namespace {

TEST_F(UpstreamsTest, ThoseThatWaitAreServedInOrder) {
  const Peer peer;
  configure(peer.port(), [](http::Upstream& upstream) { upstream.peer.connections_max = 1; });
  for (const char* name : {"first", "second", "third", "fourth"}) ASSERT_TRUE(ask(name));
  EXPECT_EQ(counters_.upstream.waiting.value(), 4U);
  const Descriptor connection = accepted(peer);
  for (const char* name : {"first", "second", "third", "fourth"}) {
    EXPECT_EQ(next_request(connection), name);
    EXPECT_FALSE(peer.accept()) << "there may be one";
    Peer::say(connection);
  }
  ASSERT_TRUE(is_told(4));
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(told_[i].name, clients_[i]->name);
    EXPECT_EQ(told_[i].answer, clients_[i]->name);
    EXPECT_EQ(told_[i].status, 200U);
  }
  EXPECT_EQ(counters_.upstream.waiting.value(), 0U);
  EXPECT_TRUE(upstreams_.quiet());
}

TEST_F(UpstreamsTest, WhoFindsNoRoomIsTurnedAwayAndTheOthersGoOn) {
  const Peer peer;
  configure(peer.port(), [](http::Upstream& upstream) { upstream.peer.connections_max = 1; });
  const std::string large(100'000, 'l');
  std::size_t waiting = 0;
  while (ask("one of them", large)) ASSERT_LT(++waiting, 50U);
  EXPECT_GE(waiting, 25U);
  EXPECT_LE(buffered_.bytes(), buffered_.bytes_max());
  const Descriptor connection = accepted(peer);
  for (std::size_t i = 0; i < waiting; ++i) {
    std::string request;
    while (request.size() < large.size()) request += next_request(connection);
    Peer::say(connection);
  }
  ASSERT_TRUE(is_told(waiting));
  EXPECT_TRUE(ask("there is room again", large));
}

TEST_F(UpstreamsTest, AConnectionThatWasClosedWhileIdleIsNotUsed) {
  const Peer peer;
  configure(peer.port());
  for (std::size_t i = 1; i <= 5; ++i) {
    ASSERT_TRUE(ask("one"));
    const Descriptor connection = accepted(peer);
    EXPECT_EQ(next_request(connection), "one");
    Peer::say(connection);
    ASSERT_TRUE(is_told(i));
  }  // it is closed here, and the loop has no turn before the next is asked for
  for (const Told& told : told_) EXPECT_EQ(told.kind, Kind::answered);
}

TEST_F(UpstreamsTest, AConnectionThatClosesBehindItsAnswerIsNotGivenToWhoeverWaits) {
  const Peer peer;
  configure(peer.port(), [](http::Upstream& upstream) { upstream.peer.connections_max = 1; });
  for (const char* name : {"first", "second", "third"}) ASSERT_TRUE(ask(name));
  for (std::size_t i = 1; i <= 3; ++i) {
    const Descriptor connection = accepted(peer);
    EXPECT_EQ(next_request(connection), clients_[i - 1]->name);
    Peer::say(connection);
  }  // it is closed here, before the loop has read the answer
  ASSERT_TRUE(is_told(3));
  for (const Told& told : told_) EXPECT_EQ(told.kind, Kind::answered);
}

TEST_F(UpstreamsTest, AConnectionOnWhichSomethingWasSaidUnaskedIsNotUsed) {
  const Peer peer;
  configure(peer.port());
  ASSERT_TRUE(ask("first"));
  const Descriptor connection = accepted(peer);
  EXPECT_EQ(next_request(connection), "first");
  Peer::say(connection);
  ASSERT_TRUE(is_told(1));
  Peer::say(connection);
  ASSERT_TRUE(ask("second"));
  const Descriptor other = accepted(peer);
  EXPECT_EQ(next_request(other), "second");
  Peer::say(other, "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
  ASSERT_TRUE(is_told(2));
  EXPECT_EQ(told_[1].status, 503U);
}

TEST_F(UpstreamsTest, AConnectionIsUsedAgain) {
  const Peer peer;
  configure(peer.port());
  ASSERT_TRUE(ask("first"));
  const Descriptor connection = accepted(peer);
  for (std::size_t i = 1; i < 10; ++i) {
    static_cast<void>(next_request(connection));
    Peer::say(connection);
    ASSERT_TRUE(is_told(i));
    ASSERT_TRUE(ask("again"));
  }
  EXPECT_FALSE(peer.accept());
  EXPECT_EQ(counters_.upstream.connections.value(), 1U);
}

TEST_F(UpstreamsTest, WhoLeavesWhileItWaitsGivesItsPlaceUpAndWhatWasSentGoesOn) {
  const Peer peer;
  configure(peer.port(), [](http::Upstream& upstream) { upstream.peer.connections_max = 1; });
  for (const char* name : {"sent", "waits", "stays"}) ASSERT_TRUE(ask(name));
  const Descriptor connection = accepted(peer);
  EXPECT_EQ(next_request(connection), "sent");
  upstreams_.leave(*clients_[0]->call);
  upstreams_.leave(*clients_[1]->call);
  Peer::say(connection);
  EXPECT_EQ(next_request(connection), "stays");
  Peer::say(connection);
  ASSERT_TRUE(is_told(1));
  EXPECT_EQ(told_[0].name, "stays");
  EXPECT_TRUE(upstreams_.quiet());
}

TEST_F(UpstreamsTest, EachTimeIsTheOneThatTheUpstreamHas) {
  const Peer peer;
  configure(peer.port(), [](http::Upstream& upstream) {
    upstream.timeout = milliseconds{150};
    upstream.peer.idle = milliseconds{50};
  });
  const std::chrono::nanoseconds began = now();
  ASSERT_TRUE(ask("late"));
  const Descriptor silent = accepted(peer);
  ASSERT_TRUE(is_told(1));
  EXPECT_GE(now() - began, milliseconds{150});
  EXPECT_EQ(told_[0].kind, Kind::late);
  EXPECT_EQ(counters_.upstream.connections.value(), 0U) << "its answer may still come";

  configure(peer.port(), [](http::Upstream& upstream) { upstream.peer.idle = milliseconds{50}; });
  ASSERT_TRUE(ask("in time"));
  const Descriptor connection = accepted(peer);
  static_cast<void>(next_request(connection));
  Peer::say(connection);
  ASSERT_TRUE(is_told(2));
  EXPECT_EQ(told_[1].kind, Kind::answered);
  const std::chrono::nanoseconds idle = now();
  EXPECT_TRUE(run_until([&] { return counters_.upstream.connections.value() == 0; }));
  EXPECT_GE(now() - idle, milliseconds{45});
}

TEST_F(UpstreamsTest, WhoTakesNoConnectionIsGivenUpInTime) {
  const Peer full(0);
  std::vector<Descriptor> others;  // until nobody else is taken in
  for (int i = 0; i < 3; ++i) {
    others.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(full.port()));
    static_cast<void>(::connect(others.back().number(), reinterpret_cast<const sockaddr*>(&address), sizeof address));
  }
  configure(full.port(), [](http::Upstream& upstream) { upstream.peer.connect_timeout = milliseconds{100}; });
  const std::chrono::nanoseconds began = now();
  ASSERT_TRUE(ask("nobody there"));
  ASSERT_TRUE(is_told(1));
  EXPECT_GE(now() - began, milliseconds{100});
  EXPECT_EQ(told_[0].kind, Kind::no_connection);
}

TEST_F(UpstreamsTest, WhoRefusesIsToldAtOnceAndNeverWithinTheCall) {
  int port = 0;
  port = Peer().port();
  configure(port);
  ASSERT_TRUE(ask("refused"));
  EXPECT_TRUE(told_.empty());
  ASSERT_TRUE(is_told(1));
  EXPECT_EQ(told_[0].kind, Kind::no_connection);
}

TEST_F(UpstreamsTest, ThoseThatWaitForOneThatGoesAreAllToldSoon) {
  auto peer = std::make_unique<Peer>();
  configure(peer->port(), [](http::Upstream& upstream) { upstream.peer.connections_max = 1; });
  for (int i = 0; i < 500; ++i) ASSERT_TRUE(ask("one of them"));
  Descriptor connection = accepted(*peer);
  static_cast<void>(next_request(connection));
  peer.reset();
  connection = Descriptor();
  const std::chrono::nanoseconds began = now();
  ASSERT_TRUE(is_told(500));
  EXPECT_LT(now() - began, milliseconds{4'000});
  EXPECT_EQ(told_.front().kind, Kind::broken);
  EXPECT_EQ(told_.back().kind, Kind::no_connection);
  EXPECT_EQ(counters_.upstream.waiting.value(), 0U);
}

TEST_F(UpstreamsTest, WhatWasBegunGoesOnWhereAReloadTakesTheUpstreamAway) {
  const Peer peer;
  configure(peer.port());
  ASSERT_TRUE(ask("begun"));
  const Descriptor connection = accepted(peer);
  static_cast<void>(next_request(connection));
  const Peer other;
  configure(other.port());
  ASSERT_TRUE(ask("there"));
  const Descriptor there = accepted(other);
  EXPECT_EQ(next_request(there), "there");
  Peer::say(connection);
  ASSERT_TRUE(is_told(1));
  EXPECT_EQ(told_[0].name, "begun");
  Peer::say(there);
  ASSERT_TRUE(is_told(2));
  EXPECT_TRUE(run_until([&] { return counters_.upstream.connections.value() == 1; }))
      << "that of the old one is closed";
}

// However busy the thread is: what a configuration has compiled may be large.
TEST_F(UpstreamsTest, EndpointsGoWithTheLastAnswerThatTheyOwe) {
  const Peer peer;
  configure(peer.port());
  ASSERT_TRUE(ask("first"));
  std::weak_ptr<const http::Endpoints> before = endpoints_;
  std::vector<Descriptor> asked;
  asked.push_back(accepted(peer));
  for (std::size_t reload = 1; reload <= 3; ++reload) {
    configure(peer.port());
    ASSERT_TRUE(ask("next"));
    asked.push_back(accepted(peer));
    EXPECT_FALSE(before.expired()) << "its answer is still owed";
    static_cast<void>(next_request(asked[reload - 1]));
    Peer::say(asked[reload - 1], "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    ASSERT_TRUE(is_told(reload));
    EXPECT_TRUE(run_until([&] { return before.expired(); })) << "and another one's is under way";
    before = endpoints_;
  }
  EXPECT_FALSE(upstreams_.quiet());
}

TEST_F(UpstreamsTest, EndpointsOweNothingToThoseThatHaveGone) {
  const Peer peer;
  configure(peer.port(), [](http::Upstream& upstream) { upstream.peer.connections_max = 1; });
  for (const char* name : {"sent", "waits"}) ASSERT_TRUE(ask(name));
  const Descriptor connection = accepted(peer);
  static_cast<void>(next_request(connection));
  for (const auto& client : clients_) upstreams_.leave(*client->call);
  const std::weak_ptr<const http::Endpoints> before = endpoints_;
  configure(peer.port());
  EXPECT_FALSE(before.expired()) << "one is on its way";
  Peer::say(connection);
  EXPECT_TRUE(run_until([&] { return before.expired(); }));
  EXPECT_TRUE(told_.empty());
}

}  // namespace
}  // namespace planish::net
