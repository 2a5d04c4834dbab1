// connect(2) and poll(2).
#include <net/connect.hpp>

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <thread>

namespace planish::net {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kUnixRetry{10};

Descriptor connect_once(const SocketAddress& address, Deadline deadline) {
  Descriptor socket{::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!socket) return socket;
  if (::connect(socket.number(), address.get(), address.size) == 0) return socket;
  if (errno != EINPROGRESS || !wait_for(socket.number(), POLLOUT, deadline)) return Descriptor{};
  int error = 0;
  socklen_t error_size = sizeof error;
  ::getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &error, &error_size);
  if (error == 0) return socket;
  errno = error;
  return Descriptor{};
}

}  // namespace

bool wait_for(int descriptor, short events, Deadline deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd wait{descriptor, events, 0};
    const int ready = ::poll(&wait, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) {
      if (ready == 0) errno = ETIMEDOUT;
      return false;
    }
  }
}

Descriptor connect_to(const SocketAddress& address, Deadline deadline) {
  for (;;) {
    Descriptor socket = connect_once(address, deadline);
    const bool is_full = !socket && errno == EAGAIN && address.storage.ss_family == AF_UNIX;
    if (!is_full || Clock::now() >= deadline) return socket;
    std::this_thread::sleep_for(kUnixRetry);
  }
}

}  // namespace planish::net
