// Session: read, answer, write; and what is done where one of them must wait.
#include <net/session.hpp>

#include <net/lane.hpp>

#include <boost/asio/post.hpp>

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>

namespace planish::net {
namespace {

[[nodiscard]] bool would_block() noexcept {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

}  // namespace

// What the reactor calls back. Why it does, ready or cancelled, does not matter: the session's state says what to do.
struct Session::Ready {
  using allocator_type = WaitAllocator<std::byte>;
  Session* session;

  [[nodiscard]] allocator_type get_allocator() const noexcept { return allocator_type(&session->wait_.memory); }
  void operator()(const boost::system::error_code&) const { session->on_ready(); }
  void operator()() const { session->on_ready(); }
};

Session::Session(Lane& lane, bool counted) noexcept
    : lane_(lane),
      socket_(lane.workplace().context.get_executor()),
      counted_(counted),
      line_(counted ? Line::idle : Line::busy) {}

void Session::start(Place self, Descriptor socket) {
  if (!adopt(self, std::move(socket))) return end();
  rest();
}

void Session::start_refused(Place self, Descriptor socket, http::Fault fault) {
  if (!adopt(self, std::move(socket))) return end();
  refuse(fault, {});
}

bool Session::adopt(Place self, Descriptor socket) {
  self_ = self;
  boost::system::error_code error;
  socket_.assign(socket.number(), error);
  if (error) return false;
  static_cast<void>(socket.release());
  return true;
}

void Session::wait_to_read() {
  if (waiting_) return;
  waiting_ = true;
  socket_.async_wait(socket_.wait_read, Ready{this});
}

void Session::wait_to_write() {
  if (waiting_) {  // for something to read: its handler comes back at once, and finds that it is to write
    boost::system::error_code ignored;
    socket_.cancel(ignored);
    return;
  }
  waiting_ = true;
  socket_.async_wait(socket_.wait_write, Ready{this});
}

void Session::on_ready() {
  waiting_ = false;
  switch (state_) {
    case State::reading:
      return waits_for_room() ? come_back() : read();
    case State::working:
      if (waits_for_room()) return come_back();
      state_ = State::reading;
      return serve_kept();
    case State::queued:
    case State::asking:
      return;  // not reached: its wait is not the reactor's
    case State::writing:
      return write_rest();
    case State::lingering:
      return not_taken_ == 0 ? drop_input() : void();  // else its time to read is over: await_peer() looks
    case State::ended:
      return lane_.bury(self_);
  }
}

// Behind all that is ready now; and before what is ready then, the loop looks at sockets, timers and posts again.
void Session::take_turn_later() {
  state_ = State::working;
  stand_in(Line::busy);
  come_back();
}

void Session::come_back() {
  waiting_ = true;
  boost::asio::post(socket_.get_executor(), Ready{this});
}

// While others make room for what this thread was given beyond the limit, which takes them a turn at most, nothing is
// begun that might need still more: so nobody is refused for their sake.
bool Session::waits_for_room() {
  return lane_.workplace().waits_for_room();
}

void Session::wait_for_decoder() {
  state_ = State::queued;
  stand_in(Line::busy);
  lane_.workplace().decoder_queue.push(*this);
}

// To the one that has waited longest for it, which then has it before any newcomer.
void Session::pass_decoder_on() {
  Workplace& workplace = lane_.workplace();
  if (workplace.decoder.held() || workplace.decoder_queue.empty()) return;
  Session& next = workplace.decoder_queue.pop();
  workplace.decoder.hold(&next.exchange_);
  next.take_turn_later();
}

// Into the thread's arena; behind the backlog, where there is one.
void Session::read() {
  if (in_) return read_more();
  const std::span<char> arena = lane_.workplace().arena().first(lane_.workplace().share.arena_bytes);
  const ssize_t got = ::recv(socket_.native_handle(), arena.data(), arena.size(), 0);
  if (got < 0) return would_block() ? rest() : end();
  received(static_cast<std::size_t>(got), arena.size());
  serve(arena.first(static_cast<std::size_t>(got)));
}

// What arrives decides what is kept, but it is never more than the connection's share.
void Session::read_more() {
  Workplace& workplace = lane_.workplace();
  const std::size_t most = workplace.share.input_room(in_.bytes().size());
  assert(most > 0);
  const std::span<char> room = in_.room().first(std::min(in_.room().size(), most));
  const std::span<char> arena = workplace.arena().first(std::min(kArenaBytes, most - room.size()));
  const std::array<iovec, 2> parts{{{room.data(), room.size()}, {arena.data(), arena.size()}}};
  const ssize_t got = ::readv(socket_.native_handle(), parts.data(), 2);
  if (got < 0) return would_block() ? rest() : end();
  const auto size = static_cast<std::size_t>(got);
  received(size, room.size() + arena.size());
  const std::size_t fits = std::min(size, room.size());
  in_.commit(fits);
  if (!workplace.backlogs.append(in_, arena.first(size - fits), workplace.share.input_bytes_max)) {
    return refuse(http::Fault::buffered, held());
  }
  serve(in_.bytes());
}

// `asked`: what there was room for.
void Session::received(std::size_t size, std::size_t asked) noexcept {
  end_of_stream_ = size == 0;
  heard_ = heard_ || !end_of_stream_;
  drained_ = size < asked;
}

// `input`: all that was received and not answered yet, in the arena or in in_. One turn of this connection.
void Session::serve(std::span<char> input) {
  Workplace& workplace = lane_.workplace();
  set_active(true);
  std::chrono::nanoseconds at = now();
  http::Budget budget{.until = at + kTurnTime, .work = kTurnWork};
  bool nothing_begun = false;
  for (;; at = now()) {
    // The last answer in hand says that the connection closes; while more may be waiting in the kernel it is not known.
    if (workplace.draining && drained_) exchange_.close_after_next();
    const Phase phase = exchange_.phase();
    const auto progress = exchange_.advance(input, end_of_stream_, at, budget, lane_.parts());
    pass_decoder_on();
    input = input.subspan(progress.consumed, progress.kept);
    next_ = progress.next;
    const bool answered = !workplace.outbox.empty();
    if (next_ == Next::flush && !answered) return end();  // nothing would ever change
    // Another message has begun if the phase is another one, or if one has been done with. An empty line is none.
    nothing_begun = phase == Phase::idle && exchange_.phase() == Phase::idle && !answered;
    const bool done_with_some = progress.consumed > 0 && exchange_.phase() != Phase::discard && !nothing_begun;
    if (phase != exchange_.phase() || answered || done_with_some) renew_deadline();

    const Sent sent = send_outbox();
    if (sent == Sent::failed || (sent == Sent::part && !keep(input))) return cut();
    if (sent == Sent::part) return write_later();
    if (next_ != Next::flush) break;
  }
  if (!keep(input)) return refuse(http::Fault::buffered, {input.data(), input.size()});
  if (next_ == Next::ask) return ask_upstream();
  if (next_ == Next::yield) return take_turn_later();
  if (next_ == Next::queue) return wait_for_decoder();
  if (line_ == Line::idle && nothing_begun && next_ == Next::read && !end_of_stream_) return stay_idle();
  go_on();
}

void Session::serve_kept() {
  serve(in_ ? in_.bytes() : lane_.workplace().arena().first(0));
}

void Session::write_rest() {
  const std::span<const char> rest = out_.bytes();
  const ssize_t sent = ::send(socket_.native_handle(), rest.data(), rest.size(), MSG_NOSIGNAL);
  if (sent < 0) return would_block() ? wait_to_write() : end();
  out_.keep(static_cast<std::size_t>(sent), rest.size() - static_cast<std::size_t>(sent));
  if (out_) {
    lane_.workplace().backlogs.trim(out_);
    return write_later();
  }
  state_ = State::reading;
  stand_in(Line::busy);
  renew_deadline();
  if (next_ == Next::flush || next_ == Next::yield || next_ == Next::queue) {
    return waits_for_room() ? take_turn_later() : serve_kept();
  }
  go_on();
}

// Bounded, so that a client that sends without end does not keep the others waiting.
void Session::drop_input() {
  const std::span<char> arena = lane_.workplace().arena();
  for (int reads = 0; reads < 4; ++reads) {
    const ssize_t got = ::recv(socket_.native_handle(), arena.data(), arena.size(), 0);
    if (got < 0 && would_block()) break;
    if (got == 0) return await_peer();
    if (got < 0) return end();
  }
  wait_to_read();
}

std::string_view Session::held() const noexcept {
  if (!in_) return {};
  return {in_.bytes().data(), in_.bytes().size()};
}

// `kept`: what is held of the request in hand.
void Session::refuse(http::Fault fault, std::string_view kept) {
  Workplace& workplace = lane_.workplace();
  if (fault == http::Fault::buffered) workplace.notice(Notice::buffered_full);
  next_ = exchange_.refuse(fault, now(), lane_.parts(), kept);
  pass_decoder_on();
  in_.reset();
  const Sent sent = send_outbox();
  if (sent == Sent::failed) return end();
  if (sent == Sent::part) return write_later();
  go_on();
}

// One system call takes what the outbox holds; of what it does not take, a copy waits in out_.
Session::Sent Session::send_outbox() {
  Workplace& workplace = lane_.workplace();
  http::Outbox& outbox = workplace.outbox;
  if (outbox.empty()) return Sent::all;
  std::array<iovec, http::Outbox::kPiecesMax> parts;
  std::size_t count = 0;
  for (const std::string_view piece : outbox.pieces()) {
    parts[count++] = {const_cast<char*>(piece.data()), piece.size()};
  }
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = static_cast<decltype(message.msg_iovlen)>(count);
  const ssize_t result = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL);
  const bool failed = result < 0 && !would_block();
  std::size_t sent = result < 0 ? 0 : static_cast<std::size_t>(result);
  if (failed || sent == outbox.bytes()) {
    outbox.clear();
    return failed ? Sent::failed : Sent::all;
  }
  const std::size_t rest = outbox.bytes() - sent;
  assert(block_bytes(rest) <= workplace.share.answers_bytes_max);
  // It never grows, so there is no quarter more.
  const bool kept = workplace.backlogs.reserve(out_, rest, block_bytes(rest));
  for (const std::string_view piece : outbox.pieces()) {
    const std::size_t skipped = std::min(sent, piece.size());
    sent -= skipped;
    if (kept && !workplace.backlogs.append(out_, piece.substr(skipped))) break;
  }
  assert(!kept || out_.bytes().size() == rest);
  outbox.clear();
  if (kept) return Sent::part;
  // Half an answer is out: nothing can be said any more.
  workplace.notice(Notice::buffered_full);
  workplace.counters.rejected(http::Rejected::buffered);
  return Sent::failed;
}

// Of the input, only `input` is still needed. False: over the limit of buffered bytes.
bool Session::keep(std::span<char> input) {
  BacklogPool& backlogs = lane_.workplace().backlogs;
  if (!in_) return backlogs.append(in_, input, lane_.workplace().share.input_bytes_max);
  const std::span<char> held = in_.bytes();
  in_.keep(input.empty() ? held.size() : static_cast<std::size_t>(input.data() - held.data()), input.size());
  backlogs.trim(in_);
  return true;
}

}  // namespace planish::net
