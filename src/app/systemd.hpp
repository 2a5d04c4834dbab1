// systemd's side of a service: inherited sockets in, state out. sd_listen_fds(3), sd_notify(3), without libsystemd.
#pragma once

#include <app/environment.hpp>

#include <mutex>
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

// Tells the service manager how things are; does nothing where there is none. From any thread. What stops says nothing
// else any more: READY=1 after STOPPING=1 would make the manager think better of it.
class Supervisor {
 public:
  explicit Supervisor(std::string socket) : socket_(std::move(socket)) {}
  void ready();
  void reloading();
  void stopping();

 private:
  void tell(std::string_view state);

  const std::string socket_;
  std::mutex mutex_;
  bool stopping_ = false;
};

}  // namespace planish::app
