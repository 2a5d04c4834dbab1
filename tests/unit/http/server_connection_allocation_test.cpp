// Allocation: a connection costs none, from its first byte to its last answer, once the thread has what it needs.
#include <support/allocations.hpp>
#include <support/server_connection_wire.hpp>

#include <gtest/gtest.h>

#include <string>

namespace planish::http {
namespace {

TEST(ServerConnectionAllocation, NeverHappens) {
  const std::string body = R"({"user_id":7,"events":[{"event_type":"a","timestamp":1,"payload":{}}]})";
  const std::string head =
      " HTTP/1.1\r\nHost: a\r\nX-Request-Id: x\r\nConnection: keep-alive\r\nPrefer: handling=lenient\r\n";
  const std::string length = "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  test::Thread thread;
  const ServerConnection::Parts parts{thread.limits, *thread.service, thread.decoders, *thread.outbox};
  for (const std::string& request :
       {"POST /" + head + length, "GET /healthz" + head + "\r\n", "POST /nope" + head + length,
        "POST /" + head + "Content-Encoding: gzip\r\n" + length, "POST /" + head + "Content-Length: x\r\n\r\n",
        "POST /" + head + "Transfer-Encoding: chunked\r\n\r\n1;a=b\r\n{\r\n0\r\nA: b\r\n\r\n", std::string("GET  "),
        "POST /" + head + "Expect: 100-continue\r\n" + length}) {
    std::string input(request.size() + kPadding, '\0');
    std::size_t before = 0;
    for (int round = 0; round < 2; ++round) {
      before = support::allocations();
      ServerConnection server_connection;
      RequestHead head_of_request;
      Budget budget;
      std::size_t kept = 0;
      for (const char byte : request) {  // the worst of cuts
        input[kept++] = byte;
        const auto progress =
            server_connection.advance({{input.data(), kept}, head_of_request}, false, {}, budget, parts);
        thread.outbox->clear();
        kept = progress.kept;
        std::char_traits<char>::move(input.data(), input.data() + progress.consumed, kept);
      }
    }
    EXPECT_EQ(support::allocations(), before) << request;
  }
}

}  // namespace
}  // namespace planish::http
