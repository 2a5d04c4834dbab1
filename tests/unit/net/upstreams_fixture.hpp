// UpstreamsTest: upstreams of one thread, with clients that have no connection, and an upstream of a few lines on the
// loopback.
#pragma once

#include <net/upstreams.hpp>

#include <net/descriptor.hpp>
#include <net/thread_context.hpp>

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace planish::net {

using std::chrono::milliseconds;
using Kind = http::UpstreamSaid::Kind;

inline constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

// The upstream. It does what a test tells it to.
class Peer {
 public:
  explicit Peer(int backlog = 64) : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listener_.number(), reinterpret_cast<const sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listener_.number(), backlog), 0);
    EXPECT_EQ(::getsockname(listener_.number(), reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
  }
  [[nodiscard]] int port() const { return port_; }
  // None: nobody has connected.
  [[nodiscard]] Descriptor accept() const {
    return Descriptor(::accept4(listener_.number(), nullptr, nullptr, SOCK_NONBLOCK));
  }
  static std::string received(const Descriptor& connection) {
    std::string bytes(1 << 20, '\0');
    const ssize_t size = ::recv(connection.number(), bytes.data(), bytes.size(), 0);
    bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return bytes;
  }
  static void say(const Descriptor& connection, std::string_view bytes = kOk) {
    EXPECT_EQ(::send(connection.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }

 private:
  Descriptor listener_;
  int port_ = 0;
};

// What a client was told, and when.
struct Told {
  std::string name;
  Kind kind;
  unsigned status;
  std::string answer;
};

class UpstreamsTest : public ::testing::Test {
 protected:
  // A client: whatever it is told goes into the list.
  struct Client {
    UpstreamsTest* test;
    std::string name;
    UpstreamCall* call = nullptr;
  };

  void configure(
      int port, const std::function<void(http::Upstream&)>& change = [](http::Upstream&) {}) {
    auto upstream = std::make_shared<http::Upstream>();
    upstream->peer.host = "127.0.0.1";
    upstream->peer.port = std::to_string(port);
    upstream->timeout = milliseconds{5'000};
    change(*upstream);
    std::vector<http::Endpoint> all;
    all.push_back({.paths = {"/"}, .upstream = upstream});
    upstream_ = upstream.get();
    auto endpoints = std::make_shared<const http::Endpoints>(std::move(all));
    endpoints_ = endpoints;
    upstreams_.set(std::move(endpoints));
  }
  // Whether it is on its way.
  bool ask(std::string name, std::string_view request = {}) {
    clients_.push_back(std::make_unique<Client>(Client{this, name}));
    const std::string content = request.empty() ? name : std::string(request);
    http::Forward forward;
    forward.upstream = upstream_;
    forward.request = content;
    forward.answer = name;
    Client& client = *clients_.back();
    client.call = upstreams_.ask({&client, &UpstreamsTest::answer}, forward);
    return client.call != nullptr;
  }
  static void answer(void* self, const http::Owed&, std::string_view answer, const http::UpstreamSaid& said) {
    const Client& client = *static_cast<Client*>(self);
    client.test->told_.push_back({client.name, said.kind, said.status, std::string(answer)});
  }
  // Runs until `holds`; false: it never does.
  bool run_until(const std::function<bool()>& holds, milliseconds patience = milliseconds{5'000}) {
    const std::chrono::nanoseconds end = now() + patience;
    while (!holds()) {
      if (now() > end) return false;
      context_.context.restart();
      context_.context.run_for(milliseconds{1});
    }
    return true;
  }
  Descriptor accepted(const Peer& peer) {
    Descriptor connection;
    EXPECT_TRUE(run_until([&] { return bool(connection = peer.accept()); }));
    return connection;
  }
  // What the upstream has read next.
  std::string next_request(const Descriptor& connection) {
    std::string bytes;
    EXPECT_TRUE(run_until([&] { return !(bytes = Peer::received(connection)).empty(); }));
    return bytes;
  }
  bool is_told(std::size_t count) {
    return run_until([&] { return told_.size() >= count; });
  }
  void TearDown() override {
    upstreams_.cut();
    context_.context.restart();
    context_.context.poll();
    EXPECT_EQ(counters_.upstream.connections.value(), 0U);
  }

  BufferedBytes buffered_{std::size_t{4} << 20};
  Counters counters_;
  std::function<void(Notice)> nobody_;
  ThreadContext context_{http::Limits{}, std::size_t{1} << 20, buffered_, TickLimits(Timeouts{}), counters_, nobody_};
  UpstreamPeers peers_;
  Upstreams upstreams_{context_, peers_};
  const http::Upstream* upstream_ = nullptr;
  std::weak_ptr<const http::Endpoints> endpoints_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<Told> told_;
};

}  // namespace planish::net
