// ServerConnection in turns: a budget that is used up changes when answers come, never what they are, and what must
// wait waits.
#include <support/packing.hpp>
#include <support/requests.hpp>
#include <support/server_connection_wire.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace planish::http {
namespace {

using test::kBody;
using test::kGet;
using test::post;
using test::ServerConnectionWire;
using test::Thread;
using Next = ServerConnection::Next;

std::string coded(const std::string& bytes, const std::string& codings = "gzip") {
  return post(bytes, "Content-Encoding: " + codings + "\r\n");
}

struct Received {
  std::string bytes;
  unsigned yields;
  Next next;
};

Received receive(Thread& thread, const std::string& bytes, std::size_t turn_work) {
  thread.restart();
  ServerConnectionWire wire(thread);
  wire.turn_work = turn_work;
  wire.send(bytes);
  EXPECT_TRUE(wire.valid);
  return {wire.received, wire.yields, wire.next};
}

TEST(ServerConnectionTurns, ChangeNoAnswer) {
  Thread thread(100'000);
  const std::string large = kBody + std::string(90'000, ' ');
  const std::string chunked =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n";
  const std::string pipeline = post() + kGet + chunked + coded(test::gzip(large)) + kGet +
                               coded(test::gzip_bomb(2000)) + coded(test::zstd(large), "zstd") +
                               post("{", "", "/nope") + coded("no gzip") + post();
  const Received whole = receive(thread, pipeline, std::size_t{1} << 40);
  EXPECT_EQ(whole.yields, 0U);
  for (const std::size_t work : {1U, 100U, 10'000U}) {
    const Received turns = receive(thread, pipeline, work);
    EXPECT_EQ(turns.bytes, whole.bytes) << work;
    EXPECT_GT(turns.yields, 5U) << work;
  }
}

TEST(ServerConnectionTurns, EndWhereTheBudgetIsUsedUp) {
  Thread thread;
  std::string pipeline;
  for (int i = 0; i < 100; ++i) pipeline += kGet;
  // A request and its answer are some 230 bytes.
  EXPECT_EQ(receive(thread, pipeline, 1).yields, 99U);  // one a turn; nothing is left behind the last one
  EXPECT_EQ(receive(thread, pipeline, 100'000).yields, 0U);
  const unsigned some = receive(thread, pipeline, 2'300).yields;
  EXPECT_TRUE(some >= 8 && some <= 12) << some;
}

TEST(ServerConnectionTurns, EndByTheClock) {
  static std::chrono::nanoseconds time;
  time = {};
  Thread thread;
  Service service(
      thread.served, thread.transformer, thread.endpoints, thread.counters, thread.health,
      +[] { return time += std::chrono::milliseconds{1}; }, "0123456789abcdef", false);
  const ServerConnection::Parts parts{thread.limits, service, thread.decoders, *thread.outbox};
  std::string input = kGet + kGet + kGet + kGet + kGet;
  const std::size_t size = input.size();
  input.resize(size + kPadding);
  ServerConnection server_connection;
  RequestHead head;
  Budget budget{.until = std::chrono::milliseconds{3}};  // each answer takes one
  const auto progress = server_connection.advance({{input.data(), size}, head}, false, {}, budget, parts);
  EXPECT_EQ(progress.next, Next::yield);
  EXPECT_EQ(progress.consumed, 3 * kGet.size());
  EXPECT_EQ(progress.kept, 2 * kGet.size());
}

TEST(ServerConnectionTurns, LetOneLargeBodyAtATimeHaveTheDecoder) {
  Thread thread(100'000);
  thread.restart();
  const std::string large = kBody + std::string(90'000, ' ');
  std::string first = coded(test::gzip(large)), second = coded(test::gzip(large + " "));
  const std::size_t first_size = first.size(), second_size = second.size();
  first.resize(first_size + kPadding);
  second.resize(second_size + kPadding);
  const ServerConnection::Parts parts{thread.limits, *thread.service, thread.decoders, *thread.outbox};
  ServerConnection one, other;
  RequestHead of_one, of_other, of_third;
  Budget small{.decoding = 1};
  Budget large_enough;
  EXPECT_EQ(one.advance({{first.data(), first_size}, of_one}, false, {}, small, parts).next, Next::yield);
  EXPECT_TRUE(thread.decoders.in_turns().held_by(&one));
  EXPECT_EQ(other.advance({{second.data(), second_size}, of_other}, false, {}, large_enough, parts).next, Next::queue);
  // What needs no decoder does not wait for it.
  std::string plain = post() + std::string(kPadding, ' ');
  ServerConnection third;
  EXPECT_EQ(third.advance({{plain.data(), post().size()}, of_third}, false, {}, large_enough, parts).next, Next::read);
  thread.outbox->clear();

  EXPECT_EQ(one.advance({{first.data(), first_size}, of_one}, false, {}, large_enough, parts).next, Next::read);
  EXPECT_FALSE(thread.decoders.in_turns().held());
  thread.outbox->clear();
  EXPECT_EQ(other.advance({{second.data(), second_size}, of_other}, false, {}, large_enough, parts).next, Next::read);
  EXPECT_FALSE(thread.outbox->empty());
}

// One connection, whose bytes are all there.
struct Exchange {
  explicit Exchange(std::string sent) : bytes(std::move(sent)), size(bytes.size()) { bytes.resize(size + kPadding); }
  Next advance(Thread& thread, Budget& budget) {
    const ServerConnection::Parts parts{thread.limits, *thread.service, thread.decoders, *thread.outbox};
    const auto progress = connection.advance({{bytes.data() + at, size}, head}, false, {}, budget, parts);
    at += progress.consumed;
    size = progress.kept;
    return progress.next;
  }

  std::string bytes;
  std::size_t size;
  std::size_t at = 0;
  ServerConnection connection;
  RequestHead head;
};

// Whoever has the decoder, and however many wait for it.
TEST(ServerConnectionTurns, LetNoSmallBodyWaitForTheDecoder) {
  Thread thread(100'000);
  const std::string large = coded(test::gzip(kBody + std::string(90'000, ' ')));
  Exchange one(large), other(large);
  Budget little{.decoding = 1}, usual;
  EXPECT_EQ(one.advance(thread, little), Next::yield);
  EXPECT_EQ(other.advance(thread, usual), Next::queue);
  for (const auto& [codings, small] : {std::pair{"gzip", test::gzip(kBody)},
                                       {"deflate", test::zlib(kBody)},
                                       {"zstd", test::zstd(kBody)},
                                       {"gzip", test::gzip(kBody + std::string(kSmallDecodedMax - kBody.size(), ' '))},
                                       {"gzip", test::gzip_bomb(1000)},
                                       {"gzip", std::string("no gzip\0\0\0", 10)}}) {
    Exchange third(coded(small, codings));
    Budget budget{.decoding = 2 * kSmallWorkMax};
    EXPECT_EQ(third.advance(thread, budget), Next::read);
    EXPECT_FALSE(thread.outbox->empty());
    EXPECT_LT(budget.decoding, 2 * kSmallWorkMax) << "it is counted";
    EXPECT_GE(budget.decoding, kSmallWorkMax);
    thread.outbox->clear();
  }
  EXPECT_TRUE(thread.decoders.in_turns().held_by(&one.connection));
  EXPECT_EQ(one.advance(thread, usual), Next::read);
}

// What was tried at once and came out too long is begun anew where there is room for it, and waits for that.
TEST(ServerConnectionTurns, LetABodyWaitThatIsLongerThanItSays) {
  Thread thread(100'000);
  thread.restart();
  const std::string longer = coded(test::gzip(kBody) + test::gzip(std::string(90'000, ' ')) + test::gzip(" "));
  Exchange one(longer), other(longer);
  Budget little{.decoding = 1}, usual;
  EXPECT_EQ(one.advance(thread, little), Next::yield);
  EXPECT_EQ(other.advance(thread, usual), Next::queue);
  EXPECT_EQ(other.connection.coded_bytes(other.head), longer.size() - longer.find("\r\n\r\n") - 4);
  EXPECT_EQ(one.advance(thread, usual), Next::read);
  const std::string answer(thread.outbox->pieces().front());
  EXPECT_EQ(answer.substr(9, 3), "200");
  thread.outbox->clear();
  thread.decoders.in_turns().hold(&other.connection);
  EXPECT_EQ(other.advance(thread, little), Next::yield);
  EXPECT_EQ(other.advance(thread, usual), Next::read);
  EXPECT_EQ(thread.outbox->pieces().front().substr(9, 3), "200");
}

TEST(ServerConnectionTurns, EndByTheClockWithinALargeBody) {
  static std::chrono::nanoseconds time;
  static unsigned looks;
  time = {};
  looks = 0;
  const auto clock = +[] {
    ++looks;
    return time += std::chrono::milliseconds{1};
  };
  Thread thread(1'000'000);
  Exchange one(coded(test::gzip(kBody + std::string(900'000, ' '))));
  unsigned turns = 1;
  for (;; ++turns) {
    Budget budget{.decoding_until = {time + std::chrono::milliseconds{3}, clock}};
    const unsigned before = looks;
    const Next next = one.advance(thread, budget);
    if (next == Next::read) break;
    ASSERT_EQ(next, Next::yield);
    EXPECT_EQ(looks - before, 3U);
  }
  // Some 900 KB in steps of 32; each look after two of them.
  EXPECT_GE(turns, 4U);
  EXPECT_LE(looks, 900U / 64 + 1);
  EXPECT_EQ(thread.outbox->pieces().front().substr(9, 3), "200");
  // What is small is done before anybody would look.
  thread.outbox->clear();
  Exchange small(coded(test::gzip(kBody)));
  Budget budget{.decoding_until = {std::chrono::nanoseconds{0}, clock}};
  const unsigned before = looks;
  EXPECT_EQ(small.advance(thread, budget), Next::read);
  EXPECT_EQ(looks, before);
}

// Begun, or waited for: what was decoded for its first bytes' sake is a body as it stands now, or has no endpoint.
TEST(ServerConnectionTurns, GiveTheDecoderBackWhereAReloadEndsDecoding) {
  const auto endpoints = [](const char* path, bool undeclared_gzip) {
    Options options;
    options.shape.undeclared_gzip = undeclared_gzip;
    return std::make_shared<const Endpoints>(
        std::vector<Endpoint>{{.paths = {path}, .transform = Transform(std::move(options))}});
  };
  for (const bool begun : {true, false}) {
    for (const char* const path : {"/", "/other"}) {
      Thread thread(100'000);
      thread.service->set_endpoints(endpoints("/", true));
      std::string bytes = post(test::gzip(kBody + std::string(90'000, ' '))) + coded(test::gzip(kBody));
      const std::size_t size = bytes.size();
      bytes.resize(size + kPadding);
      const ServerConnection::Parts parts{thread.limits, *thread.service, thread.decoders, *thread.outbox};
      ServerConnection server_connection, other;
      RequestHead head;
      Budget small{.decoding = 1};
      if (!begun) thread.decoders.in_turns().hold(&other);
      const auto first = server_connection.advance({{bytes.data(), size}, head}, false, {}, small, parts);
      EXPECT_EQ(first.next, begun ? Next::yield : Next::queue);
      if (!begun) {
        thread.decoders.in_turns().release();
        thread.decoders.in_turns().hold(&server_connection);
      }
      thread.service->set_endpoints(endpoints(path, false));
      Budget large;
      const auto second =
          server_connection.advance({{bytes.data() + first.consumed, first.kept}, head}, false, {}, large, parts);
      EXPECT_EQ(second.next, path[1] == '\0' ? Next::flush : Next::read);  // the coded one wants an empty outbox
      EXPECT_FALSE(thread.decoders.in_turns().held());
      EXPECT_EQ(thread.outbox->pieces().front().substr(9, 3), path[1] == '\0' ? "400" : "404");
    }
  }
}

TEST(ServerConnectionTurns, GiveTheDecoderBackWhereTheConnectionEnds) {
  Thread thread(100'000);
  thread.restart();
  std::string bytes = coded(test::gzip(kBody + std::string(90'000, ' ')));
  const std::size_t size = bytes.size();
  bytes.resize(size + kPadding);
  const ServerConnection::Parts parts{thread.limits, *thread.service, thread.decoders, *thread.outbox};
  for (const bool refused : {false, true}) {
    ServerConnection server_connection;
    RequestHead head;
    Budget small{.decoding = 1};
    EXPECT_EQ(server_connection.advance({{bytes.data(), size}, head}, false, {}, small, parts).next, Next::yield);
    EXPECT_TRUE(thread.decoders.in_turns().held());
    refused ? static_cast<void>(server_connection.refuse(Fault::buffered, {}, parts))
            : server_connection.abandon(parts);
    EXPECT_FALSE(thread.decoders.in_turns().held());
    thread.outbox->clear();
  }
}

TEST(ServerConnectionTurns, CountTheEmptyLineWithTheHead) {
  Thread thread;
  const auto get = [&](std::size_t head_bytes) {
    const std::string start = "GET /healthz HTTP/1.1\r\nHost: a\r\nX: ";
    return start + std::string(head_bytes - start.size() - 4, 'y') + "\r\n\r\n";
  };
  const std::size_t most = thread.limits.head_bytes_max;
  const auto status = [&](const std::string& bytes) { return receive(thread, bytes, 1'000'000).bytes.substr(9, 3); };
  EXPECT_EQ(status(get(most)), "200");
  EXPECT_EQ(status(get(most + 1)), "431");
  EXPECT_EQ(status("\r\n" + get(most - 2)), "200");
  EXPECT_EQ(status("\r\n" + get(most - 1)), "431");
}

// Whatever its content took: of an event that has no time of its own.
TEST(ServerConnectionTurns, TakeARequestForReceivedWhenItsHeadWasComplete) {
  Options options;
  options.shape = own_shape("own");
  options.answer = Answer::ndjson;
  std::string problem;
  options.shape.type = {*parse_source("/t", Part::type, problem)};
  options.answer_members = {*parse_answer_member("normalized_timestamp", problem),
                            *parse_answer_member("at=received_at", problem)};
  Thread thread(4096, {}, {{.paths = {"/"}, .transform = Transform(options)}});
  for (const std::string& bytes : {post(R"({"t":"a"})"), coded(test::gzip(R"({"t":"a"})"))}) {
    thread.restart();
    ServerConnectionWire wire(thread);
    const std::size_t head = bytes.find("\r\n\r\n") + 4;
    wire.received_at = std::chrono::seconds{1};
    wire.send(bytes.substr(0, head - 2));
    wire.received_at = std::chrono::seconds{2};
    wire.send(bytes.substr(head - 2, 2));
    wire.received_at = std::chrono::seconds{5};
    wire.send(bytes.substr(head, 3));
    wire.received_at = std::chrono::seconds{9};
    wire.send(bytes.substr(head + 3) + post(R"({"t":"b"})"));
    EXPECT_NE(wire.received.find("{\"normalized_timestamp\":2000,\"at\":2000}\n"), wire.received.npos) << wire.received;
    EXPECT_NE(wire.received.find("{\"normalized_timestamp\":9000,\"at\":9000}\n"), wire.received.npos) << wire.received;
  }
}

}  // namespace
}  // namespace planish::http
