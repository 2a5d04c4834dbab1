// ConnectionSetFixture: a thread's connections. The peer of each is the other end of a pair of sockets in this thread;
// it is as late as the test says.
#pragma once

#include <net/connection_set.hpp>
#include <support/requests.hpp>

#include <gtest/gtest.h>

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace planish::net {

class ConnectionSetFixture : public testing::Test {
 protected:
  explicit ConnectionSetFixture(std::size_t connections_max) : count(connections_max) {
    thread.fit_answers(service.outbox_bytes_max());
  }
  ~ConnectionSetFixture() override {
    set.cut();
    run();
    EXPECT_TRUE(set.empty());
    EXPECT_EQ(counters.connections.value(), 0U);
  }

  // The reactor, as far as there is something to do.
  void run() {
    thread.context.restart();
    thread.context.poll();
  }
  void pass(Tick ticks) {
    thread.tick += ticks;
    EXPECT_FALSE(set.sweep());
    run();
  }
  Descriptor connect() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
    set.admit(Descriptor(ends[0]));
    run();
    return Descriptor(ends[1]);
  }
  void send(const Descriptor& peer, std::string_view bytes) {
    EXPECT_EQ(::send(peer.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
    run();
  }
  // As much as the kernel takes, until answers fill its other buffer.
  void ask_without_reading(const Descriptor& peer) {
    std::string many;
    for (int i = 0; i < 3'000; ++i) many += test::kGet;
    for (int turn = 0; turn < 200 && ::send(peer.number(), many.data(), many.size(), MSG_NOSIGNAL) > 0; ++turn) run();
  }
  // And the server's thread does not notice yet.
  static void take_all(const Descriptor& peer) {
    std::array<char, 65536> bytes{};
    while (::recv(peer.number(), bytes.data(), bytes.size(), 0) > 0) continue;
  }
  // What the peer was answered, as far as it fits; empty where nothing has come, or will come.
  static std::string answer(const Descriptor& peer) {
    std::array<char, 4096> bytes{};
    const ssize_t size = ::recv(peer.number(), bytes.data(), bytes.size(), 0);
    return size < 0 ? "" : std::string(bytes.data(), static_cast<std::size_t>(size));
  }
  // The status of it; "end" after the last one, empty where nothing has come.
  static std::string received(const Descriptor& peer) {
    std::array<char, 4096> bytes{};
    const ssize_t size = ::recv(peer.number(), bytes.data(), bytes.size(), 0);
    if (size == 0) return "end";
    return size < 0 ? "" : std::string(bytes.data() + 9, 3);
  }

  BufferedBytes account{std::size_t{64} << 20};
  Counters counters;
  std::function<void(Notice)> nobody;
  ThreadContext thread{http::Limits{}, std::size_t{2} << 20, account, TickLimits(Timeouts{}), counters, nobody};
  Transformer transformer;
  telemetry::Health health;
  http::ServiceOptions options;
  http::Service service{options,
                        transformer,
                        std::make_shared<const http::Endpoints>(std::vector<http::Endpoint>{{.paths = {"/"}}}),
                        counters,
                        health,
                        now,
                        "0123456789abcdef",
                        false};
  ConnectionCount count;
  ConnectionSet set{thread, service, count};
};

}  // namespace planish::net
