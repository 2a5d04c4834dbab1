// One poll(2) says which are closed; open(2) takes the least number that is free.
#include <app/standard_streams.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace planish::app {
namespace {

// A container may have no /dev. A socket that is connected to nobody refuses what is written, and nobody waits for it.
int open_nothing() noexcept {
  const int null = ::open("/dev/null", O_RDWR);
  return null >= 0 ? null : ::socket(AF_UNIX, SOCK_STREAM, 0);
}

}  // namespace

bool open_standard_streams() noexcept {
  std::array<pollfd, 3> streams{{{STDIN_FILENO, 0, 0}, {STDOUT_FILENO, 0, 0}, {STDERR_FILENO, 0, 0}}};
  while (::poll(streams.data(), streams.size(), 0) < 0) {
    if (errno != EINTR) return true;  // fewer descriptors are allowed than we ask about: the next open() says so
  }
  for (const pollfd& stream : streams) {
    if ((stream.revents & POLLNVAL) != 0 && open_nothing() != stream.fd) return false;
  }
  return true;
}

}  // namespace planish::app
