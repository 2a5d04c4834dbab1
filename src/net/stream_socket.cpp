// StreamSocket: the system calls.
#include <net/stream_socket.hpp>

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cassert>
#include <cerrno>

namespace planish::net {
namespace {

StreamSocket::Moved moved(ssize_t result) noexcept {
  using Kind = StreamSocket::Moved::Kind;
  if (result >= 0) return {Kind::some, static_cast<std::size_t>(result)};
  return {errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? Kind::later : Kind::broken, 0};
}

}  // namespace

bool StreamSocket::adopt(Descriptor descriptor) {
  boost::system::error_code error;
  socket_.assign(descriptor.number(), error);
  if (error) return false;
  static_cast<void>(descriptor.release());
  return true;
}

void StreamSocket::close() noexcept {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void StreamSocket::cancel() noexcept {
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

void StreamSocket::drop_unsent_at_close() noexcept {
  const struct ::linger at_once { 1, 0 };
  ::setsockopt(number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void StreamSocket::shut_down_sending() noexcept {
  ::shutdown(number(), SHUT_WR);
}

// Fails of a unix socket, which has no delay.
void StreamSocket::send_without_delay() noexcept {
  const int on = 1;
  ::setsockopt(number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

StreamSocket::Moved StreamSocket::read(std::span<char> room) noexcept {
  return moved(::recv(number(), room.data(), room.size(), 0));
}

StreamSocket::Moved StreamSocket::read(std::span<char> room, std::span<char> more_room) noexcept {
  const std::array<iovec, 2> parts{{{room.data(), room.size()}, {more_room.data(), more_room.size()}}};
  return moved(::readv(number(), parts.data(), 2));
}

StreamSocket::Moved StreamSocket::send(std::span<const char> bytes) noexcept {
  return moved(::send(number(), bytes.data(), bytes.size(), MSG_NOSIGNAL));
}

StreamSocket::Moved StreamSocket::send(std::span<const std::string_view> pieces) noexcept {
  assert(pieces.size() <= kPiecesMax);
  std::array<iovec, kPiecesMax> parts;
  std::size_t count = 0;
  for (const std::string_view piece : pieces) parts[count++] = {const_cast<char*>(piece.data()), piece.size()};
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = static_cast<decltype(message.msg_iovlen)>(count);
  return moved(::sendmsg(number(), &message, MSG_NOSIGNAL));
}

StreamSocket::Moved StreamSocket::peek() const noexcept {
  char byte = 0;
  return moved(::recv(number(), &byte, 1, MSG_PEEK | MSG_DONTWAIT));
}

std::uint32_t StreamSocket::bytes_not_taken() const noexcept {
  int bytes = 0;
  return ::ioctl(number(), SIOCOUTQ, &bytes) == 0 ? static_cast<std::uint32_t>(bytes) : 0;
}

// Of a peer that has reset the connection the kernel has given everything up, but goes on telling how much it was.
std::uint32_t StreamSocket::bytes_offered() const noexcept {
  const std::uint32_t bytes = bytes_not_taken();
  if (bytes == 0) return 0;
  std::uint8_t state = 0;  // the first member of tcp_info, as much of it as is asked for: tcp(7)
  socklen_t size = sizeof state;
  const bool over = ::getsockopt(number(), IPPROTO_TCP, TCP_INFO, &state, &size) == 0 && state == TCP_CLOSE;
  return over ? 0 : bytes;
}

int StreamSocket::connect_error() const noexcept {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(number(), SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

int StreamSocket::number() const noexcept {
  return const_cast<StreamSocket*>(this)->socket_.native_handle();
}

}  // namespace planish::net
