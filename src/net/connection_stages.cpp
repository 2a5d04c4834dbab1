// Connection: what stage it is in, until when, and how it ends.
#include <net/connection.hpp>
#include <net/connection_set.hpp>
#include <net/upstreams.hpp>

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <chrono>

namespace planish::net {

// Of the message that is under way, by its phase; rest() sets that of an idle connection.
void Connection::renew_deadline() {
  const TickLimits& limits = connection_set_.thread_context().limits;
  const bool head = server_connection_.phase() == http::ServerConnection::Phase::head ||
                    server_connection_.phase() == http::ServerConnection::Phase::idle;
  deadline_ = connection_set_.thread_context().tick + (head ? limits.header : limits.body);
}

void Connection::write_later() {
  state_ = State::writing;
  deadline_ = connection_set_.thread_context().tick + connection_set_.thread_context().limits.write;
  stand_in(Line::unread);
  wait_to_write();
}

// The upstream's time has a limit of its own, so no deadline is needed here.
void Connection::ask_upstream() {
  ThreadContext& thread_context = connection_set_.thread_context();
  constexpr UpstreamClient::Answer kAnswer = [](void* self, const http::Owed& owed, std::string_view answer,
                                                const http::UpstreamSaid& said) {
    static_cast<Connection*>(self)->answer(owed, answer, said);
  };
  const http::Forward& forward = *connection_set_.parts().service.forward();
  UpstreamCall* const call = thread_context.upstreams->ask({this, kAnswer}, forward);
  if (call == nullptr) return refuse(http::Fault::buffered, {});
  state_ = State::asking;
  wait_.call = call;
  stand_in(Line::busy);
}

void Connection::answer(const http::Owed& owed, std::string_view answer, const http::UpstreamSaid& said) {
  state_ = State::reading;
  // What came in the meantime has not been read: the last answer in hand is told as such.
  if (connection_set_.thread_context().draining && !has_something_to_read()) server_connection_.close_after_next();
  next_ = server_connection_.answer(owed, answer, said, held(), connection_set_.parts());
  renew_deadline();
  const Sent sent = send_outbox();
  if (sent == Sent::failed) return cut();
  if (sent == Sent::part) return write_later();
  if (next_ == Next::yield && in_) return waits_for_room() ? take_turn_later() : serve_kept();
  go_on();
}

// The answers are written: what next_ says.
void Connection::go_on() {
  const TickLimits& limits = connection_set_.thread_context().limits;
  if (end_of_stream_ && bytes_not_taken() == 0) return end();
  if (end_of_stream_ || next_ == Next::close) return linger(limits.farewell);
  if (next_ == Next::refuse) return linger(limits.linger);
  rest();
}

// Until there is something to read. Idle connections stand in the order in which they became so.
void Connection::rest() {
  const bool idle = server_connection_.phase() == http::ServerConnection::Phase::idle && !in_;
  if (idle) deadline_ = connection_set_.thread_context().tick + connection_set_.thread_context().limits.idle;
  set_active(!idle);
  stand_in(idle ? Line::idle : Line::busy);
  wait_to_read();
}

// What came was no request: the time that it may be idle goes on.
void Connection::stay_idle() {
  set_active(false);
  wait_to_read();
}

// RFC 9112, section 9.6: closing while the client sends would reset the connection and take the answer with it.
void Connection::linger(Tick limit) {
  state_ = State::lingering;
  in_.reset();
  deadline_ = connection_set_.thread_context().tick + limit;
  ::shutdown(socket_.native_handle(), SHUT_WR);
  set_active(false);
  stand_in(Line::busy);
  wait_to_read();
}

// The idle and the unread ones anew each time: both stand in the order in which they became so.
void Connection::stand_in(Line line) noexcept {
  if (!counted_ || (line == Line::busy && line_ == Line::busy)) return;
  connection_set_.move(self_, line_, line);
  line_ = line;
}

void Connection::set_active(bool active) noexcept {
  if (active == active_) return;
  active_ = active;
  telemetry::Counter& gauge = connection_set_.thread_context().counters.active_requests;
  active ? gauge.add() : gauge.subtract();
}

void Connection::sweep() {
  switch (state_) {
    case State::reading:
      if (line_ == Line::idle) return has_something_to_read() ? rest() : end();
      return refuse(server_connection_.phase() == http::ServerConnection::Phase::body ||
                            server_connection_.phase() == http::ServerConnection::Phase::discard
                        ? http::Fault::timeout_body
                        : http::Fault::timeout_head,
                    held());
    case State::writing:
      return sweep_unread();
    case State::lingering:
      return await_peer();
    case State::working:
    case State::queued:
    case State::asking:
    case State::ended:
      return;  // timed() says so
  }
}

void Connection::last_look() {
  if (has_something_to_read()) return;  // the handler that answers it is on its way
  ::shutdown(socket_.native_handle(), SHUT_WR);
  end();
}

bool Connection::idle_for_a_second() const noexcept {
  const TickLimits& limits = connection_set_.thread_context().limits;
  const Tick ticks = connection_set_.thread_context().tick - (deadline_ - limits.idle);
  return ticks > 0 && (ticks - 1) * limits.tick >= std::chrono::seconds{1};
}

bool Connection::has_something_to_read() const noexcept {
  char byte = 0;
  return ::recv(const_cast<Connection*>(this)->socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

void Connection::end() {
  if (state_ == State::ended) return;
  if (state_ == State::queued) connection_set_.thread_context().decoder_queue.remove(*this);
  if (state_ == State::asking) connection_set_.thread_context().upstreams->leave(*wait_.call);
  state_ = State::ended;
  server_connection_.abandon(connection_set_.parts());
  pass_decoder_on();
  in_.reset();
  out_.reset();
  set_active(false);
  boost::system::error_code ignored;
  socket_.close(ignored);
  connection_set_.ended(*this);
  stand_in(Line::busy);                        // it leaves no unread answer behind
  if (!waiting_) connection_set_.bury(self_);  // else the cancelled wait comes back first
}

// Lingering is over, but the peer may not have taken all yet. The kernel would go on offering it after a close, and
// hold it beside all connections that are counted; so the connection stays as long as --write-timeout lets it.
void Connection::await_peer() {
  const ThreadContext& thread_context = connection_set_.thread_context();
  const std::uint32_t left = thread_context.draining ? 0 : bytes_not_taken();
  if (left == 0) return end();
  if (left != not_taken_) {
    not_taken_ = left;
    not_taken_since_ = thread_context.tick;
  } else if (reached(not_taken_since_ + thread_context.limits.write, thread_context.tick)) {
    return sweep_unread();
  }
  deadline_ = thread_context.tick + 1;
}

std::uint32_t Connection::bytes_not_taken() const noexcept {
  int bytes = 0;
  const int socket = const_cast<Connection*>(this)->socket_.native_handle();
  return ::ioctl(socket, SIOCOUTQ, &bytes) == 0 ? static_cast<std::uint32_t>(bytes) : 0;
}

void Connection::sweep_unread() {
  connection_set_.thread_context().counters.rejected(http::Rejected::write_timeout);
  cut();
}

// Without a reset the kernel would go on offering what it holds, for minutes, to a peer that takes nothing.
void Connection::cut() {
  const struct ::linger at_once { 1, 0 };
  if (state_ != State::ended) ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  end();
}

}  // namespace planish::net
