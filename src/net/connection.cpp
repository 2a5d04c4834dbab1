// Connection: read, answer, write; and what is done where one of them must wait.
#include <net/connection.hpp>

#include <net/connection_set.hpp>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <cassert>
#include <new>

namespace planish::net {

// What the reactor calls back. Why it does, ready or cancelled, does not matter: what the connection waits for says
// what to do.
struct Connection::Ready {
  using allocator_type = WaitAllocator<std::byte>;
  Connection* connection;

  [[nodiscard]] allocator_type get_allocator() const noexcept { return allocator_type(&connection->wait_.memory); }
  void operator()(const boost::system::error_code&) const { (*this)(); }
  void operator()() const { connection->connection_set_.ready(*connection); }
};

Connection::Connection(ConnectionSet& connection_set, bool counted) noexcept
    : connection_set_(connection_set),
      socket_(connection_set.thread_context().context.get_executor()),
      counted_(counted),
      line_(counted ? Line::idle : Line::busy) {}

void Connection::start(Place self, Descriptor socket) {
  self_ = self;
  if (!socket_.adopt(std::move(socket))) return end();
  be_idle();
}

void Connection::start_refused(Place self, Descriptor socket, http::Fault fault) {
  self_ = self;
  if (!socket_.adopt(std::move(socket))) return end();
  refuse(fault, {});
}

void Connection::wait_to_read() {
  if (handler_due_) return;
  handler_due_ = true;
  socket_.wait_to_read(Ready{this});
}

void Connection::wait_to_write() {
  // For something to read: its handler comes back at once, and finds that it is to write.
  if (handler_due_) return socket_.cancel();
  handler_due_ = true;
  socket_.wait_to_write(Ready{this});
}

void Connection::on_ready() {
  handler_due_ = false;
  switch (waiting_.what) {
    case WaitsFor::request:
    case WaitsFor::head:
    case WaitsFor::content:
      return waits_for_room() ? come_back() : read();
    case WaitsFor::turn:
      return waits_for_room() ? come_back() : serve_kept();
    case WaitsFor::room:
      return write_rest();
    case WaitsFor::farewell:
    case WaitsFor::silence:
      return not_taken_ == 0 ? drop_input() : void();  // else its time to read is over: await_peer() looks
    case WaitsFor::decoder:
    case WaitsFor::upstream:  // not reached: neither wait is the reactor's
    case WaitsFor::nothing:
      return;
  }
}

// After all that is ready now; and before what is ready then, the loop looks at sockets, timers and posts again.
void Connection::take_turn_later() {
  wait_for(WaitsFor::turn);
  come_back();
}

void Connection::come_back() {
  handler_due_ = true;
  boost::asio::post(socket_.executor(), Ready{this});
}

// While others make room for what this thread was given beyond the limit, which takes them a turn at most, nothing is
// begun that might need still more: so nobody is refused for their sake.
bool Connection::waits_for_room() {
  return connection_set_.thread_context().waits_for_room();
}

void Connection::wait_for_decoder() {
  wait_for(WaitsFor::decoder);
  QueueLink* const link = ::new (&wait_.link) QueueLink{this, server_connection_.coded_bytes(head()), nullptr, nullptr};
  connection_set_.thread_context().decoder_queue.push(*link);
}

// Who is handed it has it before any newcomer.
void Connection::pass_decoder_on() {
  ThreadContext& thread_context = connection_set_.thread_context();
  http::ContentDecoder& decoder = thread_context.decoders.in_turns();
  if (decoder.held() || thread_context.decoder_queue.empty()) return;
  Connection& next = *thread_context.decoder_queue.pop().connection;
  decoder.hold(&next.server_connection_);
  next.take_turn_later();
}

// Into the thread's arena; after the pending bytes, where there is one.
void Connection::read() {
  if (in_) return read_more();
  const std::span<char> arena =
      connection_set_.thread_context().arena().first(connection_set_.thread_context().share.arena_bytes);
  const StreamSocket::Moved got = socket_.read(arena);
  if (got.later()) return wait_to_read();
  if (got.broken()) return end();
  received(got.bytes, arena.size());
  serve(arena.first(got.bytes));
}

// What arrives decides what is kept, but it is never more than the connection's share.
void Connection::read_more() {
  ThreadContext& thread_context = connection_set_.thread_context();
  const std::size_t most = thread_context.share.input_room(in_.bytes().size());
  assert(most > 0);
  const std::span<char> room = in_.room().first(std::min(in_.room().size(), most));
  const std::span<char> arena = thread_context.arena().first(std::min(kArenaBytes, most - room.size()));
  const StreamSocket::Moved got = socket_.read(room, arena);
  if (got.later()) return wait_to_read();
  if (got.broken()) return end();
  received(got.bytes, room.size() + arena.size());
  const std::size_t fits = std::min(got.bytes, room.size());
  in_.commit(fits);
  if (!thread_context.pending_bytes.append(in_, arena.first(got.bytes - fits), thread_context.share.input_bytes_max)) {
    return refuse(http::Fault::buffered, held());
  }
  serve(in_.bytes());
}

// `asked`: what there was room for.
void Connection::received(std::size_t size, std::size_t asked) noexcept {
  end_of_stream_ = size == 0;
  heard_ = heard_ || !end_of_stream_;
  drained_ = size < asked;
}

// `input`: all that was received and not answered yet, in the arena or in in_. One turn of this connection.
void Connection::serve(std::span<char> input) {
  ThreadContext& thread_context = connection_set_.thread_context();
  set_active(true);
  std::chrono::nanoseconds at = now();
  http::Budget budget{.until = at + kTurnTime,
                      .work = kTurnWork,
                      .decoding = kTurnDecodingWork,
                      .decoding_until = {at + kTurnDecodingTime, now}};
  bool progressed = false;
  for (;; at = now()) {
    // The last answer in hand says that the connection closes; while more may be waiting in the kernel it is not known.
    if (thread_context.draining && drained_) server_connection_.close_after_next();
    const Phase phase = server_connection_.phase();
    const auto progress =
        server_connection_.advance({input, head()}, end_of_stream_, at, budget, connection_set_.parts());
    pass_decoder_on();
    input = input.subspan(progress.consumed, progress.kept);
    next_ = progress.next;
    const bool answered = !thread_context.outbox.empty();
    if (next_ == Next::flush && !answered) return end();  // nothing would ever change
    progressed = progressed || begins_anew(phase, server_connection_.phase(), answered, progress.consumed);

    const Sent sent = send_outbox();
    if (sent == Sent::failed || (sent == Sent::part && !keep(input))) return cut();
    if (sent == Sent::part) return write_later();
    if (next_ != Next::flush) break;
  }
  if (!keep(input)) {
    return next_ == Next::ask ? refuse_to_ask() : refuse(http::Fault::buffered, {input.data(), input.size()});
  }
  go_on(progressed);
}

void Connection::serve_kept() {
  serve(in_ ? in_.bytes() : connection_set_.thread_context().arena().first(0));
}

void Connection::write_rest() {
  if (out_) {  // else write_some() has written it all
    const std::span<const char> rest = out_.bytes();
    const StreamSocket::Moved sent = socket_.send(rest);
    if (sent.later()) return wait_to_write();
    if (sent.broken()) return end();
    out_.keep(sent.bytes, rest.size() - sent.bytes);
  }
  if (out_) {
    connection_set_.thread_context().pending_bytes.trim(out_);
    return write_later();
  }
  stand_in(Line::busy);
  if (next_ == Next::flush || next_ == Next::yield || next_ == Next::queue) {
    return waits_for_room() ? take_turn_later() : serve_kept();
  }
  go_on(true);
}

// Bounded, so that a client that sends without end does not keep the others waiting.
void Connection::drop_input() {
  const std::span<char> arena = connection_set_.thread_context().arena();
  for (int reads = 0; reads < 4; ++reads) {
    const StreamSocket::Moved got = socket_.read(arena);
    if (got.later()) break;
    if (got.broken()) return end();
    if (got.bytes == 0) return await_peer();
  }
  wait_to_read();
}

// Of the request in hand, beside its bytes.
http::RequestHead& Connection::head() noexcept {
  return in_ ? in_.head() : connection_set_.thread_context().head;
}

std::string_view Connection::held() const noexcept {
  if (!in_) return {};
  return {in_.bytes().data(), in_.bytes().size()};
}

// `kept`: what is held of the request in hand.
void Connection::refuse(http::Fault fault, std::string_view kept) {
  ThreadContext& thread_context = connection_set_.thread_context();
  if (fault == http::Fault::buffered) thread_context.notice(Notice::buffered_full);
  next_ = server_connection_.refuse(fault, now(), connection_set_.parts(), kept, head());
  pass_decoder_on();
  send_refusal();
}

// There is no room for what an upstream would be asked, or for what stands after it; its own bytes are gone.
void Connection::refuse_to_ask() {
  const http::ServerConnection::Parts& parts = connection_set_.parts();
  connection_set_.thread_context().notice(Notice::buffered_full);
  next_ = server_connection_.refuse_asked(http::Fault::buffered, parts.service.forward()->owed, parts);
  send_refusal();
}

// After it the connection closes.
void Connection::send_refusal() {
  in_.reset();
  const Sent sent = send_outbox();
  if (sent == Sent::failed) return end();
  if (sent == Sent::part) return write_later();
  go_on(true);
}

// One system call takes what the outbox holds; of what it does not take, a copy waits in out_.
Connection::Sent Connection::send_outbox() {
  ThreadContext& thread_context = connection_set_.thread_context();
  http::Outbox& outbox = thread_context.outbox;
  if (outbox.empty()) return Sent::all;
  static_assert(http::Outbox::kPiecesMax <= StreamSocket::kPiecesMax);
  const StreamSocket::Moved moved = socket_.send(outbox.pieces());
  std::size_t sent = moved.bytes;
  if (moved.broken() || sent == outbox.bytes()) {
    outbox.clear();
    return moved.broken() ? Sent::failed : Sent::all;
  }
  const std::size_t rest = outbox.bytes() - sent;
  assert(block_bytes(rest) <= thread_context.share.answers_bytes_max);
  // It never grows, so there is no quarter more.
  const bool kept = thread_context.pending_bytes.reserve(out_, rest, block_bytes(rest), PendingBytesPool::Of::answer);
  for (const std::string_view piece : outbox.pieces()) {
    const std::size_t skipped = std::min(sent, piece.size());
    sent -= skipped;
    if (kept && !thread_context.pending_bytes.append(out_, piece.substr(skipped))) break;
  }
  assert(!kept || out_.bytes().size() == rest);
  outbox.clear();
  if (kept) return Sent::part;
  // Half an answer is out: nothing can be said any more.
  thread_context.notice(Notice::buffered_full);
  thread_context.counters.rejected(http::Rejected::buffered);
  return Sent::failed;
}

// Of the input, only `input` is still needed. False: over the limit of buffered bytes.
bool Connection::keep(std::span<char> input) {
  PendingBytesPool& pending_bytes = connection_set_.thread_context().pending_bytes;
  if (!in_) {
    if (!pending_bytes.append(in_, input, connection_set_.thread_context().share.input_bytes_max)) return false;
    if (in_) in_.head() = connection_set_.thread_context().head;
    return true;
  }
  const std::span<char> held = in_.bytes();
  in_.keep(input.empty() ? held.size() : static_cast<std::size_t>(input.data() - held.data()), input.size());
  pending_bytes.trim(in_);
  return true;
}

}  // namespace planish::net
