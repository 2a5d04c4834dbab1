// SocketAddress: from a path and from a lookup, and as text.
#include <net/socket_address.hpp>

#include <netinet/in.h>
#include <sys/un.h>

#include <algorithm>
#include <cassert>
#include <cstring>

namespace planish::net {

SocketAddress unix_address(const std::string& path) {
  SocketAddress out{};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  assert(path.size() < sizeof address.sun_path);
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  out.size = sizeof address;
  if (path.starts_with('@')) {
    address.sun_path[0] = '\0';
    out.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  }
  std::memcpy(&out.storage, &address, sizeof address);
  return out;
}

SocketAddresses addresses_of(const addrinfo* first) {
  SocketAddresses out;
  for (const addrinfo* at = first; at != nullptr && out.size() < kAddressesMax; at = at->ai_next) {
    SocketAddress address{};
    if (at->ai_addrlen > sizeof address.storage) continue;
    std::memcpy(&address.storage, at->ai_addr, at->ai_addrlen);
    address.size = at->ai_addrlen;
    out.push_back(address);
  }
  return out;
}

std::string to_string(const SocketAddress& address) {
  if (address.storage.ss_family == AF_UNIX) {
    sockaddr_un named{};
    std::memcpy(&named, &address.storage, sizeof named);
    if (named.sun_path[0] != '\0') return named.sun_path;
    return '@' + std::string(named.sun_path + 1, address.size - offsetof(sockaddr_un, sun_path) - 1);
  }
  char host[NI_MAXHOST];
  char port[NI_MAXSERV];
  const int flags = NI_NUMERICHOST | NI_NUMERICSERV;
  if (::getnameinfo(address.get(), address.size, host, sizeof host, port, sizeof port, flags) != 0) return "?";
  return address.storage.ss_family == AF_INET6 ? '[' + std::string(host) + "]:" + port : std::string(host) + ':' + port;
}

}  // namespace planish::net
