// Session: what stage it is in, until when, and how it ends.
#include <net/lane.hpp>
#include <net/session.hpp>
#include <net/upstreams.hpp>

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <chrono>

namespace planish::net {

// Of the message that is under way, by its phase; rest() sets that of an idle connection.
void Session::renew_deadline() {
  const TickLimits& limits = lane_.workplace().limits;
  const bool head =
      exchange_.phase() == http::Exchange::Phase::head || exchange_.phase() == http::Exchange::Phase::idle;
  deadline_ = lane_.workplace().tick + (head ? limits.header : limits.body);
}

void Session::write_later() {
  state_ = State::writing;
  deadline_ = lane_.workplace().tick + lane_.workplace().limits.write;
  stand_in(Line::unread);
  wait_to_write();
}

// The upstream's time has a limit of its own, so no deadline is needed here.
void Session::ask_upstream() {
  Workplace& workplace = lane_.workplace();
  UpstreamCall* const call = workplace.upstreams->ask(*this, *lane_.parts().service.forward());
  if (call == nullptr) return refuse(http::Fault::buffered, {});
  state_ = State::asking;
  wait_.call = call;
  stand_in(Line::busy);
}

void Session::answer(const http::Owed& owed, std::string_view answer, const http::UpstreamSaid& said) {
  state_ = State::reading;
  // What came in the meantime has not been read: the last answer in hand is told as such.
  if (lane_.workplace().draining && !has_something_to_read()) exchange_.close_after_next();
  next_ = exchange_.answer(owed, answer, said, held(), lane_.parts());
  renew_deadline();
  const Sent sent = send_outbox();
  if (sent == Sent::failed) return cut();
  if (sent == Sent::part) return write_later();
  if (next_ == Next::yield && in_) return waits_for_room() ? take_turn_later() : serve_kept();
  go_on();
}

// The answers are written: what next_ says.
void Session::go_on() {
  const TickLimits& limits = lane_.workplace().limits;
  if (end_of_stream_ && bytes_not_taken() == 0) return end();
  if (end_of_stream_ || next_ == Next::close) return linger(limits.farewell);
  if (next_ == Next::refuse) return linger(limits.linger);
  rest();
}

// Until there is something to read. Idle connections stand in the order in which they became so.
void Session::rest() {
  const bool idle = exchange_.phase() == http::Exchange::Phase::idle && !in_;
  if (idle) deadline_ = lane_.workplace().tick + lane_.workplace().limits.idle;
  set_active(!idle);
  stand_in(idle ? Line::idle : Line::busy);
  wait_to_read();
}

// What came was no request: the time that it may be idle goes on.
void Session::stay_idle() {
  set_active(false);
  wait_to_read();
}

// RFC 9112, section 9.6: closing while the client sends would reset the connection and take the answer with it.
void Session::linger(Tick limit) {
  state_ = State::lingering;
  in_.reset();
  deadline_ = lane_.workplace().tick + limit;
  ::shutdown(socket_.native_handle(), SHUT_WR);
  set_active(false);
  stand_in(Line::busy);
  wait_to_read();
}

// The idle and the unread ones anew each time: both stand in the order in which they became so.
void Session::stand_in(Line line) noexcept {
  if (!counted_ || (line == Line::busy && line_ == Line::busy)) return;
  lane_.move(self_, line_, line);
  line_ = line;
}

void Session::set_active(bool active) noexcept {
  if (active == active_) return;
  active_ = active;
  telemetry::Counter& gauge = lane_.workplace().counters.active_requests;
  active ? gauge.add() : gauge.subtract();
}

void Session::sweep() {
  switch (state_) {
    case State::reading:
      if (line_ == Line::idle) return has_something_to_read() ? rest() : end();
      return refuse(
          exchange_.phase() == http::Exchange::Phase::body || exchange_.phase() == http::Exchange::Phase::discard
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

void Session::last_look() {
  if (has_something_to_read()) return;  // the handler that answers it is on its way
  ::shutdown(socket_.native_handle(), SHUT_WR);
  end();
}

bool Session::idle_for_a_second() const noexcept {
  const TickLimits& limits = lane_.workplace().limits;
  const Tick ticks = lane_.workplace().tick - (deadline_ - limits.idle);
  return ticks > 0 && (ticks - 1) * limits.tick >= std::chrono::seconds{1};
}

bool Session::has_something_to_read() const noexcept {
  char byte = 0;
  return ::recv(const_cast<Session*>(this)->socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

void Session::end() {
  if (state_ == State::ended) return;
  if (state_ == State::queued) lane_.workplace().decoder_queue.remove(*this);
  if (state_ == State::asking) lane_.workplace().upstreams->leave(*wait_.call);
  state_ = State::ended;
  exchange_.abandon(lane_.parts());
  pass_decoder_on();
  in_.reset();
  out_.reset();
  set_active(false);
  boost::system::error_code ignored;
  socket_.close(ignored);
  lane_.ended(*this);
  stand_in(Line::busy);              // it leaves no unread answer behind
  if (!waiting_) lane_.bury(self_);  // else the cancelled wait comes back first
}

// Lingering is over, but the peer may not have taken all yet. The kernel would go on offering it after a close, and
// hold it beside all connections that are counted; so the connection stays as long as --write-timeout lets it.
void Session::await_peer() {
  const Workplace& workplace = lane_.workplace();
  const std::uint32_t left = workplace.draining ? 0 : bytes_not_taken();
  if (left == 0) return end();
  if (left != not_taken_) {
    not_taken_ = left;
    not_taken_since_ = workplace.tick;
  } else if (reached(not_taken_since_ + workplace.limits.write, workplace.tick)) {
    return sweep_unread();
  }
  deadline_ = workplace.tick + 1;
}

std::uint32_t Session::bytes_not_taken() const noexcept {
  int bytes = 0;
  const int socket = const_cast<Session*>(this)->socket_.native_handle();
  return ::ioctl(socket, SIOCOUTQ, &bytes) == 0 ? static_cast<std::uint32_t>(bytes) : 0;
}

void Session::sweep_unread() {
  lane_.workplace().counters.rejected(http::Rejected::write_timeout);
  cut();
}

// Without a reset the kernel would go on offering what it holds, for minutes, to a peer that takes nothing.
void Session::cut() {
  const struct ::linger at_once { 1, 0 };
  if (state_ != State::ended) ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  end();
}

}  // namespace planish::net
