// Server in this process, on ports of the kernel's choice, spoken to through real sockets.
#include <net/descriptor.hpp>
#include <net/server.hpp>

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <future>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

namespace planish::net {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kContent =
    R"({"user_id":1,"events":[{"event_type":"click","timestamp":1,"payload":null}],"metadata":null})";

std::string post(std::string_view content = kContent) {
  return "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(content.size()) + "\r\n\r\n" +
         std::string(content);
}

std::string get(std::string_view target) {
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
  std::vector<telemetry::Counters> counters_;
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
  [[nodiscard]] bool runs_for(milliseconds time) { return result_.wait_for(time) == std::future_status::timeout; }

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

TEST(Server, AnswersAndKeepsTheConnection) {
  Running server;
  Client client(server.port());
  for (int i = 0; i < 3; ++i) {
    client.send(post());
    EXPECT_TRUE(client.receive(1).starts_with("HTTP/1.1 200 OK\r\n"));
  }
}

TEST(Server, AnswersEveryCutOfARequestTheSame) {
  Running server;
  Client client(server.port());
  const std::string request = post();
  for (std::size_t cut = 1; cut < request.size(); cut += 7) {
    client.send(std::string_view(request).substr(0, cut));
    std::this_thread::sleep_for(milliseconds(1));
    client.send(std::string_view(request).substr(cut));
    EXPECT_TRUE(client.receive(1).starts_with("HTTP/1.1 200 OK\r\n"));
  }
}

TEST(Server, ServesFromAllThreadsAndCountsItsConnections) {
  Running server({}, 3);
  {
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 30; ++i) {
      clients.push_back(std::make_unique<Client>(server.port()));
      clients.back()->send(post());
      EXPECT_TRUE(clients.back()->receive(1).starts_with("HTTP/1.1 200"));
    }
    EXPECT_EQ(server.connections(), 30u);
  }
  for (int i = 0; i < 500 && server.connections() > 0; ++i) std::this_thread::sleep_for(milliseconds(10));
  EXPECT_EQ(server.connections(), 0u);
}

TEST(Server, AnswersAHalfClosedClientThenCloses) {
  Running server;
  Client client(server.port());
  client.send(post() + post());
  client.shut_down();
  const std::string all = client.receive();
  EXPECT_EQ(Client::count(all, "HTTP/1.1 200"), 2);
  EXPECT_TRUE(all.ends_with("[end]"));
}

TEST(Server, SaysNothingToAHalfClosedClientsHalfRequest) {
  Running server;
  Client client(server.port());
  client.send(post().substr(0, 50));
  client.shut_down();
  EXPECT_EQ(client.receive(), "[end]");
}

TEST(Server, IsReadyWhileItRunsAndDrainingAtOnce) {
  Running server;
  {
    Client client(server.port());
    client.send(get("/healthz"));
    client.shut_down();
    client.receive();
  }
  EXPECT_EQ(server.health().phase(), telemetry::Phase::ready);
  (*server).drain();
  EXPECT_EQ(server.health().phase(), telemetry::Phase::draining);
  EXPECT_TRUE(server.wait());
  EXPECT_EQ(server.noticed(Notice::drain_began), 1U);
}

TEST(Server, GoesOnAsBeforeForTheDrainDelay) {
  ServerOptions options;
  options.timeouts.drain_delay = milliseconds(3000);
  Running server(options);
  const int port = server.port();
  (*server).drain();
  Client client(port);
  client.send(post());
  const std::string answer = client.receive(1);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200"));
  EXPECT_EQ(answer.find("Connection: close"), answer.npos);
  EXPECT_TRUE(server.wait());
}

TEST(Server, AnswersARequestThatHadBegunAndSaysThatItCloses) {
  Running server({}, 2);
  Client client(server.port());
  const std::string request = post();
  client.send(std::string_view(request).substr(0, 70));
  Client pipelining(server.port());
  pipelining.send(request + request + request.substr(0, 10));
  EXPECT_EQ(Client::count(pipelining.receive(2), "Connection: close"), 0);
  (*server).drain();
  EXPECT_TRUE(server.runs_for(milliseconds(600)));
  client.send(std::string_view(request).substr(70));
  std::string all = client.receive();
  EXPECT_TRUE(all.starts_with("HTTP/1.1 200"));
  EXPECT_NE(all.find("Connection: close\r\n"), all.npos);
  EXPECT_TRUE(all.ends_with("[end]"));
  pipelining.send(request.substr(10) + request);
  all = pipelining.receive();
  EXPECT_EQ(Client::count(all, "HTTP/1.1 200"), 2);
  EXPECT_EQ(Client::count(all, "Connection: close"), 1);
  EXPECT_LT(all.find("HTTP/1.1 200", 1), all.find("Connection: close"));
  EXPECT_TRUE(server.wait());
}

TEST(Server, CutsOffAStuckClientWhenItsTimeIsOver) {
  ServerOptions options;
  options.timeouts.shutdown = milliseconds(400);
  Running server(options);
  Client client(server.port());
  client.send(post().substr(0, 70));
  {
    Client other(server.port());
    other.send(get("/healthz"));
    other.shut_down();
    other.receive();
  }
  (*server).drain();
  EXPECT_FALSE(server.wait());
  EXPECT_EQ(server.noticed(Notice::drain_cut), 1U);
}

TEST(Server, StopsAtOnce) {
  Running server;
  Client client(server.port());
  client.send(post().substr(0, 70));
  (*server).stop();
  EXPECT_FALSE(server.wait());
}

TEST(Server, MayBeStoppedBeforeItRuns) {
  Steps server(2);
  server->begin();
  server.add_loops();
  server->drain();
  EXPECT_TRUE(server->run());
}

TEST(Server, AnswersThoseWhoWaitBeforeItRuns) {
  for (const unsigned threads : {1u, 3u}) {
    Steps server(threads);
    Client client(server.port());
    client.send(post());
    server->begin();
    EXPECT_TRUE(client.receive(1).starts_with("HTTP/1.1 200 OK\r\n"));
    server.add_loops();
    client.send(post());
    auto running = std::async(std::launch::async, [&] { return server->run(); });
    EXPECT_TRUE(client.receive(1).starts_with("HTTP/1.1 200 OK\r\n"));
    server->stop();
    EXPECT_FALSE(running.get());
  }
}

TEST(Server, MayGoWithoutHavingRun) {
  Steps server(2);
  Client client(server.port());
  client.send(post().substr(0, 70));
  server->begin();
  server.add_loops();
}

// Leaves the process so many descriptors, until it goes.
class FewDescriptors {
 public:
  explicit FewDescriptors(unsigned count) {
    EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0);
    const Descriptor lowest_free(::dup(0));
    rlimit few = before_;
    few.rlim_cur = static_cast<rlim_t>(lowest_free.number()) + count;
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  }
  ~FewDescriptors() { EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before_), 0); }
  FewDescriptors(const FewDescriptors&) = delete;
  FewDescriptors& operator=(const FewDescriptors&) = delete;

 private:
  rlimit before_{};
};

