// Connection: what an idle one costs, which a server has thousands of.
#include <support/allocations.hpp>
#include <unit/net/connection_set_fixture.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace planish::net {
namespace {

constexpr std::size_t kCount = 100;

class ConnectionTest : public ConnectionSetFixture {
 protected:
  ConnectionTest() : ConnectionSetFixture(kCount) {}
};

// glibc makes 432 of them, and musl 480.
TEST_F(ConnectionTest, TakesFourHundredBytesWhileItIsIdle) {
  const std::string text = test::post();
  const std::string_view request = text;
  const auto answered = [&] {
    Descriptor peer = connect();
    send(peer, request.substr(0, 20));
    send(peer, request.substr(20));
    EXPECT_EQ(received(peer), "200");
    return peer;
  };
  std::vector<Descriptor> peers;
  peers.reserve(kCount);
  peers.push_back(answered());
  const std::size_t allocations = support::allocations(), bytes = support::allocated_bytes();
  for (std::size_t i = 1; i < kCount; ++i) peers.push_back(answered());
  EXPECT_EQ(account.bytes(), 0U) << "none of them has bytes that wait";
  EXPECT_EQ((support::allocations() - allocations) / (kCount - 1), 2U)
      << "the connection, and the reactor's part of it";
  EXPECT_LE((support::allocated_bytes() - bytes) / (kCount - 1), 416U);
}

}  // namespace
}  // namespace planish::net
