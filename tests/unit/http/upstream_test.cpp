// Upstream: what is sent to it, and what its client is told, whatever it says. Without a socket.
#include <http/upstream.hpp>
#include <http/upstream_answer.hpp>
#include <support/requests.hpp>
#include <support/server_connection_wire.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace planish::http {
namespace {

using test::post;
using test::ServerConnectionWire;
using test::Thread;
using Kind = UpstreamSaid::Kind;
using Next = ServerConnection::Next;

constexpr std::string_view kEvent = R"({"user_id":7,"events":[{"event_type":"a","timestamp":1,"payload":{}}]})";

Endpoint endpoint(bool relays, std::string_view shape = "planish", Answer answer = Answer::ndjson) {
  Options options;
  options.shape = *ready_made_shape(shape);
  options.answer = answer;
  options.acknowledges = true;
  std::string problem;
  options.answer_members = {*parse_answer_member("event_type", problem)};
  Upstream upstream;
  upstream.head = upstream_head("/in?a=b", "up:81", "application/x-ndjson", "1.2.3", {});
  upstream.relays = relays;
  return {.paths = {"/"}, .transform = Transform(options), .upstream = std::make_shared<const Upstream>(upstream)};
}

Thread thread_of(Endpoint one) {
  return Thread(4096, {}, {std::move(one)});
}

std::string after(std::string_view text, std::string_view mark) {
  const std::size_t at = text.find(mark);
  return at == std::string_view::npos ? std::string() : std::string(text.substr(at + mark.size()));
}

std::string content(std::string_view message) {
  return after(message, "\r\n\r\n");
}

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

UpstreamSaid said(unsigned status) {
  return {.kind = Kind::answered, .status = status};
}

// Of the endpoint.
std::uint64_t counted(const Thread& thread, unsigned status) {
  const auto found = std::find(kStatuses.begin(), kStatuses.end(), status);
  return thread.counters.transforms[0][static_cast<std::size_t>(found - kStatuses.begin())].value();
}

std::string answer_to(const UpstreamSaid& what, bool relays = false) {
  Thread thread = thread_of(endpoint(relays));
  ServerConnectionWire wire(thread);
  wire.send(post(std::string(kEvent)));
  EXPECT_EQ(wire.next, Next::ask);
  wire.answer(what);
  EXPECT_EQ(wire.next, Next::read);
  return wire.received;
}

TEST(Upstream, IsSentTheEventsAndWhatTheRequestSaysOfThem) {
  Thread thread = thread_of(endpoint(false));
  ServerConnectionWire wire(thread);
  wire.send(post(std::string(kEvent),
                 "X-Request-Id: abc\r\ntracestate: a=1\r\nTracestate: b=2\r\n"
                 "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"));
  EXPECT_EQ(wire.asked.at(0),
            "POST /in?a=b HTTP/1.1\r\nHost: up:81\r\nUser-Agent: planish/1.2.3\r\nAccept-Encoding: identity\r\n"
            "Content-Type: application/x-ndjson\r\nContent-Length: 19\r\nX-Request-Id: abc\r\n"
            "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\ntracestate: a=1,b=2\r\n"
            "Planish-Events: ok=1, invalid=0, dropped=0\r\n\r\n{\"event_type\":\"a\"}\n");
  EXPECT_EQ(wire.received, "");
}

TEST(Upstream, IsPassedNoTraceThatIsNone) {
  Thread thread = thread_of(endpoint(false));
  for (const char* fields : {"tracestate: a=1\r\n", "traceparent: 00-1\r\ntracestate: a=1\r\n"}) {
    ServerConnectionWire wire(thread);
    wire.send(post(std::string(kEvent), fields));
    EXPECT_FALSE(has(wire.asked.at(0), "trace")) << wire.asked.at(0);
  }
}

TEST(Upstream, IsPassedATracestateUpToItsLimitAndNoPartOfALongerOne) {
  Thread thread = thread_of(endpoint(false));
  const std::string parent = "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n";
  for (const std::size_t more : {0U, 1U}) {
    ServerConnectionWire wire(thread);
    const std::string state(kTracestateBytesMax - 4 + more, 's');
    const std::string id(128, 'i');
    wire.send(post(std::string(kEvent),
                   parent + "X-Request-Id: " + id + "\r\ntracestate: " + state + "\r\ntracestate: t=2\r\n"));
    EXPECT_EQ(has(wire.asked.at(0), "tracestate: " + state + ",t=2\r\n"), more == 0);
    EXPECT_EQ(has(wire.asked.at(0), "tracestate"), more == 0);
    EXPECT_TRUE(has(wire.asked.at(0), parent));
  }
}

TEST(Upstream, HasFieldsOfItsOwnWhichReplaceTheUsualOnes) {
  const std::vector<UpstreamField> fields = {{"content-type", "a/b"}, {"HOST", "h"}, {"X-Key", "k"}};
  EXPECT_EQ(upstream_head("/", "up", "application/json", "1", fields),
            "POST / HTTP/1.1\r\nUser-Agent: planish/1\r\nAccept-Encoding: identity\r\ncontent-type: a/b\r\nHOST: h\r\n"
            "X-Key: k\r\n");
  EXPECT_EQ(upstream_field_problem("X-Key", "a\tb"), "");
  EXPECT_NE(upstream_field_problem("X-Key", "a\nb"), "");
  EXPECT_NE(upstream_field_problem("X Key", "a"), "");
  EXPECT_NE(upstream_field_problem("", "a"), "");
  EXPECT_NE(upstream_field_problem("Content-Length", "1"), "");
  EXPECT_NE(upstream_field_problem("transfer-encoding", "chunked"), "");
}

TEST(Upstream, IsNamedAsAnAuthority) {
  EXPECT_EQ(authority_of({.host = "a", .port = "80"}), "a");
  EXPECT_EQ(authority_of({.host = "::1", .port = "81"}), "[::1]:81");
  EXPECT_EQ(authority_of({.unix_path = "/run/x"}), "localhost");
}

TEST(Upstream, HasTheLastWordOnASuccess) {
  for (const unsigned status : {200U, 201U, 202U, 204U, 299U}) {
    const std::string answer = answer_to(said(status));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 204 No Content\r\n")) << answer;
    EXPECT_TRUE(has(answer, "Planish-Events: ok=1, invalid=0, dropped=0\r\n"));
  }
}

TEST(Upstream, HasItsClientTaughtInTheWordsOfItsShape) {
  Thread thread = thread_of(endpoint(false, "segment"));
  ServerConnectionWire wire(thread);
  wire.send(post(R"({"batch":[{"event":"a"},{"userId":1}]})", "Prefer: handling=lenient\r\n"));
  EXPECT_EQ(content(wire.asked.at(0)), "{\"event_type\":\"a\"}\n");
  wire.answer(said(202));
  EXPECT_TRUE(content(wire.received).starts_with(R"({"success":true,"errors":[{"pointer":"/batch/1)")) << wire.received;
  EXPECT_TRUE(has(wire.received, "Preference-Applied: handling=lenient\r\n"));
}

TEST(Upstream, IsRelayedWhole) {
  UpstreamSaid what = said(201);
  const std::string text = "<ok/>";
  what.media_type = "text/xml; a=b";
  what.content = text;
  const std::string answer = answer_to(what, true);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 201 Created\r\n"));
  EXPECT_TRUE(has(answer, "\r\nContent-Type: text/xml; a=b\r\nContent-Length: 5\r\n"));
  EXPECT_EQ(content(answer), text);
  what.status = 204;
  EXPECT_FALSE(has(answer_to(what, true), "Content-"));
  what.status = 205;
  EXPECT_TRUE(has(answer_to(what, true), "\r\nContent-Length: 0\r\n"));
  what.status = 207;
  what.media_type = {};
  const std::string untyped = answer_to(what, true);
  EXPECT_TRUE(untyped.starts_with("HTTP/1.1 207 \r\n")) << untyped;
  EXPECT_TRUE(has(untyped, "\r\nContent-Length: 5\r\n"));
  EXPECT_FALSE(has(untyped, "Content-Type"));
}

TEST(Upstream, IsRelayedUpToItsLimit) {
  UpstreamSaid what = said(200);
  const std::string most(kUpstreamContentBytesMax, 'm');
  what.content = most;
  EXPECT_EQ(content(answer_to(what, true)), most);
}

TEST(Upstream, ThatIsBusyOrAwayIsSaidToBe) {
  for (const unsigned status : {429U, 503U}) {
    UpstreamSaid what = said(status);
    EXPECT_TRUE(has(answer_to(what), "\r\nRetry-After: 1\r\n"));
    what.retry_after = "Sun, 06 Nov 1994 08:49:37 GMT";
    for (const bool relays : {false, true}) {
      const std::string answer = answer_to(what, relays);
      EXPECT_TRUE(answer.starts_with("HTTP/1.1 " + std::to_string(status))) << answer;
      EXPECT_TRUE(has(answer, "\r\nRetry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
      EXPECT_TRUE(has(answer, "\"status\":" + std::to_string(status)));
      EXPECT_FALSE(has(answer, "upstream_status"));
    }
  }
}

TEST(Upstream, ThatSaysAnythingElseIsABadGateway) {
  for (const unsigned status : {300U, 304U, 400U, 404U, 413U, 500U, 502U, 504U, 599U}) {
    for (const bool relays : {false, true}) {
      const std::string answer = answer_to(said(status), relays);
      EXPECT_TRUE(answer.starts_with("HTTP/1.1 502 Bad Gateway\r\n")) << answer;
      EXPECT_TRUE(has(answer, R"("type":"/problems/bad-gateway")"));
      EXPECT_TRUE(has(answer, ",\"upstream_status\":" + std::to_string(status) + "}"));
      EXPECT_FALSE(has(answer, "Planish-Events"));
    }
  }
}

TEST(Upstream, ThatGivesNoAnswerIsTold) {
  const std::string away = answer_to({.kind = Kind::no_connection});
  EXPECT_TRUE(away.starts_with("HTTP/1.1 502 "));
  EXPECT_FALSE(has(away, "upstream_status"));
  const std::string late = answer_to({.kind = Kind::late, .status = 200});
  EXPECT_TRUE(late.starts_with("HTTP/1.1 504 Gateway Timeout\r\n"));
  EXPECT_TRUE(has(late, R"("type":"/problems/gateway-timeout")"));
  EXPECT_TRUE(has(answer_to({.kind = Kind::broken, .status = 200}), ",\"upstream_status\":200}"));
}

TEST(Upstream, IsNotAskedWhereNothingIsLeft) {
  for (const bool relays : {false, true}) {
    Thread thread = thread_of(endpoint(relays, "segment"));
    ServerConnectionWire wire(thread);
    wire.send(post(R"({"batch":[{"userId":1}]})", "Prefer: handling=lenient\r\n"));
    EXPECT_TRUE(wire.asked.empty());
    EXPECT_TRUE(wire.received.starts_with("HTTP/1.1 200 OK\r\n"));
    EXPECT_TRUE(content(wire.received).starts_with(R"({"success":true,"errors")"));
  }
  Thread thread = thread_of(endpoint(true));
  ServerConnectionWire wire(thread);
  wire.send(post(R"({"user_id":7,"events":[]})"));
  EXPECT_EQ(wire.statuses(), "204 ");
  EXPECT_TRUE(has(wire.received, "Planish-Events: ok=0, invalid=0, dropped=0\r\n"));
}

TEST(Upstream, IsNotAskedOfWhatIsRefused) {
  Thread thread = thread_of(endpoint(false));
  ServerConnectionWire wire(thread);
  wire.send(post("{") + post(R"({"user_id":7,"events":[{}]})"));
  EXPECT_TRUE(wire.asked.empty());
  EXPECT_EQ(wire.statuses(), "400 422 ");
}

TEST(Upstream, AnswersInTheOrderOfTheRequestsHoweverTheyAreCut) {
  const std::string pipeline =
      post("{") + post(std::string(kEvent)) + test::kGet + post(std::string(kEvent)) + post("[");
  for (std::size_t step = 1; step <= pipeline.size(); step += step < 9 ? 1 : 37) {
    Thread thread = thread_of(endpoint(false));
    ServerConnectionWire wire(thread);
    std::size_t at = 0;
    unsigned status = 200;
    while (at < pipeline.size() || wire.next == Next::ask) {
      // While it is asked nothing is read.
      if (wire.next == Next::ask) {
        wire.answer(said(status));
        status = 500;
        continue;
      }
      wire.send(std::string_view(pipeline).substr(at, step));
      at += step;
    }
    EXPECT_EQ(wire.asked.size(), 2U) << step;
    EXPECT_EQ(wire.statuses(), "400 204 200 502 400 ") << step;
    EXPECT_TRUE(wire.valid) << step;
  }
}

TEST(Upstream, ClosesNoConnectionButOneThatIsToClose) {
  const std::string closing = post(std::string(kEvent), "Connection: close\r\n");
  for (const UpstreamSaid& what : {said(200), said(503), said(500), UpstreamSaid{.kind = Kind::late}}) {
    Thread thread = thread_of(endpoint(false));
    ServerConnectionWire wire(thread);
    wire.send(closing);
    EXPECT_EQ(wire.answer(what), Next::close);
    ServerConnectionWire draining(thread);
    draining.send(post(std::string(kEvent)));
    draining.server_connection.close_after_next();
    EXPECT_EQ(draining.answer(what), Next::close);
    EXPECT_TRUE(has(draining.received, "\r\nConnection: close\r\n"));
    ServerConnectionWire more(thread);
    more.send(post(std::string(kEvent)) + post(std::string(kEvent)));
    more.server_connection.close_after_next();
    more.answer(what);
    EXPECT_FALSE(has(more.received, "Connection: close"));
    EXPECT_EQ(more.next, Next::ask);
  }
}

// There is no room for what it would be asked.
TEST(Upstream, ThatCannotBeAskedLeavesARefusalOfTheRequestItself) {
  Thread thread = thread_of(endpoint(false, "segment"));
  ServerConnectionWire wire(thread);
  wire.send(post(R"({"batch":[{"event":"a"}]})", "X-Request-Id: r-1\r\n") + post(std::string(kEvent)));
  EXPECT_EQ(wire.next, Next::ask);
  EXPECT_EQ(wire.refuse(Fault::buffered), Next::refuse);
  EXPECT_EQ(wire.statuses(), "503 close ");
  EXPECT_TRUE(has(wire.received, "\r\nX-Request-Id: r-1\r\n"));
  EXPECT_TRUE(has(wire.received, "\r\nRetry-After: 1\r\n"));
  EXPECT_TRUE(has(wire.received, R"("request_id":"r-1","code":"service-unavailable","message":)")) << wire.received;
  EXPECT_EQ(counted(thread, 503), 1U);
}

TEST(Upstream, IsCountedByWhatItsClientIsTold) {
  Thread thread = thread_of(endpoint(false));
  ServerConnectionWire wire(thread);
  wire.send(post(std::string(kEvent)));
  EXPECT_EQ(counted(thread, 204), 0U);
  wire.answer(said(200));
  EXPECT_EQ(counted(thread, 204), 1U);
}

}  // namespace
}  // namespace planish::http
