// Acceptor: accept until nothing is queued; wait a moment where the process is out of descriptors.
#include <net/acceptor.hpp>

#include <net/listener.hpp>

#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <system_error>

namespace planish::net {
namespace {

constexpr int kAcceptsMax = 64;                   // in a row; then the connections have their turn
constexpr int kLastAcceptsMax = 65'536;           // at the end: all that a queue can hold
constexpr std::chrono::milliseconds kRetry{100};  // after the process has run out of descriptors or memory

}  // namespace

Acceptor::Acceptor(ConnectionSet& connection_set, Descriptor socket, bool own_tcp)
    : connection_set_(connection_set),
      socket_(connection_set.thread_context().context.get_executor()),
      retry_(connection_set.thread_context().context.get_executor()),
      own_tcp_(own_tcp) {
  boost::system::error_code error;
  socket_.assign(socket.number(), error);
  if (error) throw std::system_error(error.value(), std::generic_category(), "cannot watch a listening socket");
  static_cast<void>(socket.release());
}

void Acceptor::wait() {
  socket_.async_wait(socket_.wait_read, [this](const boost::system::error_code& error) {
    if (!error) on_ready();
  });
}

void Acceptor::on_ready() {
  if (accept_some(kAcceptsMax) != Outcome::starved) return wait();
  retry_.expires_after(kRetry);
  retry_.async_wait([this](const boost::system::error_code& error) {
    if (!error && socket_.is_open()) on_ready();
  });
}

Acceptor::Outcome Acceptor::accept_some(int connections_max) {
  for (int accepted = 0; accepted < connections_max;) {
    Descriptor connection(::accept4(socket_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (connection) {
      ++accepted;
      starved_ = false;
      connection_set_.admit(std::move(connection));
    } else if (const Outcome outcome = after_failure(errno); outcome != Outcome::more) {
      return outcome;
    }
  }
  return Outcome::more;
}

// accept(2): several errors are those of the connection that would have been accepted; it is gone, the next one counts.
Acceptor::Outcome Acceptor::after_failure(int error) {
  switch (error) {
    case EAGAIN:
      return Outcome::drained;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
      if (!starved_) connection_set_.thread_context().notice(Notice::out_of_descriptors);
      starved_ = true;
      return Outcome::starved;
    case EINTR:
    case ECONNABORTED:
    case EPERM:
    case EPROTO:
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENOPROTOOPT:
    case ENONET:
    case EOPNOTSUPP:
      return Outcome::more;
    default:
      connection_set_.thread_context().notice(Notice::accept_failed);
      return Outcome::starved;
  }
}

void Acceptor::quiesce() noexcept {
  if (own_tcp_) drop_new_handshakes(socket_.native_handle());
}

void Acceptor::finish() {
  // Nothing may come between the last look into the queue and the close.
  if (socket_.is_open()) static_cast<void>(accept_some(kLastAcceptsMax));
  cut();
}

void Acceptor::cut() noexcept {
  boost::system::error_code ignored;
  socket_.close(ignored);
  retry_.cancel();
}

}  // namespace planish::net
