// Listening sockets: TCP shared by SO_REUSEPORT, unix and inherited ones by duplicated descriptors.
#include <net/listener.hpp>

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <system_error>

namespace planish::net {
namespace {

// What the kernel may hold for a connection, which it doubles for its own bookkeeping. Without them it lets both grow
// by itself, to 4 and more MiB for a client that takes nothing. An answer of up to 200 KB still leaves in one call, one
// of 900 KB in four; a body of 256 KB still comes in one.
constexpr int kSendBufferBytes = 128 * 1024;
constexpr int kReceiveBufferBytes = 256 * 1024;
constexpr std::size_t kSegmentBytesMax = 64 * 1024;

constexpr int kQueueMax = 4096;  // connections that wait to be accepted; the kernel lowers it to net.core.somaxconn

// Any address that we can listen on, as the system calls want it.
struct Address {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);
  [[nodiscard]] const sockaddr* get() const noexcept { return reinterpret_cast<const sockaddr*>(&storage); }
  [[nodiscard]] sockaddr* get() noexcept { return reinterpret_cast<sockaddr*>(&storage); }
  [[nodiscard]] int family() const noexcept { return storage.ss_family; }
};

std::string text_of(const Endpoint& endpoint) {
  if (endpoint.inherited >= 0) return "inherited descriptor " + std::to_string(endpoint.inherited);
  if (!endpoint.unix_path.empty()) return "unix:" + endpoint.unix_path;
  const bool v6 = endpoint.host.find(':') != std::string::npos;
  return (v6 ? '[' + endpoint.host + ']' : endpoint.host) + ':' + std::to_string(endpoint.port);
}

[[noreturn]] void fail(const Endpoint& endpoint, int error) {
  throw std::system_error(error, std::generic_category(), "cannot listen on " + text_of(endpoint));
}

void must(bool done, const Endpoint& endpoint) {
  if (!done) fail(endpoint, errno);
}

bool set_option(int descriptor, int level, int name, int value = 1) noexcept {
  return ::setsockopt(descriptor, level, name, &value, sizeof value) == 0;
}

// Accepted sockets inherit these.
bool set_for_accepted(int descriptor) noexcept {
  return set_option(descriptor, IPPROTO_TCP, TCP_NODELAY) &&
         set_option(descriptor, SOL_SOCKET, SO_SNDBUF, kSendBufferBytes) &&
         set_option(descriptor, SOL_SOCKET, SO_RCVBUF, kReceiveBufferBytes);
}

std::size_t buffer_bytes(int descriptor, int name) noexcept {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? static_cast<std::size_t>(value) : 0;
}

Address tcp_address(const Endpoint& endpoint, const std::string& host) {
  Address out;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&out.storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&out.storage);
  if (::inet_pton(AF_INET, host.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(endpoint.port);
    out.size = sizeof(sockaddr_in);
  } else if (::inet_pton(AF_INET6, host.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(endpoint.port);
    out.size = sizeof(sockaddr_in6);
  } else {
    fail(endpoint, EINVAL);
  }
  return out;
}

Address unix_address(const Endpoint& endpoint) {
  Address out;
  auto* address = reinterpret_cast<sockaddr_un*>(&out.storage);
  if (endpoint.unix_path.size() >= sizeof address->sun_path) fail(endpoint, ENAMETOOLONG);
  address->sun_family = AF_UNIX;
  std::memcpy(address->sun_path, endpoint.unix_path.c_str(), endpoint.unix_path.size() + 1);
  out.size = sizeof(sockaddr_un);
  return out;
}

Address bound_address(int descriptor) noexcept {
  Address out;
  if (::getsockname(descriptor, out.get(), &out.size) != 0) out.storage.ss_family = AF_UNSPEC;
  return out;
}

// Whether the socket has the wildcard address of IPv6 and takes IPv4 as well.
bool takes_both_families(int descriptor, const Address& address) noexcept {
  if (address.family() != AF_INET6) return false;
  const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&address.storage);
  int v6_only = 1;
  socklen_t size = sizeof v6_only;
  return IN6_IS_ADDR_UNSPECIFIED(&v6->sin6_addr) != 0 &&
         ::getsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &v6_only, &size) == 0 && v6_only == 0;
}

