// A socket, poll(2) and a deadline. Answers are bounded; their chunks are not understood, since planish sends none.
#include <net/client.hpp>

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <memory>
#include <utility>

namespace planish::net {
namespace {

constexpr std::size_t kAnswerBytesMax = std::size_t{64} << 20;
using Deadline = std::chrono::steady_clock::time_point;

class Descriptor {
 public:
  explicit Descriptor(int value = -1) noexcept : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  [[nodiscard]] int get() const noexcept { return value_; }

 private:
  int value_;
};

bool wait_for(int descriptor, short events, Deadline deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd wait{descriptor, events, 0};
    const int ready = ::poll(&wait, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) {
      if (ready == 0) errno = ETIMEDOUT;
      return false;
    }
  }
}

// A connected, non-blocking socket; an invalid one with errno set.
Descriptor connect_to(int family, const sockaddr* address, socklen_t size, Deadline deadline) {
  Descriptor socket{::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (socket.get() < 0) return socket;
  if (::connect(socket.get(), address, size) == 0) return socket;
  if (errno != EINPROGRESS || !wait_for(socket.get(), POLLOUT, deadline)) return Descriptor{};
  int error = 0;
  socklen_t error_size = sizeof error;
  ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &error_size);
  if (error == 0) return socket;
  errno = error;
  return Descriptor{};
}

// A path that begins with @ is the name of an abstract socket, which no NUL ends: unix(7).
Descriptor connect_unix(const std::string& path, Deadline deadline) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  std::size_t size = sizeof address;
  if (path.starts_with('@')) {
    address.sun_path[0] = '\0';
    size = offsetof(sockaddr_un, sun_path) + path.size();
  }
  return connect_to(AF_UNIX, reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(size), deadline);
}

Descriptor connect_tcp(const Url& url, Deadline deadline, std::string& why) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(url.host.c_str(), url.port.c_str(), &hints, &found); error != 0) {
    why = url.host + ": " + ::gai_strerror(error);
    return Descriptor{};
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner{found, &::freeaddrinfo};
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    Descriptor socket = connect_to(at->ai_family, at->ai_addr, at->ai_addrlen, deadline);
    if (socket.get() >= 0) return socket;
  }
  return Descriptor{};
}

bool send_all(int socket, std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno != EINTR && (errno != EAGAIN || !wait_for(socket, POLLOUT, deadline))) {
      return false;
    }
  }
  return true;
}

// Appends what is there; 0 at the end of the stream, less if nothing comes.
ssize_t receive(int socket, std::string& bytes, Deadline deadline) {
  char buffer[16 * 1024];
  for (;;) {
    const ssize_t count = ::recv(socket, buffer, sizeof buffer, 0);
    if (count > 0) bytes.append(buffer, static_cast<std::size_t>(count));
    if (count >= 0) return count;
    if (errno != EINTR && (errno != EAGAIN || !wait_for(socket, POLLIN, deadline))) return -1;
  }
}

template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional{number} : std::nullopt;
}

// Splits `bytes`, which have the whole head, into a response; false if it is none.
bool take_head(std::string& bytes, std::size_t head_end, ClientResponse& response) {
  response.head = bytes.substr(0, head_end);
  response.content = bytes.substr(head_end + 4);
  const std::string_view head = response.head;
  if (!head.starts_with("HTTP/1.") || head.size() < 12) return false;
  const auto status = parse_number<unsigned>(head.substr(9, 3));
  response.status = status.value_or(0);
  return status.has_value();
}

std::optional<ClientResponse> receive_response(int socket, bool head_only, Deadline deadline, std::string& why) {
  std::string bytes;
  ClientResponse response;
  do {
    std::size_t head_end = std::string::npos;
    while ((head_end = bytes.find("\r\n\r\n")) == std::string::npos) {
      const ssize_t count = receive(socket, bytes, deadline);
      if (count <= 0 || bytes.size() > kAnswerBytesMax) {
        why = count == 0 ? "closed without an answer" : std::strerror(errno);
        return std::nullopt;
      }
    }
    if (!take_head(bytes, head_end, response)) {
      why = "the answer is not HTTP";
      return std::nullopt;
    }
    bytes = response.content;
  } while (response.status < 200);  // interim answers
  const auto length = response.field("Content-Length");
  const auto wanted = length ? parse_number<std::size_t>(*length) : std::nullopt;
  while (!head_only && response.content.size() < wanted.value_or(response.status == 204 ? 0 : kAnswerBytesMax)) {
    const ssize_t count = receive(socket, response.content, deadline);
    if (count == 0 && !wanted) break;
    if (count <= 0) {
      why = count == 0 ? "closed in the middle of an answer" : std::strerror(errno);
      return std::nullopt;
    }
  }
  return response;
}

}  // namespace

std::optional<std::string_view> ClientResponse::field(std::string_view name) const {
  const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
  std::string_view rest = head;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find("\r\n"));
    rest.remove_prefix(std::min(line.size() + 2, rest.size()));
    if (line.size() <= name.size() || line[name.size()] != ':') continue;
    if (!std::equal(name.begin(), name.end(), line.begin(), same)) continue;
    const std::size_t begin = line.find_first_not_of(" \t", name.size() + 1);
    return begin == std::string_view::npos ? std::string_view{} : line.substr(begin);
  }
  return std::nullopt;
}

std::optional<ClientResponse> exchange(const Url& url, std::string_view request, bool head_only,
                                       std::chrono::milliseconds patience, std::string& why) {
  const Deadline deadline = std::chrono::steady_clock::now() + patience;
  why.clear();
  const Descriptor socket =
      url.unix_path.empty() ? connect_tcp(url, deadline, why) : connect_unix(url.unix_path, deadline);
  // A server may refuse before it has read everything: its answer counts, not that sending failed.
  if (socket.get() >= 0 && (send_all(socket.get(), request, deadline) || errno == EPIPE || errno == ECONNRESET)) {
    return receive_response(socket.get(), head_only, deadline, why);
  }
  if (why.empty()) why = std::strerror(errno);
  return std::nullopt;
}

}  // namespace planish::net
