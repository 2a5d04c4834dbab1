// SocketAddress: where a socket can be connected to, as the kernel wants it.
#pragma once

#include <netdb.h>
#include <sys/socket.h>

#include <cstddef>
#include <string>
#include <vector>

namespace planish::net {

struct SocketAddress {
  sockaddr_storage storage;
  socklen_t size;
  [[nodiscard]] const sockaddr* get() const noexcept { return reinterpret_cast<const sockaddr*>(&storage); }
};
using SocketAddresses = std::vector<SocketAddress>;

// The socket at that path, of at most so many bytes. One that begins with @ is the name of an abstract socket, which no
// NUL ends: unix(7).
[[nodiscard]] SocketAddress unix_address(const std::string& path);

// What getaddrinfo(3) found for a name: no more than kAddressesMax, each of which is tried.
inline constexpr std::size_t kAddressesMax = 16;
[[nodiscard]] SocketAddresses addresses_of(const addrinfo* first);

// "127.0.0.1:80", "[::1]:80"; of a unix socket its path, or @ and its name.
[[nodiscard]] std::string to_string(const SocketAddress&);

}  // namespace planish::net