// As --listen has it, with the port that the kernel picked.
std::string text_of_bound(int descriptor) {
  const Address address = bound_address(descriptor);
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.family() == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(&address.storage);
    ::inet_ntop(AF_INET, &v4->sin_addr, text.data(), text.size());
    return std::string(text.data()) + ':' + std::to_string(ntohs(v4->sin_port));
  }
  if (address.family() == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&address.storage);
    ::inet_ntop(AF_INET6, &v6->sin6_addr, text.data(), text.size());
    const std::string host = takes_both_families(descriptor, address) ? "" : '[' + std::string(text.data()) + ']';
    return host + ':' + std::to_string(ntohs(v6->sin6_port));
  }
  if (address.family() != AF_UNIX) return "unknown";
  const auto* local = reinterpret_cast<const sockaddr_un*>(&address.storage);
  // An abstract socket, which may be inherited: its name has a NUL in front and none at its end (unix(7)).
  const std::size_t name_bytes = address.size - offsetof(sockaddr_un, sun_path);
  if (name_bytes > 1 && local->sun_path[0] == '\0') return "unix:@" + std::string(local->sun_path + 1, name_bytes - 1);
  return std::string("unix:") + local->sun_path;
}

Descriptor new_socket(const Endpoint& endpoint, int family, int type = SOCK_STREAM) {
  Descriptor out(::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  must(static_cast<bool>(out), endpoint);
  return out;
}

enum class Group : std::uint8_t { alone, first, joining };

// The first socket of several is bound without SO_REUSEPORT, so that an address in use is found out; the option is set
// before it listens, and the others join it.
Descriptor tcp_socket(const Endpoint& endpoint, const Address& address, Group group) {
  Descriptor socket = new_socket(endpoint, address.family());
  const int fd = socket.number();
  must(set_option(fd, SOL_SOCKET, SO_REUSEADDR), endpoint);
  must(set_for_accepted(fd), endpoint);
  if (address.family() == AF_INET6)
    must(set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, endpoint.host.empty() ? 0 : 1), endpoint);
  if (group == Group::joining) must(set_option(fd, SOL_SOCKET, SO_REUSEPORT), endpoint);
  must(::bind(fd, address.get(), address.size) == 0, endpoint);
  if (group == Group::first) must(set_option(fd, SOL_SOCKET, SO_REUSEPORT), endpoint);
  must(::listen(fd, kQueueMax) == 0, endpoint);
  return socket;
}

// One socket for both families; for IPv4 alone where this kernel, or this container, has no IPv6.
Descriptor socket_of_every_address(const Endpoint& endpoint, Group group) {
  try {
    return tcp_socket(endpoint, tcp_address(endpoint, "::"), group);
  } catch (const std::system_error& error) {
    constexpr std::array kNoIpv6 = {EAFNOSUPPORT, EPROTONOSUPPORT, ENOPROTOOPT, EADDRNOTAVAIL};
    if (std::find(kNoIpv6.begin(), kNoIpv6.end(), error.code().value()) == kNoIpv6.end()) throw;
  }
  return tcp_socket(endpoint, tcp_address(endpoint, "0.0.0.0"), group);
}

Listener listen_on_tcp(const Endpoint& endpoint, bool shared) {
  const Group group = shared ? Group::first : Group::alone;
  Listener out;
  out.socket = endpoint.host.empty() ? socket_of_every_address(endpoint, group)
                                     : tcp_socket(endpoint, tcp_address(endpoint, endpoint.host), group);
  out.address = text_of_bound(out.socket.number());
  out.own_tcp = true;
  return out;
}

