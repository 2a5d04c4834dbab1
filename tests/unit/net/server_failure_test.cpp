// A loop that cannot go on takes the others along, and whoever runs the server learns why.
#include <net/address.hpp>
#include <net/server.hpp>

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <future>
#include <iterator>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace planish::net {
namespace {

// Asks for /healthz by a connection of its own, which stays open.
int ask(const std::string& address) {
  const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
  EXPECT_EQ(::connect(client, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
  constexpr std::string_view kRequest = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
  EXPECT_EQ(::send(client, kRequest.data(), kRequest.size(), MSG_NOSIGNAL), std::ssize(kRequest));
  return client;
}

TEST(ServerFailure, OfOneLoopEndsAllOfThemAndIsThrown) {
  for (const unsigned threads : {1U, 3U}) {
    std::vector<net::Counters> counters(threads);
    telemetry::Health health;
    ServerOptions options;
    options.listen = {*parse_address("127.0.0.1:0")};
    options.shared = threads > 1;
    Server server(options, {}, counters.front(), health, nullptr,
                  [](const http::Answered&) { throw std::bad_alloc(); });
    server.begin();
    server.add_loops(std::span(counters).subspan(1), options.connections_max);
    auto running = std::async(std::launch::async, [&server] { return server.run(); });
    const int client = ask(server.bound_addresses().front());
    EXPECT_THROW(running.get(), std::bad_alloc);
    ::close(client);
  }
}

}  // namespace
}  // namespace planish::net
