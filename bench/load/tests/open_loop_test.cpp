// The open loop against a server that stalls: its percentiles are known beforehand, and nothing that was due is left
// out.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "arrivals.hpp"
#include "load.hpp"

namespace {

using namespace std::chrono_literals;

// Answers each request at once, but for one stall. Requests are of one size, which it is told.
class Server {
 public:
  Server(std::size_t request_bytes, std::chrono::milliseconds stall_after, std::chrono::milliseconds stall)
      : request_bytes_(request_bytes), stall_after_(stall_after), stall_(stall) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listener_, 64), 0);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Server() {
    stopping_ = true;
    thread_.join();
    close(listener_);
  }

  std::uint16_t port() const { return port_; }
  void start_clock() { began_ = load::Clock::now().time_since_epoch().count(); }

 private:
  void serve() {
    std::vector<pollfd> sockets{{listener_, POLLIN, 0}};
    std::vector<std::size_t> pending{0};
    bool stalled = false;
    while (!stopping_) {
      poll(sockets.data(), sockets.size(), 5);
      const auto began = began_.load();
      if (!stalled && began != 0 &&
          load::Clock::now().time_since_epoch() - load::Clock::duration(began) >= stall_after_) {
        std::this_thread::sleep_for(stall_);
        stalled = true;
      }
      for (std::size_t i = 1; i < sockets.size(); ++i) {
        if (sockets[i].revents != 0) answer(sockets[i], pending[i]);
      }
      if ((sockets[0].revents & POLLIN) != 0) {
        sockets.push_back({accept(listener_, nullptr, nullptr), POLLIN, 0});
        pending.push_back(0);
      }
    }
    for (std::size_t i = 1; i < sockets.size(); ++i) close(std::abs(sockets[i].fd));
  }

  void answer(pollfd& socket, std::size_t& pending) {
    static constexpr std::string_view text = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    char buffer[4096];
    const auto got = recv(socket.fd, buffer, sizeof buffer, 0);
    if (got <= 0) {
      socket.fd = -socket.fd;  // poll passes over it
      return;
    }
    for (pending += static_cast<std::size_t>(got); pending >= request_bytes_; pending -= request_bytes_) {
      (void)send(socket.fd, text.data(), text.size(), MSG_NOSIGNAL);
    }
  }

  std::size_t request_bytes_;
  std::chrono::milliseconds stall_after_;
  std::chrono::milliseconds stall_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<load::Clock::rep> began_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

std::size_t request_bytes(const load::Plan& plan) {
  return ("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: " +
          std::to_string(plan.body.size()) + "\r\n\r\n" + plan.body)
      .size();
}

std::uint64_t due_within(const load::Plan& plan) {
  const auto end = std::chrono::duration_cast<std::chrono::nanoseconds>(plan.duration);
  load::Arrivals arrivals(plan.rate, plan.seed);
  std::uint64_t count = 0;
  for (; arrivals.next() < end; arrivals.advance()) ++count;
  return count;
}

load::Plan plan_of(double rate, std::chrono::duration<double> duration) {
  load::Plan plan;
  plan.body = "{}";
  plan.rate = rate;
  plan.seed = 7;
  plan.connections = 8;
  plan.duration = duration;
  plan.windows = true;
  return plan;
}

double ms(std::uint64_t ns) {
  return static_cast<double>(ns) / 1e6;
}

}  // namespace

TEST(Arrivals, AreThoseOfAPoissonProcessAndOfTheirSeed) {
  load::Arrivals one(1000, 3);
  load::Arrivals same(1000, 3);
  load::Arrivals other(1000, 4);
  double last = 0;
  double sum = 0;
  double squares = 0;
  bool differs = false;
  constexpr int count = 100'000;
  for (int i = 0; i < count; ++i, one.advance(), same.advance(), other.advance()) {
    ASSERT_EQ(one.next(), same.next());
    differs |= one.next() != other.next();
    const double gap = ms(static_cast<std::uint64_t>(one.next().count())) - last;
    last += gap;
    sum += gap;
    squares += gap * gap;
  }
  EXPECT_TRUE(differs);
  const double mean = sum / count;
  EXPECT_NEAR(mean, 1, 0.02);
  EXPECT_NEAR(std::sqrt(squares / count - mean * mean), 1, 0.02);  // an exponential's deviation is its mean
}

