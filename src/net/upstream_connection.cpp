// UpstreamConnection: connecting, and the exchange of one request and one answer.
#include <net/upstream_connection.hpp>

#include <net/clock.hpp>
#include <net/thread_context.hpp>
#include <net/upstream_pool.hpp>

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace planish::net {
namespace {

// Before it connects: how much a peer may send ahead is agreed on then.
void bound_buffers(const Descriptor& socket) noexcept {
  const int send = UpstreamConnection::kSendBufferBytes;
  const int receive = UpstreamConnection::kReceiveBufferBytes;
  ::setsockopt(socket.number(), SOL_SOCKET, SO_SNDBUF, &send, sizeof send);
  ::setsockopt(socket.number(), SOL_SOCKET, SO_RCVBUF, &receive, sizeof receive);
}

}  // namespace

template <bool to_write>
struct UpstreamConnection::Ready {
  using allocator_type = WaitAllocator<std::byte>;
  UpstreamConnection* connection;

  [[nodiscard]] allocator_type get_allocator() const noexcept {
    return allocator_type(to_write ? &connection->write_memory_ : &connection->read_memory_);
  }
  void operator()(const boost::system::error_code&) const { connection->on_ready(to_write); }
};

UpstreamConnection::UpstreamConnection(UpstreamPool& pool, std::chrono::nanoseconds deadline)
    : pool_(pool), socket_(pool.thread_context().context.get_executor()), deadline_(deadline) {}

void UpstreamConnection::connect(List::iterator self, std::size_t turn) {
  self_ = self;
  turn_ = turn;
  addresses_ = pool_.peer().addresses(now(), false);
  if (addresses_ != nullptr) try_next();
}

void UpstreamConnection::sweep_connecting(std::chrono::nanoseconds now) {
  if (state_ != State::connecting || moves_on_) return;
  if (now >= deadline_) return pool_.unreachable(*this);
  if (addresses_ == nullptr) {
    addresses_ = pool_.peer().addresses(now, false);
    if (addresses_ != nullptr) try_next();
  } else if (is_full_) {
    try_next();
  } else if (now >= try_until_ && tried_ < addresses_->size()) {
    moves_on_ = true;
    socket_.close();
  }
}

// 0: connected; EINPROGRESS: it will be told; another one: why not.
int UpstreamConnection::begin(const SocketAddress& address) {
  Descriptor socket(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return ENOBUFS;
  bound_buffers(socket);
  const int begun = ::connect(socket.number(), address.get(), address.size) == 0 ? 0 : errno;
  if (begun != 0 && begun != EINPROGRESS) return begun;
  return socket_.adopt(std::move(socket)) ? begun : ENOBUFS;
}

// One address after the other, each for its share of the time that is left.
void UpstreamConnection::try_next() {
  is_full_ = false;
  while (tried_ < addresses_->size()) {
    const SocketAddress& address = (*addresses_)[(turn_ + tried_) % addresses_->size()];
    const std::chrono::nanoseconds at = now();
    try_until_ = at + (deadline_ - at) / static_cast<std::int64_t>(addresses_->size() - tried_);
    ++tried_;
    const int begun = begin(address);
    if (begun == 0) return connected();
    if (begun == EINPROGRESS) return wait_to_write();
    if (address.storage.ss_family == AF_UNIX && begun == EAGAIN) {  // as many wait there as may: unix(7)
      --tried_;
      is_full_ = true;
      return pool_.look_soon();
    }
  }
  static_cast<void>(pool_.peer().addresses(now(), true));
  pool_.unreachable(*this);
}

void UpstreamConnection::connected() {
  socket_.send_without_delay();
  is_counted_ = true;
  state_ = State::asking;
  pool_.thread_context().counters.upstream.connections.add();
  addresses_.reset();
  pool_.connected(*this);
}

bool UpstreamConnection::is_fresh() const noexcept {
  return socket_.peek().later();
}

std::optional<std::size_t> UpstreamConnection::send(std::span<const char> request) noexcept {
  const StreamSocket::Moved sent = socket_.send(request);
  if (sent.broken()) return std::nullopt;
  return sent.bytes;
}

void UpstreamConnection::ask(UpstreamCall& call) {
  using Content = http::UpstreamAnswer::Content;
  state_ = State::asking;
  call_ = &call;
  call.connection = this;
  answer_ = http::UpstreamAnswer(call.relays ? Content::keep : Content::drop);
  wait_to_read();
  if (call.unsent) wait_to_write();
}

void UpstreamConnection::rest(std::chrono::nanoseconds now) {
  state_ = State::idle;
  since_ = now;
  wait_to_read();
}

void UpstreamConnection::wait_to_read() {
  if (std::exchange(waits_to_read_, true)) return;
  socket_.wait_to_read(Ready<false>{this});
}

void UpstreamConnection::wait_to_write() {
  if (std::exchange(waits_to_write_, true)) return;
  socket_.wait_to_write(Ready<true>{this});
}

void UpstreamConnection::on_ready(bool to_write) {
  (to_write ? waits_to_write_ : waits_to_read_) = false;
  if (state_ == State::ended) {
    if (!waits_to_read_ && !waits_to_write_) pool_.bury(self_);
    return;
  }
  to_write ? on_writable() : on_readable();
}

void UpstreamConnection::on_writable() {
  if (state_ == State::connecting) {
    if (!moves_on_ && socket_.connect_error() == 0) return connected();
    if (!std::exchange(moves_on_, false)) socket_.close();
    return try_next();
  }
  if (state_ != State::asking || !call_->unsent) return;
  const std::span<const char> rest = call_->unsent.bytes();
  const std::optional<std::size_t> sent = send(rest);
  // It may have answered before it closed its side.
  if (!sent) return read();
  call_->unsent.keep(*sent, rest.size() - *sent);
  if (call_->unsent) wait_to_write();
}

void UpstreamConnection::on_readable() {
  if (state_ == State::asking) return read();
  // Whatever an idle one says, or that it closes: it carries no further request.
  pool_.gone(*this);
}

// Into the thread's arena; after what is held of the answer, where there is some.
void UpstreamConnection::read() {
  PendingBytesPool& pending_bytes = pool_.thread_context().pending_bytes;
  std::span<char> room = pool_.thread_context().arena();
  if (in_) {
    if (!pending_bytes.reserve(in_, kUpstreamReadBytes)) return fail();
    room = in_.room();
  }
  const StreamSocket::Moved got = socket_.read(room);
  if (got.later()) return wait_to_read();
  if (got.broken()) return fail();
  if (!in_) return take(room.first(got.bytes), got.bytes == 0);
  in_.commit(got.bytes);
  take(in_.bytes(), got.bytes == 0);
}

void UpstreamConnection::take(std::span<char> input, bool end_of_stream) {
  using Read = http::UpstreamAnswer::State;
  const http::UpstreamAnswer::Progress progress = answer_.advance(input, end_of_stream);
  if (progress.state == Read::broken) return fail();
  if (progress.state == Read::done) return finish(input.subspan(progress.from, progress.size));
  if (in_) {
    in_.keep(progress.from, progress.size);
  } else if (!pool_.thread_context().pending_bytes.append(in_, input.subspan(progress.from, progress.size))) {
    return fail();
  }
  wait_to_read();
}

// After gone() there may be no connection any more.
void UpstreamConnection::fail() {
  UpstreamPool& pool = pool_;
  UpstreamCall& call = *std::exchange(call_, nullptr);
  call.said = {.kind = http::UpstreamSaid::Kind::broken, .status = answer_.status()};
  pool.gone(*this);
  pool.finish(call);
}

// What lies in this side's kernel nobody has read either. Of a smaller request that is not looked at: it leaves at
// once.
bool UpstreamConnection::has_sent_all(const UpstreamCall& call) const noexcept {
  constexpr std::size_t kLargeBytes = std::size_t{32} << 10;
  if (call.unsent) return false;
  if (call.request_bytes < kLargeBytes) return true;
  return socket_.bytes_not_taken() == 0;
}

// The connection goes on to the next request before this one's client is answered, which may ask for another. After
// release() and gone() there may be no connection any more.
void UpstreamConnection::finish(std::span<const char> content) {
  UpstreamPool& pool = pool_;
  UpstreamCall& call = *std::exchange(call_, nullptr);
  const http::UpstreamAnswer answer = answer_;
  const PendingBytes held = std::move(in_);
  in_ = {};
  call.said = {.kind = http::UpstreamSaid::Kind::answered,
               .status = answer.status(),
               .media_type = answer.media_type(),
               .retry_after = answer.retry_after(),
               .content = content};
  // It can't have taken what it has not read; nor can what is coded be passed on as it is.
  const bool whole = has_sent_all(call);
  const bool success = answer.status() / 100 == 2;
  if (success && (!whole || (call.relays && answer.coded()))) call.said.kind = http::UpstreamSaid::Kind::broken;
  if (whole && answer.keeps_connection()) {
    pool.release(*this);
  } else {
    pool.gone(*this);
  }
  pool.finish(call);
}

void UpstreamConnection::end() {
  const State left = std::exchange(state_, State::ended);
  if (left == State::ended) return;
  socket_.close();
  in_.reset();
  addresses_.reset();
  if (std::exchange(is_counted_, false)) pool_.thread_context().counters.upstream.connections.subtract();
  pool_.peer().leave();
  pool_.ended(*this, left, !waits_to_read_ && !waits_to_write_);
}

}  // namespace planish::net