// A socket file that no process has bound any more is stale; anything that is not a socket stays. A connection would be
// refused too where somebody has bound it and is about to listen; what is of another type tells the two apart: there it
// is refused for its type.
bool is_stale(const Endpoint& endpoint, const Address& address) {
  struct stat status {};
  if (::lstat(endpoint.unix_path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return false;
  const Descriptor probe = new_socket(endpoint, AF_UNIX, SOCK_DGRAM);
  return ::connect(probe.number(), address.get(), address.size) != 0 && errno == ECONNREFUSED;
}

Listener listen_on_unix(const Endpoint& endpoint) {
  Listener out;
  const Address address = unix_address(endpoint);
  out.socket = new_socket(endpoint, AF_UNIX);
  const int fd = out.socket.number();
  // The file takes over the socket's mode, less the umask: at no time may more people connect than the mode says.
  must(::fchmod(fd, endpoint.unix_mode) == 0, endpoint);
  if (::bind(fd, address.get(), address.size) != 0) {
    const int error = errno;
    if (error != EADDRINUSE || !is_stale(endpoint, address)) fail(endpoint, error);
    must(::unlink(endpoint.unix_path.c_str()) == 0, endpoint);
    must(::bind(fd, address.get(), address.size) == 0, endpoint);
  }
  must(::chmod(endpoint.unix_path.c_str(), endpoint.unix_mode) == 0, endpoint);
  must(::listen(fd, kQueueMax) == 0, endpoint);
  return {text_of(endpoint), std::move(out.socket), false, UnixPath(endpoint.unix_path)};
}

Listener listen_on_inherited(const Endpoint& endpoint) {
  Listener out;
  out.socket = Descriptor(endpoint.inherited);
  const int fd = endpoint.inherited;
  int listens = 0;
  socklen_t size = sizeof listens;
  must(::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0, endpoint);
  if (listens == 0) fail(endpoint, EINVAL);
  must(::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK) == 0, endpoint);
  must(::fcntl(fd, F_SETFD, FD_CLOEXEC) == 0, endpoint);
  if (bound_address(fd).family() != AF_UNIX) static_cast<void>(set_for_accepted(fd));
  out.address = text_of_bound(fd);
  return out;
}

}  // namespace

UnixPath::UnixPath(std::string path) : path_(std::move(path)) {
  struct stat status {};
  if (::lstat(path_.c_str(), &status) != 0) path_.clear();
  device_ = status.st_dev;
  node_ = status.st_ino;
}

void UnixPath::remove() noexcept {
  struct stat status {};
  if (!path_.empty() && ::lstat(path_.c_str(), &status) == 0 && status.st_dev == device_ && status.st_ino == node_) {
    ::unlink(path_.c_str());
  }
  path_.clear();
}

Listener listen_on(const Endpoint& endpoint, bool shared) {
  Listener out = endpoint.inherited >= 0       ? listen_on_inherited(endpoint)
                 : !endpoint.unix_path.empty() ? listen_on_unix(endpoint)
                                               : listen_on_tcp(endpoint, shared);
  const int fd = out.socket.number();
  // The sending side is full only after it has taken one segment too much.
  out.kernel_bytes_max = buffer_bytes(fd, SO_SNDBUF) + kSegmentBytesMax + buffer_bytes(fd, SO_RCVBUF);
  return out;
}

Descriptor join(const Endpoint& endpoint, int first_socket, bool own_tcp) {
  if (own_tcp) return tcp_socket(endpoint, bound_address(first_socket), Group::joining);
  Descriptor same(::fcntl(first_socket, F_DUPFD_CLOEXEC, 0));
  must(static_cast<bool>(same), endpoint);
  return same;
}

void drop_new_handshakes(int descriptor) noexcept {
  // The filter sees a segment from its TCP header on; byte 13 holds the flags (RFC 9293, section 3.1).
  constexpr std::uint32_t kFlagsAt = 13, kSyn = 0x02, kWhole = 0xffff'ffff;
  std::array<sock_filter, 4> program{{
      {BPF_LD | BPF_B | BPF_ABS, 0, 0, kFlagsAt},
      {BPF_JMP | BPF_JSET | BPF_K, 0, 1, kSyn},
      {BPF_RET | BPF_K, 0, 0, 0},
      {BPF_RET | BPF_K, 0, 0, kWhole},
  }};
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  ::setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter);
}

}  // namespace planish::net
