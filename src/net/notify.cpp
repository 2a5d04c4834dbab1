// The service manager's side of starting and stopping: NOTIFY_SOCKET out, LISTEN_FDS in.
#include <net/notify.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>

namespace planish::net {

bool notify(const std::string& socket, std::string_view state) noexcept {
  sockaddr_un address{};
  const bool known = socket.size() > 1 && (socket.front() == '/' || socket.front() == '@');
  if (!known || socket.size() >= sizeof address.sun_path) return false;
  address.sun_family = AF_UNIX;
  socket.copy(address.sun_path, socket.size());
  if (socket.front() == '@') address.sun_path[0] = '\0';
  const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return false;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket.size());
  const ssize_t sent = ::sendto(descriptor, state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                                reinterpret_cast<const sockaddr*>(&address), size);
  ::close(descriptor);
  return sent == static_cast<ssize_t>(state.size());
}

bool is_listening(int descriptor) noexcept {
  int listening = 0;
  int type = 0;
  socklen_t size = sizeof listening;
  if (::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 || listening == 0) return false;
  size = sizeof type;
  if (::getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_STREAM) return false;
  return ::fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0;
}

}  // namespace planish::net
