// stat(2) before open(2), since to open a device may do something; fstat(2) after it, since the path may change.
#include <app/regular_file.hpp>

#include <app/values.hpp>
#include <net/descriptor.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace planish::app {
namespace {

constexpr std::size_t kPartBytes = std::size_t{16} << 10;

const char* kind_of(mode_t mode) {
  if (S_ISREG(mode)) return nullptr;
  if (S_ISDIR(mode)) return "it is a directory";
  if (S_ISFIFO(mode)) return "it is a FIFO, not a regular file";
  if (S_ISSOCK(mode)) return "it is a socket, not a regular file";
  return "it is a device, not a regular file";
}

// Where the fault is neither the file's nor the path's.
void throw_if_exhausted(int error) {
  for (const int exhausted : {EMFILE, ENFILE, ENOMEM}) {
    if (error == exhausted) throw std::system_error(error, std::generic_category(), "no descriptor to be had");
  }
}

// The kind, or what open(2) would say.
const char* wrong_with(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) return kind_of(status.st_mode);
  throw_if_exhausted(errno);
  return std::strerror(errno);
}

const char* wrong_with(const net::Descriptor& file) {
  struct stat status {};
  return ::fstat(file.number(), &status) == 0 ? kind_of(status.st_mode) : std::strerror(errno);
}

// What is there, and one byte more where it is too much. Null: `errno` says why.
std::optional<std::string> read_all(const net::Descriptor& file, std::size_t bytes_max) {
  std::string text;
  std::array<char, kPartBytes> part;
  while (text.size() <= bytes_max) {
    const ssize_t count = ::read(file.number(), part.data(), std::min(part.size(), bytes_max + 1 - text.size()));
    if (count == 0) break;
    if (count > 0) {
      text.append(part.data(), static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {  // standard input may be such a pipe
      pollfd wait{file.number(), POLLIN, 0};
      ::poll(&wait, 1, -1);
    } else if (errno != EINTR) {
      return std::nullopt;
    }
  }
  return text;
}

}  // namespace

bool take_standard_input() noexcept {
  static std::atomic<bool> taken{false};
  return !taken.exchange(true);
}

std::optional<std::string> read_regular_file(const std::string& path, std::size_t bytes_max, std::string& why) {
  const auto refuse = [&why](const char* what) {
    why = what;
    return std::nullopt;
  };
  const bool standard = path == kStandardInput;
  if (standard && !take_standard_input()) return refuse("it was read already");
  if (const char* wrong = standard ? nullptr : wrong_with(path)) return refuse(wrong);
  const net::Descriptor file(standard ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                                      : ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file) {
    throw_if_exhausted(errno);
    return refuse(std::strerror(errno));
  }
  if (const char* wrong = standard ? nullptr : wrong_with(file)) return refuse(wrong);
  auto text = read_all(file, bytes_max);
  if (!text) return refuse(std::strerror(errno));
  if (text->size() > bytes_max) {
    why = "it is larger than " + show_bytes(bytes_max);
    return std::nullopt;
  }
  return text;
}

}  // namespace planish::app
