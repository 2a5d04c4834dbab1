// Retries what can be waited for, and nothing else: the next line finds out whether the disk has room again.
#include <app/line_writer.hpp>

#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

namespace planish::app {
namespace {

// A pipe that has room has it for so many bytes.
constexpr std::size_t kTakenAtOnce = PIPE_BUF;

// How much of it was written.
std::size_t put(int descriptor, std::string_view bytes) noexcept {
  std::size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t count = ::write(descriptor, bytes.data() + written, bytes.size() - written);
    if (count > 0) {
      written += static_cast<std::size_t>(count);
    } else if (count < 0 && errno == EAGAIN) {
      pollfd wait{descriptor, POLLOUT, 0};
      static_cast<void>(::poll(&wait, 1, -1));
    } else if (count == 0 || errno != EINTR) {
      break;
    }
  }
  return written;
}

}  // namespace

bool LineWriter::write(std::string_view line) noexcept {
  if (torn_ && put(descriptor_, "\n") == 0) return false;
  const std::size_t written = put(descriptor_, line);
  torn_ = written > 0 && written < line.size();
  return written == line.size();
}

bool LineWriter::takes_at_once(std::size_t bytes) const noexcept {
  pollfd look{descriptor_, POLLOUT, 0};
  return bytes <= kTakenAtOnce && ::poll(&look, 1, 0) == 1;
}

}  // namespace planish::app