TEST(Server, EndsWellWhereThereAreNoDescriptorsForAnotherLoop) {
  bool complete = false;
  for (unsigned few = 0; !complete; ++few) {
    Steps server(2);
    Client client(server.port());
    client.send(post());
    server->begin();
    EXPECT_TRUE(client.receive(1).starts_with("HTTP/1.1 200 OK\r\n"));
    const FewDescriptors left(few);
    try {
      server.add_loops();
      complete = true;
      EXPECT_GE(few, 3u);  // eventfd, epoll, listening socket, and a timerfd where there is one
    } catch (const std::exception& error) {
      EXPECT_NE(std::string(error.what()).find(std::generic_category().message(EMFILE)), std::string::npos)
          << error.what();
    }
  }
}

TEST(Server, ReplacesTheEventTypesWhileItRuns) {
  Running server;
  Client client(server.port());
  client.send(post());
  EXPECT_TRUE(client.receive(1).starts_with("HTTP/1.1 200"));
  Options options;
  options.event_types = std::make_shared<const EventTypes>(std::vector<std::string>{"view"});
  (*server).set_endpoints(std::make_shared<const http::Endpoints>(
      std::vector<http::Endpoint>{{.paths = {"/"}, .transform = Transform(options)}}));
  client.send(post());
  EXPECT_TRUE(client.receive(1).starts_with("HTTP/1.1 422"));
}

TEST(Server, SaysHowMuchMemoryItMayComeToUse) {
  const auto bytes_of = [](unsigned threads, const ServerOptions& options) {
    Steps server(threads, options);
    server.add_loops();
    return server->memory_bytes_max();
  };
  const ServerOptions options;
  ServerOptions more = options;
  more.buffered_bytes_max += 1'000'000;
  more.connections_max += 1'000;
  const std::size_t one = bytes_of(1, options), two = bytes_of(2, options), three = bytes_of(3, options);
  EXPECT_GT(one, options.buffered_bytes_max);
  EXPECT_GT(two - one, three - two) << "two threads may run ahead of each other's account, however many there are";
  EXPECT_EQ(bytes_of(4, options) - three, three - two);
  EXPECT_EQ(bytes_of(1, more) - one, 1'000'000u + 600'000u);
}

TEST(Server, KeepsToTheConnectionsThatItIsToldOfBeforeItRuns) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    Steps server(1);
    Client first(server.port());
    Client second(server.port());
    first.send(post());
    second.send(post());
    server->begin();
    if (!first.answered() || !second.answered()) continue;  // begin() answers for a moment only, and it was over
    EXPECT_TRUE(first.receive(1).starts_with("HTTP/1.1 200 OK\r\n"));
    EXPECT_TRUE(second.receive(1).starts_with("HTTP/1.1 200 OK\r\n"));
    server->add_loops({}, 1);
    auto running = std::async(std::launch::async, [&] { return server->run(); });
    Client third(server.port());  // one too many, also without the one that has been idle longest
    third.send(post());
    EXPECT_TRUE(first.receive().ends_with("[end]"));
    EXPECT_TRUE(third.receive(1).starts_with("HTTP/1.1 503"));
    server->stop();
    EXPECT_FALSE(running.get());
    return;
  }
  FAIL() << "two answers never came in the moment of begin()";
}

TEST(Server, TellsOfEachConnectionThatIsTurnedAway) {
  ServerOptions options;
  options.connections_max = 0;
  Running server(options);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(Client(server.port()).receive(1).starts_with("HTTP/1.1 503"));
  EXPECT_EQ(server.noticed(Notice::connections_full), 5U);
}

}  // namespace
}  // namespace planish::net
