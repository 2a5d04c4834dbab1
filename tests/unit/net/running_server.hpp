// A Server in this process, on a port of the kernel's choice, and a client that speaks to it through a real socket.
#pragma once

#include <net/server.hpp>

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <future>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace planish::net {

inline constexpr std::string_view kContent =
    R"({"user_id":1,"events":[{"event_type":"click","timestamp":1,"payload":null}],"metadata":null})";

inline std::string post(std::string_view content = kContent) {
  return "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(content.size()) + "\r\n\r\n" +
         std::string(content);
}

inline std::string get(std::string_view target) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

// A server on a port of its own, which a test takes from one step to the next.
class Steps {
 public:
  explicit Steps(unsigned threads, ServerOptions options = {}) : counters_(threads), options_(std::move(options)) {
    Endpoint endpoint;
    endpoint.host = "127.0.0.1";
    options_.listen = {endpoint};
    options_.shared = threads > 1;
    http::ServiceOptions service;
    service.body_bytes_max = options_.limits.body_bytes_max;
    server_ = std::make_unique<Server>(
        options_, std::move(service), counters_.front(), health_,
        [this](Notice notice) { ++noticed_[static_cast<std::size_t>(notice)]; }, nullptr);
  }

  void add_loops() { server_->add_loops(std::span(counters_).subspan(1), options_.connections_max); }
  [[nodiscard]] int port() const {
    const std::string address = server_->bound_addresses().at(0);
    return std::stoi(address.substr(address.rfind(':') + 1));
  }
  [[nodiscard]] unsigned noticed(Notice notice) const { return noticed_[static_cast<std::size_t>(notice)]; }
  Server& operator*() { return *server_; }
  Server* operator->() { return server_.get(); }
  telemetry::Health& health() { return health_; }
  [[nodiscard]] std::uint64_t connections() const {
    std::uint64_t sum = 0;
    for (const auto& counters : counters_) sum += counters.connections.value();
    return sum;
  }

 private:
  std::vector<net::Counters> counters_;
  ServerOptions options_;
  telemetry::Health health_;
  std::array<std::atomic<unsigned>, kNoticeKinds> noticed_{};
  std::unique_ptr<Server> server_;
};

// One that runs; stopped and joined at the end.
class Running : public Steps {
 public:
  explicit Running(ServerOptions options = {}, unsigned threads = 1) : Steps(threads, std::move(options)) {
    (*this)->begin();
    add_loops();
    result_ = std::async(std::launch::async, [this] { return (*this)->run(); });
  }
  ~Running() {
    if (result_.valid()) {
      (*this)->stop();
      result_.wait();
    }
  }
  bool wait() { return result_.get(); }
  [[nodiscard]] bool runs_for(std::chrono::milliseconds time) {
    return result_.wait_for(time) == std::future_status::timeout;
  }

 private:
  std::future<bool> result_;
};

class Client {
 public:
  explicit Client(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void send(std::string_view bytes) {
    EXPECT_EQ(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  }
  void shut_down() { ::shutdown(socket_, SHUT_WR); }
  [[nodiscard]] bool answered() const {
    pollfd now{socket_, POLLIN, 0};
    return ::poll(&now, 1, 0) == 1;
  }
  // Everything until the end of the stream, or until `answers` answers have come.
  std::string receive(int answers = 1'000'000) {
    while (count(received_, "HTTP/1.1 ") < answers || !received_.ends_with('}')) {
      pollfd wait{socket_, POLLIN, 0};
      if (::poll(&wait, 1, 10'000) != 1) return received_ + "[no answer in time]";
      char bytes[4096];
      const ssize_t got = ::recv(socket_, bytes, sizeof bytes, 0);
      if (got <= 0) return received_ + (got == 0 ? "[end]" : "[reset]");
      received_.append(bytes, static_cast<std::size_t>(got));
    }
    return std::move(received_);
  }
  static int count(std::string_view in, std::string_view what) {
    int out = 0;
    for (auto at = in.find(what); at != in.npos; at = in.find(what, at + what.size())) ++out;
    return out;
  }

 private:
  int socket_;
  std::string received_;
};

// A server that has not run, and clients that it has answered all the same.
struct Begun {
  std::unique_ptr<Steps> server;
  std::deque<Client> clients;
};

// begin() answers for a moment only, and only whom the kernel has handed over by then: a busy machine may need more
// than one attempt. Under a sanitizer one transform takes more than that moment: who needs several answers asks for
// something else.
inline Begun begin_and_answer(unsigned threads, unsigned clients, std::string_view request) {
  for (int attempt = 0; attempt < 200; ++attempt) {
    Begun begun{std::make_unique<Steps>(threads), {}};
    for (unsigned i = 0; i < clients; ++i) begun.clients.emplace_back(begun.server->port()).send(request);
    (*begun.server)->begin();
    if (std::all_of(begun.clients.begin(), begun.clients.end(), [](const Client& one) { return one.answered(); })) {
      for (Client& one : begun.clients) EXPECT_TRUE(one.receive(1).starts_with("HTTP/1.1 200 OK\r\n"));
      return begun;
    }
  }
  ADD_FAILURE() << "no moment of begin() was enough for " << clients << " answers";
  return {std::make_unique<Steps>(threads), {}};
}

}  // namespace planish::net
