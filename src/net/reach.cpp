// Reach: a lookup, and one address after the other.
#include <net/reach.hpp>

#include <net/connect.hpp>
#include <net/resolve.hpp>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace planish::net {

Reached reach(const http::UpstreamPeer& peer) {
  using Clock = std::chrono::steady_clock;
  const Deadline deadline = Clock::now() + peer.connect_timeout;
  Reached out;
  SocketAddresses addresses;
  if (!peer.unix_path.empty()) {
    addresses.push_back(unix_address(peer.unix_path));
  } else if (const auto found = resolve(peer.host, peer.port, deadline, out.failure)) {
    addresses = addresses_of(found.get());
  }
  out.addresses = addresses.size();
  for (std::size_t i = 0; i < addresses.size() && !out.connected(); ++i) {
    const Deadline begun = Clock::now();
    const auto share = (deadline - begun) / static_cast<std::int64_t>(addresses.size() - i);
    const Descriptor socket = connect_to(addresses[i], begun + share);
    const std::string failure = socket ? std::string() : std::generic_category().message(errno);
    out.tries.push_back({to_string(addresses[i]), failure, Clock::now() - begun});
  }
  return out;
}

}  // namespace planish::net