// 200 ms of 2 s: a tenth of all requests become due while nobody answers, and wait 100 ms on average. A busy machine
// can only make them wait longer.
TEST(OpenLoop, ShowsAStallOf200MillisecondsInThePercentilesThatItMustShowIn) {
  auto plan = plan_of(2000, 2s);
  Server server(request_bytes(plan), 500ms, 200ms);
  plan.port = server.port();
  plan.mark = [&](const char* what) {
    if (std::string_view(what) == "begin") server.start_clock();
  };
  const auto result = load::run(plan);
  EXPECT_EQ(result.errors(), 0U);
  EXPECT_EQ(result.due, due_within(plan));
  EXPECT_EQ(result.right, result.due);
  EXPECT_EQ(result.latency.count(), result.due);
  // Of 10 % that wait evenly from 0 to 200 ms, the 95th percentile of all is 100 ms, and the 99th 180.
  EXPECT_GE(ms(result.latency.percentile_ns(95)), 90);
  EXPECT_GE(ms(result.latency.percentile_ns(99)), 170);
  EXPECT_GE(ms(result.latency.max_ns()), 195);

  std::uint64_t slow_windows = 0;
  std::uint64_t in_windows = 0;
  for (const auto& window : result.windows) {
    in_windows += window.latency.count();
    slow_windows += ms(window.latency.max_ns()) > 50;
  }
  EXPECT_EQ(in_windows, result.due);
  EXPECT_GE(slow_windows, 2U);  // those in which the stall was, by when requests were due
}

TEST(OpenLoop, WhatIsDueBeforeTheEndIsSentAndCountedThoughTheServerStallsBeyondIt) {
  auto plan = plan_of(1000, 500ms);
  Server server(request_bytes(plan), 400ms, 400ms);
  plan.port = server.port();
  plan.mark = [&](const char* what) {
    if (std::string_view(what) == "begin") server.start_clock();
  };
  const auto result = load::run(plan);
  EXPECT_EQ(result.due, due_within(plan));
  EXPECT_EQ(result.right, result.due);
  EXPECT_GE(ms(result.latency.max_ns()), 350);
}

TEST(OpenLoop, WhatNobodyAnswersIsASampleAsLongAsItLasted) {
  auto plan = plan_of(200, 300ms);
  Server server(request_bytes(plan), 100ms, 2s);
  plan.port = server.port();
  plan.timeout = 700ms;
  plan.mark = [&](const char* what) {
    if (std::string_view(what) == "begin") server.start_clock();
  };
  const auto result = load::run(plan);
  EXPECT_EQ(result.due, due_within(plan));
  EXPECT_EQ(result.latency.count(), result.due);
  EXPECT_GT(result.timeouts + result.unsent + result.closed, 0U);
  EXPECT_GE(ms(result.latency.max_ns()), 690);
}

TEST(Windows, HaveTheTimeInWhichTheGeneratorHadNothingToDo) {
  load::Windows windows(200ms, "");
  windows.turn(10ms, false);
  windows.turn(40ms, true);
  windows.turn(90ms, false);
  windows.turn(130ms, true);  // that turn began in the first one
  windows.turn(150ms, true);
  ASSERT_GE(windows.all().size(), 2U);
  EXPECT_EQ(windows.all()[0].idle_ns, 70'000'000U);
  EXPECT_EQ(windows.all()[1].idle_ns, 20'000'000U);
}

TEST(OpenLoop, HasNothingToDoForMostOfTheTimeBesideAFewRequests) {
  auto plan = plan_of(200, 500ms);
  Server server(request_bytes(plan), 10s, 0ms);
  plan.port = server.port();
  const auto result = load::run(plan);
  std::uint64_t idle_ns = 0;
  for (const auto& window : result.windows) idle_ns += window.idle_ns;
  EXPECT_GE(ms(idle_ns), 250);
  EXPECT_LE(ms(idle_ns), 1000 * result.seconds);
}

TEST(ClosedLoop, SendsAsManyAsItIsTold) {
  auto plan = plan_of(0, 10s);
  plan.requests = 300;
  Server server(request_bytes(plan), 1h, 0ms);
  plan.port = server.port();
  const auto result = load::run(plan);
  EXPECT_EQ(result.right, 300U);
  EXPECT_EQ(result.errors(), 0U);
}
