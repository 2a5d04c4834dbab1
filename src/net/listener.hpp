// Listening sockets: bound here, one for each thread; accepted from in acceptor.hpp.
#pragma once

#include <net/descriptor.hpp>
#include <net/server.hpp>

#include <sys/types.h>
#include <string>

namespace planish::net {

// A path that bind() made, removed again unless somebody else has put another file there since.
class UnixPath {
 public:
  UnixPath() = default;
  explicit UnixPath(std::string path);
  UnixPath(UnixPath&& other) noexcept
      : path_(std::exchange(other.path_, {})), device_(other.device_), node_(other.node_) {}
  UnixPath& operator=(UnixPath&&) = delete;
  ~UnixPath() { remove(); }
  void remove() noexcept;

 private:
  std::string path_;
  dev_t device_ = 0;
  ino_t node_ = 0;
};

// One address, listened on.
struct Listener {
  std::string address;   // as Server::bound_addresses() tells it
  Descriptor socket;     // the first thread's
  bool own_tcp = false;  // no other process shares this socket, and it speaks TCP
  UnixPath unix_path;
  std::size_t kernel_bytes_max = 0;  // for each connection, of what its peer has not taken and we have not read
};

// The first thread's socket. `shared`: others will join it. Throws std::system_error with the address in what().
[[nodiscard]] Listener listen_on(const Endpoint&, bool shared);

// The socket of one more thread, beside the first one's. From now on it has its share of the connections, if it speaks
// TCP; any other one is the first one's, by another descriptor. Throws as listen_on().
[[nodiscard]] Descriptor join(const Endpoint&, int first_socket, bool own_tcp);

// From now on the kernel drops the first segment of every new TCP handshake, while those under way complete. Clients
// try again a second later and are refused then: connections are neither accepted nor reset while a listener closes.
// Without effect where the kernel does not know how.
void drop_new_handshakes(int descriptor) noexcept;

}  // namespace planish::net
