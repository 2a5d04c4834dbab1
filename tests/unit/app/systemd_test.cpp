// LISTEN_FDS as sd_listen_fds(3) describes it. That the sockets work is seen from outside (tests/integration).
#include <app/systemd.hpp>

#include <gtest/gtest.h>

namespace planish::app {
namespace {

Environment listening(std::string fds, std::string pid, std::string names = {}) {
  Environment environment;
  environment.listen_fds = std::move(fds);
  environment.listen_pid = std::move(pid);
  environment.listen_fdnames = std::move(names);
  return environment;
}

TEST(Systemd, SocketsOfAnotherProcessAreNotLookedAt) {
  EXPECT_EQ(inherited_sockets({}, 7).wrong, "");
  EXPECT_EQ(inherited_sockets(listening("1", "8"), 7).wrong, "");
  EXPECT_EQ(inherited_sockets(listening("1", ""), 7).wrong, "");
  EXPECT_TRUE(inherited_sockets(listening("1", "8"), 7).open.empty());
}

TEST(Systemd, CountsThatAreNoneAreRefused) {
  for (const char* count : {"x", "-1", "65", "99999999999999999999"}) {
    EXPECT_NE(inherited_sockets(listening(count, "7"), 7).wrong, "") << count;
  }
  EXPECT_EQ(inherited_sockets(listening("0", "7"), 7).wrong, "");
}

TEST(Systemd, WhatDoesNotListenIsRefused) {
  EXPECT_NE(inherited_sockets(listening("64", "7"), 7).wrong, "");
}

}  // namespace
}  // namespace planish::app
