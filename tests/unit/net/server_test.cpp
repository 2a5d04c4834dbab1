// Server in this process, on ports of the kernel's choice, spoken to through real sockets.
#include "running_server.hpp"

#include <net/descriptor.hpp>

#include <gtest/gtest.h>
#include <planish/contracts.hpp>
#include <planish/rules.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <exception>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

namespace planish::net {
namespace {

using std::chrono::milliseconds;

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
    auto [begun, clients] = begin_and_answer(threads, 1, post());
    Steps& server = *begun;
    server.add_loops();
    Client& client = clients.at(0);
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
    const Begun begun = begin_and_answer(2, 1, post());
    const FewDescriptors left(few);
    try {
      begun.server->add_loops();
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
  EXPECT_EQ(two - one, three - two) << "each may run ahead of the account";
  EXPECT_EQ(bytes_of(4, options) - three, three - two);
  EXPECT_EQ(bytes_of(1, more) - one, 1'000'000u + 512'000u);
}

TEST(Server, SaysHowMuchMemoryAllOfItsEndpointsTakeTogether) {
  const auto bytes_of = [](std::vector<http::Endpoint> endpoints) {
    ServerOptions options;
    options.endpoints = std::make_shared<const http::Endpoints>(std::move(endpoints));
    return Steps(1, options)->memory_bytes_max();
  };
  Options rules;
  rules.rules = Rules::compile({Rule{.remove = {"/payload/a"}}}, {}).rules;
  Options contracts;
  contracts.contracts = Contracts::compile({{"a.json", "true"}}).contracts;
  const http::Endpoint plain{.paths = {"/"}}, ruled{.paths = {"/r"}, .transform = Transform(rules)},
      contracted{.paths = {"/c"}, .transform = Transform(contracts)};
  const std::size_t none = bytes_of({plain});
  const std::size_t of_rules = bytes_of({plain, ruled}) - none, of_contracts = bytes_of({plain, contracted}) - none;
  EXPECT_GT(of_rules, 0u);
  EXPECT_GT(of_contracts, 0u);
  EXPECT_EQ(bytes_of({plain, ruled, contracted}) - none, of_rules + of_contracts);
}

TEST(Server, KeepsToTheConnectionsThatItIsToldOfBeforeItRuns) {
  auto [begun, clients] = begin_and_answer(1, 2, get("/healthz"));
  Steps& server = *begun;
  server->add_loops({}, 1);
  auto running = std::async(std::launch::async, [&] { return server->run(); });
  Client third(server.port());  // one too many, also without the one that has been idle longest
  third.send(post());
  EXPECT_TRUE(clients.at(0).receive().ends_with("[end]"));
  EXPECT_TRUE(third.receive(1).starts_with("HTTP/1.1 503"));
  server->stop();
  EXPECT_FALSE(running.get());
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
