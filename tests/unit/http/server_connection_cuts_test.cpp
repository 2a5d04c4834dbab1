// ServerConnection: however the bytes of a connection are cut, the same bytes come back and the same happens to it.
#include <support/server_connection_wire.hpp>

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace planish::http {
namespace {

using test::ServerConnectionWire;
using test::Thread;

const std::string kBody = R"({"user_id":7,"events":[{"event_type":"a","timestamp":1,"payload":{"b":[1,"\u00e9"]}}]})";
const std::string kHost = " HTTP/1.1\r\nHost: a\r\n";
const std::string kLength = "Content-Length: " + std::to_string(kBody.size()) + "\r\n\r\n" + kBody;
const std::string kChunks = "Transfer-Encoding: chunked\r\n\r\n9;a=\"b\"\r\n" + kBody.substr(0, 9) + "\r\n43\r\n" +
                            kBody.substr(9, 0x43) + "\r\n" + "c\r\n" + kBody.substr(76) + "\r\n0\r\nT: x\r\n\r\n";

// Whole connections; several requests each, so that every cut is also one between two of them.
const std::vector<std::string> kConnections = {
    "POST /" + kHost + kLength + "GET /healthz" + kHost + "\r\n" + "POST /" + kHost + kChunks,
    "\r\nPOST /" + kHost + kChunks + "\r\nPOST /" + kHost + kLength + "\r\n\r\n",
    "POST /nope" + kHost + kChunks + "HEAD /healthz" + kHost + kLength + "POST /" + kHost + "\r\nGET /version" + kHost +
        "\r\n",
    "POST /" + kHost + "Content-Encoding: gzip\r\n" + kLength + "POST /" + kHost + "Content-Type: text/xml\r\n" +
        kChunks + "GET /healthz" + kHost + "Connection: close\r\n\r\nGET /healthz" + kHost + "\r\n",
    "POST /" + kHost + kChunks.substr(0, kChunks.size() - 5) + "\x01" + kLength,
    "GET /healthz" + kHost + "\r\nGET /healthz" + kHost + " X: folded\r\n\r\nGET /healthz" + kHost + "\r\n",
    "OPTIONS *" + kHost + "\r\nPOST /" + kHost + "Transfer-Encoding: chunked\r\n\r\n1001\r\nxxx",
    "POST /nope" + kHost + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\nGET /healthz" + kHost + "\r\n",
    "POST / HTTP/1.0\r\nConnection: keep-alive\r\n" + kLength + "POST / HTTP/1.0\r\n" + kLength + "GET",
    "POST /" + kHost + "X-Request-Id: mine\r\nPrefer: handling=lenient\r\n" + kChunks + "GET / HTTP/2.0\r\n\r\n",
};

struct Outcome {
  std::string received;
  ServerConnection::Next next;
  ServerConnection::Phase phase;
  bool operator==(const Outcome&) const = default;
};

class ServerConnectionCuts : public testing::Test {
 protected:
  template <class Send>
  Outcome run(Send send) {
    thread.restart();
    ServerConnectionWire wire(thread);
    send(wire);
    EXPECT_TRUE(wire.valid);
    EXPECT_LE(wire.kept_max, ServerConnection::kept_bytes_max(thread.limits));
    return {wire.received, wire.next, wire.server_connection.phase()};
  }
  // Next::close or Next::refuse: whether bytes stood behind the last request is a matter of when one looks.
  static Outcome unseen(Outcome outcome) {
    if (outcome.next == ServerConnection::Next::refuse) outcome.next = ServerConnection::Next::close;
    return outcome;
  }
  Thread thread;
};

TEST_F(ServerConnectionCuts, OfOneCutAnywhereChangeNothing) {
  for (const std::string& bytes : kConnections) {
    const Outcome whole = unseen(run([&](ServerConnectionWire& wire) { wire.send(bytes); }));
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
      ASSERT_EQ(
          unseen(run([&](ServerConnectionWire& wire) { wire.send(bytes.substr(0, cut)).send(bytes.substr(cut)); })),
          whole)
          << cut << " in " << bytes;
    }
  }
}

TEST_F(ServerConnectionCuts, OfEqualStepsChangeNothing) {
  for (const std::string& bytes : kConnections) {
    const Outcome whole = unseen(run([&](ServerConnectionWire& wire) { wire.send(bytes); }));
    for (std::size_t step = 1; step < 40; ++step) {
      ASSERT_EQ(unseen(run([&](ServerConnectionWire& wire) { wire.send_in_steps(bytes, step); })), whole)
          << step << " in " << bytes;
    }
  }
}

TEST_F(ServerConnectionCuts, AtRandomChangeNothing) {
  std::mt19937 random(7);
  for (const std::string& bytes : kConnections) {
    const Outcome whole = unseen(run([&](ServerConnectionWire& wire) { wire.send(bytes); }));
    for (int round = 0; round < 300; ++round) {
      ASSERT_EQ(unseen(run([&](ServerConnectionWire& wire) {
                  for (std::size_t at = 0; at < bytes.size();) {
                    const std::size_t step = 1 + random() % 60;
                    wire.send(std::string_view(bytes).substr(at, step));
                    at += step;
                  }
                })),
                whole);
    }
  }
}

TEST_F(ServerConnectionCuts, OfWhatIsMutatedAtRandomChangeNothing) {
  std::mt19937 random(11);
  static constexpr char kText[] = "\r\n\t :;,=\"0aF\0\x7f\xff#/%x";
  constexpr std::string_view kBytes(kText, sizeof kText - 1);
  for (int round = 0; round < 3000; ++round) {
    std::string bytes = kConnections[random() % kConnections.size()];
    for (unsigned i = 0; i <= random() % 3; ++i) {
      const std::size_t at = random() % bytes.size();
      const char byte = kBytes[random() % kBytes.size()];
      switch (random() % 3) {
        case 0:
          bytes[at] = byte;
          break;
        case 1:
          bytes.insert(at, 1, byte);
          break;
        default:
          bytes.erase(at, 1);
          break;
      }
    }
    const Outcome whole = unseen(run([&](ServerConnectionWire& wire) { wire.send(bytes); }));
    ASSERT_EQ(unseen(run([&](ServerConnectionWire& wire) { wire.send_in_steps(bytes, 1); })), whole) << bytes;
    const std::size_t cut = random() % bytes.size();
    ASSERT_EQ(unseen(run([&](ServerConnectionWire& wire) { wire.send(bytes.substr(0, cut)).send(bytes.substr(cut)); })),
              whole)
        << bytes;
  }
}

TEST_F(ServerConnectionCuts, EndOfStreamAnswersWhatIsCompleteAndNothingElse) {
  for (const std::string& bytes : kConnections) {
    for (std::size_t size = 0; size <= bytes.size(); ++size) {
      const std::string part = bytes.substr(0, size);
      const Outcome before = run([&](ServerConnectionWire& wire) { wire.send(part); });
      const Outcome after = run([&](ServerConnectionWire& wire) { wire.send(part).end(); });
      ASSERT_EQ(after.received, before.received);
      ASSERT_EQ(after.phase, ServerConnection::Phase::closed);
      ASSERT_EQ(run([&](ServerConnectionWire& wire) { wire.send(part, true); }).received, before.received);
    }
  }
}

}  // namespace
}  // namespace planish::http
