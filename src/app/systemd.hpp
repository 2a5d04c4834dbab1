// systemd's side of a service: inherited sockets in, state out. sd_listen_fds(3), sd_notify(3), without libsystemd.
#pragma once

#include <app/environment.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace planish::app {

// Descriptors that are listened on already; those named "admin" in LISTEN_FDNAMES apart.
struct InheritedSockets {
  std::vector<int> open;
  std::vector<int> admin;
  std::string wrong;  // why they cannot be used; empty: they can, or there are none
};

// `pid`: of this process; variables that are meant for another one are not looked at.
[[nodiscard]] InheritedSockets inherited_sockets(const Environment&, long pid);

// Tells the service manager how things are; does nothing where there is none.
class Supervisor {
 public:
  explicit Supervisor(std::string socket) : socket_(std::move(socket)) {}
  void ready() const;
  void reloading() const;
  void stopping() const;

 private:
  std::string socket_;
};

}  // namespace planish::app
