// ServerConnection: transcripts. What goes in on the left, what comes out on the right, what happens to the connection.
#include <support/packing.hpp>
#include <support/requests.hpp>
#include <support/server_connection_wire.hpp>

#include <gtest/gtest.h>

#include <string>

namespace planish::http {
namespace {

using test::gzip;
using test::kBody;
using test::kGet;
using test::post;
using test::ServerConnectionWire;
using test::Thread;
using Next = ServerConnection::Next;
using Phase = ServerConnection::Phase;

std::string chunked(const std::string& chunks, const std::string& path = "/", const std::string& fields = "") {
  return "POST " + path + " HTTP/1.1\r\nHost: a\r\n" + fields + "Transfer-Encoding: chunked\r\n\r\n" + chunks;
}
std::string chunk(const std::string& data) {
  char size[20];
  return std::string(size, static_cast<std::size_t>(std::snprintf(size, sizeof size, "%zx\r\n", data.size()))) + data +
         "\r\n";
}
std::string chunks(const std::string& body = kBody) {
  return chunk(body.substr(0, 30)) + chunk(body.substr(30)) + "0\r\n\r\n";
}
std::string head_of(const std::string& request) {
  return request.substr(0, request.find("\r\n\r\n") + 4);
}
class ServerConnectionTest : public testing::Test {
 protected:
  // All at once, on a fresh connection.
  ServerConnectionWire wire(const std::string& bytes = "") {
    thread.restart();
    ServerConnectionWire fresh(thread);
    if (!bytes.empty()) fresh.send(bytes);
    return fresh;
  }
  Thread thread;
};

TEST_F(ServerConnectionTest, AnswersTheOneRequest) {
  const auto on = wire(post());
  EXPECT_EQ(on.statuses(), "200 ");
  EXPECT_TRUE(on.received.ends_with(R"("total_duration_ms":0,"trace_id":null})")) << on.received;
  EXPECT_EQ(on.next, Next::read);
  EXPECT_EQ(on.server_connection.phase(), Phase::idle);
  EXPECT_EQ(on.kept(), 0U);
}

TEST_F(ServerConnectionTest, IsSmall) {
  EXPECT_LE(sizeof(ServerConnection), 48U);
}

TEST_F(ServerConnectionTest, AnswersAPipelineInOrder) {
  const auto on = wire(post() + kGet + chunked(chunks()) + post("{") + post("{}") + post(kBody, "", "/nope") + kGet);
  EXPECT_EQ(on.statuses(), "200 200 200 400 422 404 200 ");
  EXPECT_EQ(on.next, Next::read);
}

TEST_F(ServerConnectionTest, SkipsOneEmptyLineBeforeEachRequest) {
  EXPECT_EQ(wire("\r\n" + post() + "\r\n" + kGet).statuses(), "200 200 ");
  auto on = wire(kGet + "\r\n");
  EXPECT_EQ(on.server_connection.phase(), Phase::idle);
  EXPECT_EQ(on.kept(), 0U);
  EXPECT_EQ(on.send("\r").send(kGet).statuses(), "200 400 close ");
  auto apart = wire(kGet).send("\r");
  EXPECT_EQ(apart.server_connection.phase(), Phase::idle);  // nothing has begun
  EXPECT_EQ(apart.kept(), 0U);
  EXPECT_EQ(apart.send("\n").server_connection.phase(), Phase::idle);
  EXPECT_EQ(apart.send(kGet).statuses(), "200 200 ");
  EXPECT_EQ(wire("\r\n\r\n" + kGet).statuses(), "400 close ");
  EXPECT_EQ(wire("\rG").statuses(), "400 close ");
  EXPECT_EQ(wire("\r").send("G").statuses(), "400 close ");
  // It counts with the head, but not with the request line.
  EXPECT_EQ(wire("\r\nGET /" + std::string(8178, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n").statuses(), "404 ");
  EXPECT_EQ(wire("\r\nGET /" + std::string(8179, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n").statuses(), "414 close ");
}

TEST_F(ServerConnectionTest, KeepsWhatMustWaitAndNoMore) {
  auto on = wire(kGet + "POST / HT");
  EXPECT_EQ(on.kept(), 9U);
  EXPECT_EQ(on.server_connection.phase(), Phase::head);
  const std::string request = chunked("5;extension\r\nhello\r\n3\r\nab");
  auto half = wire(request);
  EXPECT_EQ(half.server_connection.phase(), Phase::body);
  EXPECT_EQ(half.kept(), head_of(request).size() + 7);  // closed up
  auto dropped = wire("GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n12345");
  EXPECT_EQ(dropped.received, "");
  EXPECT_LT(dropped.kept(), 60U);  // the head alone
  EXPECT_EQ(dropped.send("6789" + kGet).statuses(), "200 200 ");
  auto discarded = wire(post(kBody, "", "/nope").substr(0, 80));
  EXPECT_EQ(discarded.server_connection.phase(), Phase::discard);
  EXPECT_EQ(discarded.kept(), 0U);
}

TEST_F(ServerConnectionTest, ClosesAfterFaultsOfTheMessage) {
  const std::string none;
  for (const auto& [request, status] : {
           std::pair{std::string("GET  / HTTP/1.1\r\n"), "400 close "},
           {"GET /" + std::string(9000, 'a'), "414 close "},
           {"GET / HTTP/1.1\r\nA: b\r\n c", "400 close "},
           {"GET / HTTP/1.1\r\nA: " + std::string(20'000, 'a'), "431 close "},
           {"GET x HTTP/1.1\r\nHost: a\r\n\r\n", "400 close "},
           {"GET / HTTP/3.0\r\nHost: a\r\n\r\n", "505 close "},
           {"GET / HTTP/1.1\r\n\r\n", "400 close "},
           {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", "501 close "},
           {"POST / HTTP/1.1\r\nHost: a\r\nExpect: x\r\nContent-Length: 3\r\n\r\n", "417 close "},
           {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4097\r\n\r\n", "413 close "},
           {"PUT /nope HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n", "413 close "},
           {chunked("5\r\nhelloxx"), "400 close "},
           {chunked("1001\r\n"), "413 close "},
           {chunked("0\r\nA : b"), "400 close "},
           {post(gzip(std::string(4097, ' ')), "Content-Encoding: gzip\r\n"), "413 close "},
       }) {
    const auto on = wire(request + "\r\n\r\n" + kGet);
    EXPECT_EQ(on.statuses(), status) << request.substr(0, 80);
    EXPECT_EQ(on.next, Next::refuse);
    EXPECT_EQ(on.server_connection.phase(), Phase::closed);
    EXPECT_EQ(on.kept(), 0U);
  }
}

TEST_F(ServerConnectionTest, StaysAfterFaultsOfRouteAndContent) {
  for (const auto& [request, status] : {
           std::pair{post(kBody, "", "/nope"), "404 "},
           {chunked(chunks(), "/nope"), "404 "},
           {post(kBody, "", "/healthz"), "405 "},
           {std::string("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n"), "405 "},
           {std::string("BREW / HTTP/1.1\r\nHost: a\r\n\r\n"), "405 "},
           {std::string("POST / HTTP/1.1\r\nHost: a\r\n\r\n"), "411 "},
           {post(kBody, "Content-Type: text/xml\r\n"), "415 "},
           {post(kBody, "Content-Encoding: br\r\n"), "415 "},
           {post("{"), "400 "},
           {post(""), "400 "},
           {post("{}"), "422 "},
           {post("no gzip", "Content-Encoding: gzip\r\n"), "400 "},
           {post(gzip(kBody) + "x", "Content-Encoding: gzip\r\n"), "400 "},
           {post(gzip(kBody), "Content-Encoding: gzip, zstd\r\n"), "400 "},
       }) {
    const auto on = wire(request + kGet);
    EXPECT_EQ(on.statuses(), std::string(status) + "200 ") << request;
    EXPECT_EQ(on.next, Next::read);
  }
}

TEST_F(ServerConnectionTest, NamesTheMethodsWhereItRefusesOne) {
  EXPECT_NE(wire("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n").received.find("\r\nAllow: "), std::string::npos);
}

TEST_F(ServerConnectionTest, DecodesContent) {
  EXPECT_EQ(wire(post(gzip(kBody), "Content-Encoding: gzip\r\n")).received.substr(300),
            wire(post()).received.substr(300));
  EXPECT_EQ(wire(chunked(chunks(gzip(gzip(kBody))), "/", "Content-Encoding: gzip\r\nContent-Encoding: x-gzip\r\n"))
                .statuses(),
            "200 ");
}

TEST_F(ServerConnectionTest, LimitsTheContentExactly) {
  const std::string full = kBody + std::string(4096 - kBody.size(), ' ');
  EXPECT_EQ(wire(post(full)).statuses(), "200 ");
  EXPECT_EQ(wire(chunked(chunks(full))).statuses(), "200 ");
  EXPECT_EQ(wire(post(gzip(full), "Content-Encoding: gzip\r\n")).statuses(), "200 ");
  EXPECT_EQ(wire(post(full + " ")).statuses(), "413 close ");
  EXPECT_EQ(wire(chunked(chunks(full + " "))).statuses(), "413 close ");
  EXPECT_EQ(wire(post(gzip(full + " "), "Content-Encoding: gzip\r\n")).statuses(), "413 close ");
}

TEST_F(ServerConnectionTest, DropsTheContentOfWhatItHasRefusedWithinTheLimit) {
  auto over = wire(chunked("fff\r\n", "/nope"));
  EXPECT_EQ(over.statuses(), "404 ");
  over.send(std::string(4095, 'x') + "\r\n1\r\nx\r\n1");
  EXPECT_EQ(over.next, Next::refuse);
  EXPECT_EQ(over.statuses(), "404 ");  // answered once
  auto broken = wire(chunked("5\r\nhell", "/nope"));
  EXPECT_EQ(broken.next, Next::read);
  EXPECT_EQ(broken.send("oX").next, Next::refuse);
  EXPECT_EQ(broken.statuses(), "404 ");
  // Never a request.
  EXPECT_EQ(wire(post(kGet + kGet, "", "/nope")).statuses(), "404 ");
}

TEST_F(ServerConnectionTest, GoesOnOnlyWhereTheContentIsWanted) {
  const std::string expect = "Expect: 100-continue\r\n";
  const std::string request = post(kBody, expect);
  auto on = wire(head_of(request));
  EXPECT_EQ(on.received, "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(on.next, Next::read);
  EXPECT_EQ(on.send(kBody.substr(0, 9)).statuses(), "100 ");
  EXPECT_EQ(on.send(kBody.substr(9)).statuses(), "100 200 ");
  EXPECT_EQ(wire(request).statuses(), "200 ");  // it did not wait
  EXPECT_EQ(wire(request.substr(0, head_of(request).size() + 1)).received, "");
  EXPECT_EQ(wire(post("", expect)).statuses(), "400 ");  // nothing to wait for
  EXPECT_EQ(wire(head_of(chunked("", "/", expect))).statuses(), "100 ");
  EXPECT_EQ(wire("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n").received, "");
}

TEST_F(ServerConnectionTest, ClosesWhereAClientWaitsInVain) {
  const std::string expect = "Expect: 100-continue\r\n";
  for (const auto& [request, status] :
       {std::pair{post(kBody, expect, "/nope"), "404 "},
        {post(kBody, expect, "/healthz"), "405 "},
        {post(kBody, expect + "Content-Type: text/xml\r\n"), "415 "},
        {"GET /healthz HTTP/1.1\r\nHost: a\r\n" + expect + "Content-Length: 70\r\n\r\n" + kBody, "200 "}}) {
    const auto waiting = wire(head_of(request));
    EXPECT_EQ(waiting.statuses(), std::string(status) + "close ");
    EXPECT_EQ(waiting.next, Next::refuse);
    EXPECT_EQ(wire(request).statuses(), status);  // one that did not wait
  }
}

TEST_F(ServerConnectionTest, ClosesWhereTheClientSaysSo) {
  const std::string last = "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  EXPECT_EQ(wire(last).statuses(), "200 close ");
  EXPECT_EQ(wire(last).next, Next::close);
  EXPECT_EQ(wire(last + kGet).statuses(), "200 close ");
  EXPECT_EQ(wire(last + kGet).next, Next::refuse);  // its bytes are unread
  EXPECT_EQ(wire("GET /healthz HTTP/1.0\r\n\r\n").next, Next::close);
  EXPECT_EQ(wire("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").next, Next::read);
  const std::string unread = "POST /nope HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 9\r\n\r\n123";
  EXPECT_EQ(wire(unread).statuses(), "404 close ");
  EXPECT_EQ(wire(unread).next, Next::refuse);
}

TEST_F(ServerConnectionTest, AnswersHalfClosedClients) {
  auto complete = wire(post() + kGet);
  EXPECT_EQ(complete.end().next, Next::close);
  EXPECT_EQ(complete.statuses(), "200 200 ");
  thread.restart();
  EXPECT_EQ(ServerConnectionWire(thread).send(post() + kGet, true).statuses(), "200 200 ");
  for (const std::string& part :
       {post().substr(0, 10), post().substr(0, post().size() - 1), chunked("5\r\nhell"), std::string("\r")}) {
    auto incomplete = wire(kGet + part);
    EXPECT_EQ(incomplete.end().next, Next::close) << part;
    EXPECT_EQ(incomplete.statuses(), "200 ");
  }
  EXPECT_EQ(wire().end().next, Next::close);
  EXPECT_EQ(wire(post(kBody, "", "/nope").substr(0, 90)).end().next, Next::close);
}

TEST_F(ServerConnectionTest, SaysCloseInTheLastAnswerWhenDraining) {
  auto pipeline = wire();
  pipeline.server_connection.close_after_next();
  EXPECT_EQ(pipeline.send(kGet + post() + kGet).statuses(), "200 200 200 close ");
  EXPECT_EQ(pipeline.next, Next::close);

  auto begun = wire();
  begun.server_connection.close_after_next();
  EXPECT_EQ(begun.send(kGet + "GET /heal").statuses(), "200 ");
  EXPECT_EQ(begun.next, Next::read);
  EXPECT_EQ(begun.send("thz HTTP/1.1\r\nHost: a\r\n\r\n\r\n").statuses(), "200 200 close ");
  EXPECT_EQ(begun.next, Next::close);

  auto half = wire(post().substr(0, post().size() - 5));
  half.server_connection.close_after_next();
  EXPECT_EQ(half.send(post().substr(post().size() - 5)).statuses(), "200 close ");

  auto refused = wire();
  refused.server_connection.close_after_next();
  EXPECT_EQ(refused.send(post(kBody, "", "/nope") + kGet).statuses(), "404 200 close ");
  auto refused_last = wire();
  refused_last.server_connection.close_after_next();
  EXPECT_EQ(refused_last.send(chunked(chunks(), "/nope")).statuses(), "404 close ");
  EXPECT_EQ(refused_last.next, Next::close);
  auto refused_half = wire();
  refused_half.server_connection.close_after_next();
  EXPECT_EQ(refused_half.send(chunked("5\r\nh", "/nope")).statuses(), "404 close ");
  EXPECT_EQ(refused_half.next, Next::refuse);

  auto discarding = wire(chunked("5\r\nh", "/nope"));
  discarding.server_connection.close_after_next();
  EXPECT_EQ(discarding.send("ello\r\n0\r\n\r\n").next, Next::close);
  EXPECT_EQ(discarding.statuses(), "404 ");
}

TEST_F(ServerConnectionTest, FlushesAndGoesOn) {
  // More answers than the outbox has pieces, and larger ones than it has room for.
  std::string many;
  std::string expected;
  for (int i = 0; i < 200; ++i) {
    many += i % 3 == 0   ? chunked(chunks(), i % 2 == 0 ? "/" : "/nope")
            : i % 3 == 1 ? "GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n"
                         : post("{");
    expected += i % 3 == 0 ? (i % 2 == 0 ? "200 " : "404 ") : i % 3 == 1 ? "200 " : "400 ";
  }
  const auto at_once = wire(many);
  EXPECT_EQ(at_once.statuses(), expected);
  EXPECT_GE(at_once.flushes, 3U);
  auto apart = wire();
  EXPECT_EQ(apart.send_in_steps(many, 97).received, at_once.received);
}

TEST_F(ServerConnectionTest, FlushesBeforeAnyKindOfRequest) {
  for (const std::string& request :
       {post(), chunked(chunks()), chunked("1;a\r\n{\r\nx"), post(kBody, "", "/nope"), post("{}"),
        chunked(chunks(), "/nope"), post("x", "Content-Encoding: gzip\r\n"), std::string("GET  "),
        std::string("GET / HTTP/2.0\r\n\r\n"), post(std::string(5000, 'x'))}) {
    std::string before;
    for (unsigned i = 0; i < Outbox::kPiecesMax; ++i) before += kGet;
    const auto full = wire(before + request + kGet);
    // A coded body wants an empty outbox, so what stands there is sent first.
    EXPECT_TRUE(full.flushes == 1 || (full.flushes == 2 && request.find("gzip") != std::string::npos)) << request;
    auto apart = wire(before);
    EXPECT_EQ(apart.send(request + kGet).received, full.received) << request;
    EXPECT_EQ(apart.next, full.next);
    EXPECT_EQ(apart.kept(), full.kept());
  }
  std::string waiting;
  for (unsigned i = 0; i < Outbox::kPiecesMax; ++i) waiting += kGet;
  const auto on = wire(waiting + head_of(post(kBody, "Expect: 100-continue\r\n")));
  EXPECT_EQ(on.flushes, 1U);
  EXPECT_TRUE(on.received.ends_with("HTTP/1.1 100 Continue\r\n\r\n"));
}

TEST_F(ServerConnectionTest, RefusesForTheConnection) {
  auto head = wire("GET /");
  EXPECT_EQ(head.refuse(Fault::timeout_head), Next::refuse);
  EXPECT_EQ(head.statuses(), "408 close ");
  EXPECT_EQ(head.server_connection.phase(), Phase::closed);
  auto body = wire(post().substr(0, post().size() - 1));
  EXPECT_EQ(body.refuse(Fault::timeout_body), Next::refuse);
  EXPECT_EQ(body.statuses(), "408 close ");
  const std::string named = post(kBody, "X-Request-Id: mine\r\n");
  auto known = wire(named.substr(0, named.size() - 1));
  known.refuse(Fault::timeout_body);
  EXPECT_NE(known.received.find("\r\nX-Request-Id: mine\r\n"), std::string::npos);
  auto buffered = wire(post().substr(0, post().size() - 1));
  buffered.refuse(Fault::buffered);
  EXPECT_EQ(buffered.statuses(), "503 close ");
  auto idle = wire(kGet);
  EXPECT_EQ(idle.refuse(Fault::timeout_head), Next::close);
  EXPECT_EQ(idle.statuses(), "200 ");
  auto unread = wire();
  EXPECT_EQ(unread.refuse(Fault::connections), Next::refuse);
  EXPECT_EQ(unread.statuses(), "503 close ");
  auto answered = wire(chunked("5\r\nh", "/nope"));
  EXPECT_EQ(answered.refuse(Fault::timeout_body), Next::refuse);
  EXPECT_EQ(answered.statuses(), "404 ");
}

}  // namespace
}  // namespace planish::http
