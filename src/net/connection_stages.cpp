// Connection: what it waits for next, and how it ends.
#include <net/connection.hpp>
#include <net/connection_set.hpp>
#include <net/upstreams.hpp>

#include <chrono>
#include <cstdint>

namespace planish::net {

void Connection::wait_for(WaitsFor what) noexcept {
  const ThreadContext& thread_context = connection_set_.thread_context();
  waiting_.begin(what, thread_context.tick, thread_context.limits);
  stand_in(row_of(what).line);
}

void Connection::write_later() {
  wait_anew_for_room();
  wait_to_write();
}

void Connection::wait_anew_for_room() noexcept {
  not_taken_since_ = now();
  wait_for(WaitsFor::room);
}

bool Connection::write_some() {
  const std::span<const char> rest = out_.bytes();
  if (!rest.empty()) {
    const StreamSocket::Moved sent = socket_.send(rest);
    if (sent.later() || sent.broken()) return false;
    out_.keep(sent.bytes, rest.size() - sent.bytes);
    connection_set_.thread_context().pending_bytes.trim(out_);
  }
  wait_anew_for_room();
  if (!out_) {
    stand_in(Line::busy);  // there is nothing of it that could make room
    socket_.cancel();      // its handler comes back at once, and goes on with what follows the answer
  }
  return true;
}

// The upstream's time has a limit of its own, so no deadline is needed here.
void Connection::ask_upstream() {
  ThreadContext& thread_context = connection_set_.thread_context();
  constexpr UpstreamClient::Answer kAnswer = [](void* self, const http::Owed& owed, std::string_view answer,
                                                const http::UpstreamSaid& said) {
    Connection& connection = *static_cast<Connection*>(self);
    connection.connection_set_.answer(connection, owed, answer, said);
  };
  const http::Forward& forward = *connection_set_.parts().service.forward();
  UpstreamCall* const call = thread_context.upstreams->ask({this, kAnswer}, forward);
  if (call == nullptr) return refuse_to_ask();
  wait_for(WaitsFor::upstream);
  wait_.call = call;
}

void Connection::answer(const http::Owed& owed, std::string_view answer, const http::UpstreamSaid& said) {
  wait_for(WaitsFor::turn);  // which is now
  // What came in the meantime has not been read: the last answer in hand is told as such.
  if (connection_set_.thread_context().draining && !has_something_to_read()) server_connection_.close_after_next();
  next_ = server_connection_.answer(owed, answer, said, held(), connection_set_.parts());
  const Sent sent = send_outbox();
  if (sent == Sent::failed) return cut();
  if (sent == Sent::part) return write_later();
  if (next_ == Next::yield && in_) return waits_for_room() ? take_turn_later() : serve_kept();
  if (next_ == Next::yield) next_ = Next::read;
  go_on(true);
}

// The answers are written: what next_ says.
void Connection::go_on(bool progressed) {
  const WaitsFor what = waits_after(next_, server_connection_.phase(), false);
  if (what == WaitsFor::upstream) return ask_upstream();
  if (what == WaitsFor::turn) return take_turn_later();
  if (what == WaitsFor::decoder) return wait_for_decoder();
  if (end_of_stream_) return socket_.bytes_offered() == 0 ? end() : linger(WaitsFor::farewell);
  if (what == WaitsFor::farewell || what == WaitsFor::silence) return linger(what);
  set_active(what != WaitsFor::request);
  if (progressed || what != waiting_.what) wait_for(what);
  wait_to_read();
}

// Idle connections stand in the order in which they became so.
void Connection::be_idle() {
  wait_for(WaitsFor::request);
  set_active(false);
  wait_to_read();
}

// RFC 9112, section 9.6: closing while the client sends would reset the connection and take the answer with it.
void Connection::linger(WaitsFor what) {
  in_.reset();
  wait_for(what);
  socket_.shut_down_sending();
  set_active(false);
  wait_to_read();
}

// The idle and the unread ones anew each time: both stand in the order in which they became so.
void Connection::stand_in(Line line) noexcept {
  if (!counted_ || (line == line_ && (line == Line::busy || line == Line::leaving))) return;
  const bool was_unread = line_ == Line::unread, is_unread = line == Line::unread;
  if (is_unread && !was_unread) unread_since_ = moment_of(not_taken_since_);
  if (is_unread || was_unread) {
    const auto bytes = static_cast<std::uint32_t>(is_unread ? out_.bytes().size() : 0);
    connection_set_.thread_context().buffered.replace_unread(was_unread ? not_taken_ : 0, bytes);
    not_taken_ = bytes;
  }
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
  switch (row_of(waiting_.what).late) {
    case Late::close:
      return has_something_to_read() ? be_idle() : end();
    case Late::refuse_head:
      return refuse(http::Fault::timeout_head, held());
    case Late::refuse_content:
      return refuse(http::Fault::timeout_body, held());
    case Late::cut:
      if (has_taken_all()) return wait_anew_for_room();  // it is this thread that is late
      return write_some() ? void() : sweep_unread();
    case Late::look_at_peer:
      return await_peer();
    case Late::never:
      return;
  }
}

void Connection::last_look() {
  if (has_something_to_read()) return;  // the handler that answers it is on its way
  socket_.shut_down_sending();
  end();
}

bool Connection::has_something_to_read() const noexcept {
  return socket_.peek().bytes > 0;
}

void Connection::end() {
  if (ended()) return;
  if (waiting_.what == WaitsFor::decoder) connection_set_.thread_context().decoder_queue.remove(wait_.link);
  if (waiting_.what == WaitsFor::upstream) connection_set_.thread_context().upstreams->leave(*wait_.call);
  waiting_.what = WaitsFor::nothing;
  server_connection_.abandon(connection_set_.parts());
  pass_decoder_on();
  in_.reset();
  out_.reset();
  set_active(false);
  socket_.close();
  connection_set_.ended(*this);
  stand_in(Line::busy);  // it leaves no unread answer behind
}

// Lingering is over, but the peer may not have taken all yet. The kernel would go on offering it after a close, and
// hold it beside all connections that are counted; so the connection stays as long as --write-timeout lets it.
void Connection::await_peer() {
  const ThreadContext& thread_context = connection_set_.thread_context();
  const std::uint32_t left = thread_context.draining ? 0 : socket_.bytes_offered();
  if (left == 0) return end();
  if (left != not_taken_) {
    not_taken_ = left;
    not_taken_since_ = now();
  } else if (now() - not_taken_since_ >= thread_context.limits.write * thread_context.limits.tick) {
    return sweep_unread();
  }
  waiting_.until = thread_context.tick + 1;
  stand_in(Line::leaving);
}

void Connection::sweep_unread() {
  connection_set_.thread_context().counters.rejected(http::Rejected::write_timeout);
  cut();
}

// Without a reset the kernel would go on offering what it holds, for minutes, to a peer that takes nothing.
void Connection::cut() {
  if (!ended()) socket_.drop_unsent_at_close();
  end();
}

}  // namespace planish::net
