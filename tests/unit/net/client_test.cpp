// The blocking client against servers that send what it should not take: each bound at its most and at one more.
#include <net/client.hpp>
#include <net/descriptor.hpp>

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

namespace planish::net {
namespace {

using std::chrono::milliseconds;
using Client = std::optional<ClientResponse>;

// False: the client has closed.
bool send_to(const Descriptor& peer, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(peer.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

// One connection is accepted, its request is read, and `answer` does the rest.
Client ask(const std::function<void(const Descriptor& peer)>& answer, NoAnswer& none,
           milliseconds patience = milliseconds{10'000}) {
  const Descriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  socklen_t size = sizeof address;
  EXPECT_EQ(::listen(listener.number(), 1), 0);
  ::getsockname(listener.number(), reinterpret_cast<sockaddr*>(&address), &size);
  std::thread server([&] {
    const Descriptor peer(::accept4(listener.number(), nullptr, nullptr, SOCK_CLOEXEC));
    char request[4096];
    if (::recv(peer.number(), request, sizeof request, 0) > 0) answer(peer);
  });
  Url url;
  url.host = "127.0.0.1";
  url.port = std::to_string(ntohs(address.sin_port));
  Client out = exchange(url, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", false, patience, none);
  server.join();
  return out;
}

Client ask(const std::string& answer, NoAnswer& none) {
  return ask([&](const Descriptor& peer) { send_to(peer, answer); }, none);
}

std::string head_of(std::size_t bytes, std::string_view status = "200 OK") {
  const std::string start = "HTTP/1.1 " + std::string(status) + "\r\nX: ";
  return start + std::string(bytes - start.size() - 4, 'x') + "\r\n\r\n";
}

TEST(Client, TakesHeadsUpToItsLimitAndNotAByteMore) {
  NoAnswer none;
  const Client most = ask(head_of(kClientHeadBytesMax) + "content", none);
  ASSERT_TRUE(most) << none.why;
  EXPECT_EQ(most->content, "content");
  EXPECT_FALSE(ask(head_of(kClientHeadBytesMax + 1) + "content", none));
  EXPECT_TRUE(none.unbounded);
  EXPECT_EQ(none.why, "the answer's head is longer than 64 KiB");
}

TEST(Client, CountsInterimHeadsToo) {
  NoAnswer none;
  const std::string interim = head_of(kClientHeadBytesMax - 100, "103 Early Hints");
  EXPECT_TRUE(ask(interim + head_of(100), none)) << none.why;
  EXPECT_FALSE(ask(interim + head_of(101), none));
  EXPECT_TRUE(none.unbounded);
}

TEST(Client, TakesContentUpToItsLimitAndNotAByteMore) {
  const std::string most(kClientContentBytesMax, 'c');
  for (const bool announced : {true, false}) {
    NoAnswer none;
    const auto answer = [&](std::size_t size) {
      const std::string length = announced ? "Content-Length: " + std::to_string(size) + "\r\n" : "";
      const std::string head = "HTTP/1.1 200 OK\r\n" + length + "\r\n";
      return ask(
          [&](const Descriptor& peer) {
            send_to(peer, head) && send_to(peer, most + most.substr(0, size - most.size()));
          },
          none);
    };
    const Client whole = answer(most.size());
    ASSERT_TRUE(whole) << none.why;
    EXPECT_EQ(whole->content.size(), most.size());
    EXPECT_FALSE(answer(most.size() + 1));
    EXPECT_TRUE(none.unbounded);
    EXPECT_EQ(none.why, "the answer is longer than 16 MiB");
  }
}

TEST(Client, RefusesALengthWithoutWaitingForTheContent) {
  for (const char* length : {"999999999999", "99999999999999999999999", "18446744073709551616"}) {
    NoAnswer none;
    EXPECT_FALSE(ask(
        [&](const Descriptor& peer) {
          send_to(peer, "HTTP/1.1 200 OK\r\nContent-Length: " + std::string(length) + "\r\n\r\n");
          char byte = 0;
          EXPECT_EQ(::recv(peer.number(), &byte, 1, 0), 0) << "it closes first";
        },
        none));
    EXPECT_TRUE(none.unbounded) << length;
  }
  for (const char* length : {"", "-1", "+1", "1a", "0x1"}) {
    NoAnswer none;
    EXPECT_FALSE(ask("HTTP/1.1 200 OK\r\nContent-Length: " + std::string(length) + "\r\n\r\na", none));
    EXPECT_EQ(none.why, "the answer is not HTTP") << length;
    EXPECT_FALSE(none.unbounded);
  }
}

TEST(Client, WaitsForRoomWhereAUnixSocketHasNone) {
  const std::string name = "@planish-client-test-" + std::to_string(::getpid());
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  name.copy(address.sun_path + 1, name.size() - 1, 1);
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  const auto* const at = reinterpret_cast<const sockaddr*>(&address);
  const Descriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::bind(listener.number(), at, size), 0);
  ASSERT_EQ(::listen(listener.number(), 0), 0);
  const Descriptor first(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::connect(first.number(), at, size), 0);
  Url url;
  url.unix_path = name;
  NoAnswer none;
  EXPECT_FALSE(exchange(url, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", false, milliseconds{50}, none));
  std::thread server([&] {
    std::this_thread::sleep_for(milliseconds{50});
    const Descriptor ended(::accept4(listener.number(), nullptr, nullptr, SOCK_CLOEXEC));
    const Descriptor peer(::accept4(listener.number(), nullptr, nullptr, SOCK_CLOEXEC));
    char request[4096];
    if (::recv(peer.number(), request, sizeof request, 0) > 0) send_to(peer, head_of(100) + "content");
  });
  EXPECT_TRUE(exchange(url, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", false, milliseconds{10'000}, none)) << none.why;
  server.join();
}

TEST(Client, SaysWhichNameItDoesNotFind) {
  NoAnswer none;
  Url url;
  url.host = "nowhere.invalid";
  url.port = "1";
  EXPECT_FALSE(exchange(url, "", false, milliseconds{20'000}, none));
  EXPECT_TRUE(none.why.starts_with("nowhere.invalid: ")) << none.why;
  EXPECT_FALSE(none.unbounded);
}

TEST(Client, KeepsItsTimeWhateverTheServerSends) {
  constexpr milliseconds kPatience{1'000};
  struct Case {
    std::string first, then;
    milliseconds pause;
    bool unbounded;
  };
  for (const auto& [first, then, pause, unbounded] :
       {Case{"H", "T", milliseconds{20}, true}, Case{"HTTP/1.1 200 OK\r\n\r\n", "c", milliseconds{20}, true},
        Case{"HTTP/1.1 200 OK\r\nContent-Length: 16000000\r\n\r\n", "c", milliseconds{20}, true},
        Case{"", "", milliseconds{20}, false}}) {
    NoAnswer none;
    const auto began = std::chrono::steady_clock::now();
    EXPECT_FALSE(ask(
        [&](const Descriptor& peer) {
          if (!send_to(peer, first)) return;
          for (int i = 0; i < 100 && send_to(peer, then); ++i) std::this_thread::sleep_for(pause);
        },
        none, kPatience));
    EXPECT_GE(std::chrono::steady_clock::now() - began, kPatience);
    EXPECT_EQ(none.unbounded, unbounded) << first << ": " << none.why;
  }
}

TEST(Client, SaysWhatIsNoAnswer) {
  NoAnswer none;
  for (const std::string_view bad :
       {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "\r\n\r\n"}) {
    EXPECT_FALSE(ask(std::string(bad), none));
    EXPECT_EQ(none.why, "the answer is not HTTP") << bad;
    EXPECT_FALSE(none.unbounded);
  }
  EXPECT_FALSE(ask("", none));
  EXPECT_EQ(none.why, "closed without an answer");
  EXPECT_FALSE(ask("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na", none));
  EXPECT_EQ(none.why, "closed in the middle of an answer");
  EXPECT_TRUE(ask("HTTP/1.1 204 No Content\r\n\r\n", none));
}

}  // namespace
}  // namespace planish::net
