// Reach: one connection to an upstream, opened as a server opens its first one, and closed. For `check --connect`.
#pragma once

#include <http/upstream.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace planish::net {

struct Reached {
  struct Try {
    std::string address;
    std::string failure;  // empty: it took the connection
    std::chrono::nanoseconds took{0};
  };
  std::string failure;        // of the lookup of its name
  std::size_t addresses = 0;  // that the name means
  std::vector<Try> tries;     // one address after the other, up to the first that took the connection

  [[nodiscard]] bool connected() const noexcept { return !tries.empty() && tries.back().failure.empty(); }
};

// Within connect_timeout, the lookup included; each address has its share of what is left, as in a server.
[[nodiscard]] Reached reach(const http::UpstreamPeer& peer);

}  // namespace planish::net
