// UpstreamPool: who gets which connection, and when there may be another one.
#include <net/upstream_pool.hpp>

#include <net/clock.hpp>
#include <net/thread_context.hpp>
#include <net/upstreams.hpp>

#include <algorithm>
#include <exception>
#include <iterator>
#include <optional>
#include <utility>

namespace planish::net {

using Kind = http::UpstreamSaid::Kind;

namespace {

// Connections that are begun in one turn, at some 10 us each; the next turn follows within 5 ms.
constexpr int kOpenedMax = 64;

}  // namespace

UpstreamPool::UpstreamPool(Upstreams& all, std::shared_ptr<UpstreamPeer> peer) : all_(all), peer_(std::move(peer)) {
  peer_->add_thread(1);
  static_cast<void>(peer_->addresses(now(), false));
}

UpstreamPool::~UpstreamPool() {
  set_starving(false);
  peer_->add_thread(-1);
}

ThreadContext& UpstreamPool::thread_context() noexcept {
  return all_.thread_context();
}

void UpstreamPool::look_soon() {
  all_.look_soon();
}

bool UpstreamPool::ask(UpstreamCall::List& free, UpstreamCall& call, std::span<const char> request) {
  bool kept = true;
  if (waiting_.empty() && ask_an_idle_one(call, request, kept)) {
    asking_.splice(asking_.end(), free, call.self);
    return true;
  }
  if (!kept || !thread_context().pending_bytes.append(call.unsent, request)) return false;
  move_waiting(call, free, waiting_);
  open_connections();
  return true;
}

// `kept`: false where a part of it was sent and the rest can't be kept.
bool UpstreamPool::ask_an_idle_one(UpstreamCall& call, std::span<const char>& request, bool& kept) {
  while (!idle_.empty()) {
    UpstreamConnection& last = idle_.back();
    const std::optional<std::size_t> sent = last.is_fresh() ? last.send(request) : std::nullopt;
    if (!sent) {
      last.end();
      continue;
    }
    kept = thread_context().pending_bytes.append(call.unsent, request.subspan(*sent));
    if (!kept) {
      last.end();
      return false;
    }
    busy_.splice(busy_.end(), idle_, std::prev(idle_.end()));
    last.ask(call);
    return true;
  }
  return false;
}

void UpstreamPool::leave(UpstreamCall::List& free, UpstreamCall& call) {
  move_waiting(call, waiting_, free);
}

void UpstreamPool::connected(UpstreamConnection& connection) {
  busy_.splice(busy_.end(), connecting_, connection.self());
  give(connection);
}

// Connections are opened for those who wait, so there is one; the first has waited for longest.
void UpstreamPool::unreachable(UpstreamConnection& connection) {
  connection.end();
  if (!waiting_.empty()) fail(waiting_.front(), {.kind = Kind::no_connection});
  open_connections();  // for the next, who has an attempt of its own
}

void UpstreamPool::release(UpstreamConnection& connection) {
  // It may have closed after its answer without a word, or said something that nobody asked for.
  if (!waiting_.empty() && !connection.is_fresh()) return gone(connection);
  const bool others_first = peer_->has_starving() && !starving_ && connections() > share();
  if (retired_ && waiting_.empty()) return connection.end();
  if (others_first) return connection.end();
  give(connection);
}

void UpstreamPool::gone(UpstreamConnection& connection) {
  connection.end();
  open_connections();
}

// To the one that has waited for longest. It stands among the busy ones.
void UpstreamPool::give(UpstreamConnection& connection) {
  if (waiting_.empty()) {
    idle_.splice(idle_.end(), busy_, connection.self());
    return connection.rest(now());
  }
  UpstreamCall& call = waiting_.front();
  const std::span<const char> request = call.unsent.bytes();
  const std::optional<std::size_t> sent = connection.send(request);
  if (!sent) {
    fail(call, {.kind = Kind::broken});
    return gone(connection);
  }
  call.unsent.keep(*sent, request.size() - *sent);
  move_waiting(call, waiting_, asking_);
  connection.ask(call);
}

// Where nobody is there each attempt may be over at once, and tell one of those that wait: a thousand of them are told
// in a few turns, and not in one.
void UpstreamPool::open_connections() {
  if (std::exchange(opening_, true)) return;  // what is opened may be over at once, and leads back here
  for (int opened = 0; opened < kOpenedMax && connecting_.size() < waiting_.size() && may_open(); ++opened) {
    try {
      connecting_.emplace_back(*this, now() + peer_->settings().connect_timeout);
    } catch (const std::exception&) {  // no memory
      peer_->leave();
      fail(waiting_.front(), {.kind = Kind::no_connection});
      break;
    }
    connecting_.back().connect(std::prev(connecting_.end()), turn_++);
    all_.look_soon();
  }
  opening_ = false;
}

std::size_t UpstreamPool::share() const noexcept {
  return peer_->share();
}

// While others have less than their share, only up to one's own.
bool UpstreamPool::may_open() {
  const bool is_below_share = connections() < std::max<std::size_t>(share(), 1);
  if ((is_below_share || !peer_->has_starving()) && peer_->join()) {
    set_starving(false);
    return true;
  }
  set_starving(is_below_share);
  return false;
}

void UpstreamPool::set_starving(bool starving) {
  if (starving == starving_) return;
  starving_ = starving;
  peer_->add_starving(starving ? 1 : -1);
}

void UpstreamPool::move_waiting(UpstreamCall& call, UpstreamCall::List& from, UpstreamCall::List& to) {
  telemetry::Counter& gauge = thread_context().counters.upstream.waiting;
  if (&from == &waiting_) gauge.subtract();
  if (&to == &waiting_) gauge.add();
  to.splice(to.end(), from, call.self);
  if (waiting_.empty()) set_starving(false);
}

void UpstreamPool::fail(UpstreamCall& call, http::UpstreamSaid said) {
  call.said = said;
  if (call.connection == nullptr) move_waiting(call, waiting_, asking_);
  all_.fail(asking_, call);
}

void UpstreamPool::finish(UpstreamCall& call) {
  all_.finish(asking_, call);
}

void UpstreamPool::sweep(std::chrono::nanoseconds now) {
  for (auto next = connecting_.begin(); next != connecting_.end();) (next++)->sweep_connecting(now);
  const auto too_long = [&](const UpstreamConnection& connection) {
    return retired_ || now - connection.idle_since() >= peer_->settings().idle;
  };
  while (!idle_.empty() && too_long(idle_.front())) idle_.front().end();
  if (!idle_.empty() && peer_->has_starving() && !starving_ && connections() > share()) idle_.front().end();
  open_connections();
}

void UpstreamPool::expire(UpstreamCall& call) {
  const unsigned status = call.connection == nullptr ? 0 : call.connection->status();
  if (call.connection != nullptr) call.connection->end();
  fail(call, {.kind = Kind::late, .status = status});
}

bool UpstreamPool::is_pending() const noexcept {
  return starving_ || std::any_of(connecting_.begin(), connecting_.end(),
                                  [](const UpstreamConnection& connection) { return connection.is_pending(); });
}

void UpstreamPool::retire() {
  retired_ = true;
  while (!idle_.empty()) idle_.front().end();
}

void UpstreamPool::cut() {
  for (auto* list : {&connecting_, &idle_, &busy_}) {
    while (!list->empty()) list->front().end();
  }
}

void UpstreamPool::ended(UpstreamConnection& connection, UpstreamConnection::State left, bool at_once) {
  using State = UpstreamConnection::State;
  auto& from = left == State::connecting ? connecting_ : left == State::idle ? idle_ : busy_;
  ended_.splice(ended_.end(), from, connection.self());
  if (at_once) bury(connection.self());
}

void UpstreamPool::bury(UpstreamConnection::List::iterator place) {
  ended_.erase(place);
}

}  // namespace planish::net
