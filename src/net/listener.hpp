// Listening sockets: bound here, for all threads at once; accepted from in acceptor.hpp.
#pragma once

#include <net/descriptor.hpp>
#include <net/server.hpp>

#include <sys/types.h>
#include <string>
#include <vector>

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
  std::string address;                  // as Server::bound_addresses() tells it
  std::vector<Descriptor> descriptors;  // one per thread
  bool own_tcp = false;                 // no other process shares these sockets, and they speak TCP
  UnixPath unix_path;
};

// Throws std::system_error with the address in what().
[[nodiscard]] Listener listen_on(const Endpoint&, unsigned threads);

// From now on the kernel drops the first segment of every new TCP handshake, while those under way complete. Clients
// try again a second later and are refused then: connections are neither accepted nor reset while a listener closes.
// Without effect where the kernel does not know how.
void drop_new_handshakes(int descriptor) noexcept;

}  // namespace planish::net
