// A socket, poll(2) and a deadline. Answers are bounded; their chunks are not understood, since planish sends none.
#include <net/client.hpp>
#include <net/connect.hpp>
#include <net/resolve.hpp>

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <utility>

namespace planish::net {
namespace {

// The first address that takes a connection; none with errno set, or `why` where the name is not known.
Descriptor connect_to_url(const Url& url, Deadline deadline, std::string& why) {
  if (!url.unix_path.empty()) return connect_to(unix_address(url.unix_path), deadline);
  const auto found = resolve(url.host, url.port, deadline, why);
  for (const SocketAddress& address : addresses_of(found.get())) {
    Descriptor socket = connect_to(address, deadline);
    if (socket) return socket;
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

// Appends what is there; 0 at the end of the stream, less if nothing comes. A server that sends without a pause is held
// to the deadline too.
ssize_t receive(int socket, std::string& bytes, Deadline deadline) {
  char buffer[16 * 1024];
  for (;;) {
    if (std::chrono::steady_clock::now() >= deadline) {
      errno = ETIMEDOUT;
      return -1;
    }
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

// One answer, as it comes.
class Reader {
 public:
  Reader(int socket, Deadline deadline, NoAnswer& none) : socket_(socket), deadline_(deadline), none_(none) {}

  // False: `none` says why.
  [[nodiscard]] bool read(bool head_only, ClientResponse& response) {
    do {
      if (!read_head(response)) return false;
    } while (response.status < 200);  // interim answers
    return head_only || response.status == 204 || read_content(response);
  }

 private:
  bool fail(std::string why, bool unbounded = false) {
    none_ = {std::move(why), unbounded};
    return false;
  }
  bool fail_head() { return fail("the answer's head is longer than 64 KiB", true); }
  bool fail_content() { return fail("the answer is longer than 16 MiB", true); }

  // After a receive() that brought nothing.
  bool fail_at(ssize_t count, const char* closed) {
    if (count == 0) return fail(closed);
    if (errno != ETIMEDOUT) return fail(std::strerror(errno));
    return something_came_ ? fail("the answer is not complete in time", true) : fail("nothing comes in time");
  }

  bool read_head(ClientResponse& response) {
    static constexpr std::string_view kEnd = "\r\n\r\n";
    std::size_t end = bytes_.find(kEnd);
    while (end == std::string::npos) {
      if (heads_bytes_ + bytes_.size() >= kClientHeadBytesMax) return fail_head();
      const std::size_t seen = bytes_.size();
      const ssize_t count = receive(socket_, bytes_, deadline_);
      if (count <= 0) return fail_at(count, "closed without an answer");
      something_came_ = true;
      end = bytes_.find(kEnd, seen - std::min(seen, kEnd.size() - 1));
    }
    heads_bytes_ += end + kEnd.size();
    if (heads_bytes_ > kClientHeadBytesMax) return fail_head();
    response.head = bytes_.substr(0, end);
    bytes_.erase(0, end + kEnd.size());
    const std::string_view head = response.head;
    const auto status = parse_number<unsigned>(head.substr(std::min<std::size_t>(9, head.size()), 3));
    if (!head.starts_with("HTTP/1.") || !status) return fail("the answer is not HTTP");
    response.status = *status;
    return true;
  }

  bool read_content(ClientResponse& response) {
    const auto length = response.field("Content-Length");
    std::size_t wanted = kClientContentBytesMax + 1;  // without a length: until the server closes
    if (length) {
      if (length->empty() || length->find_first_not_of("0123456789") != length->npos) {
        return fail("the answer is not HTTP");
      }
      wanted = parse_number<std::size_t>(*length).value_or(wanted);  // or too long for any integer
      if (wanted > kClientContentBytesMax) return fail_content();
    }
    response.content = std::move(bytes_);
    while (response.content.size() < wanted) {
      const ssize_t count = receive(socket_, response.content, deadline_);
      if (count == 0 && !length) return true;
      if (count <= 0) return fail_at(count, "closed in the middle of an answer");
    }
    return length || fail_content();
  }

  int socket_;
  Deadline deadline_;
  NoAnswer& none_;
  std::string bytes_;            // received, not part of an answer yet
  std::size_t heads_bytes_ = 0;  // of all heads so far
  bool something_came_ = false;
};

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
                                       std::chrono::milliseconds patience, NoAnswer& none) {
  const Deadline deadline = std::chrono::steady_clock::now() + patience;
  none = {};
  const Descriptor socket = connect_to_url(url, deadline, none.why);
  // A server may refuse before it has read everything: its answer counts, not that sending failed.
  if (socket.number() >= 0 && (send_all(socket.number(), request, deadline) || errno == EPIPE || errno == ECONNRESET)) {
    ClientResponse response;
    if (!Reader(socket.number(), deadline, none).read(head_only, response)) return std::nullopt;
    return response;
  }
  if (none.why.empty()) none.why = std::strerror(errno);
  return std::nullopt;
}

}  // namespace planish::net
