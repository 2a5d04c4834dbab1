// Upstreams: calls are made once and used again; those that failed are told when no connection's turn is under way.
#include <net/upstreams.hpp>

#include <net/clock.hpp>
#include <net/thread_context.hpp>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <exception>
#include <iterator>

namespace planish::net {
namespace {

using std::chrono::milliseconds;

// How often deadlines are looked at, while there is one: a tenth of the shortest, within these.
constexpr milliseconds kPeriodMin{5};
constexpr milliseconds kPeriodMax{100};

// Clients that are told of a failure in one turn, each at some 20 us.
constexpr int kToldMax = 100;

// What a connection to an upstream costs, with the reactor's state of its descriptor.
constexpr std::size_t kUpstreamConnectionBytes = sizeof(UpstreamConnection) + 256;
constexpr std::size_t kCallBytes = sizeof(UpstreamCall) + 64;

// Each once: endpoints may share one.
std::vector<http::UpstreamPeer> peers_of(const http::Endpoints& endpoints) {
  std::vector<http::UpstreamPeer> out;
  for (const http::Endpoint& endpoint : endpoints.all()) {
    if (endpoint.upstream == nullptr) continue;
    const http::UpstreamPeer& peer = endpoint.upstream->peer;
    if (std::find(out.begin(), out.end(), peer) == out.end()) out.push_back(peer);
  }
  return out;
}

}  // namespace

Upstreams::Upstreams(ThreadContext& thread_context, UpstreamPeers& peers)
    : thread_context_(thread_context),
      peers_(peers),
      period_(kPeriodMax),
      timer_(thread_context.context.get_executor()) {}

Upstreams::~Upstreams() = default;

void Upstreams::set(std::shared_ptr<const http::Endpoints> endpoints) {
  by_upstream_.clear();
  std::vector<std::unique_ptr<UpstreamPool>> pools;
  period_ = kPeriodMax;
  for (const http::Endpoint& endpoint : endpoints->all()) {
    if (endpoint.upstream == nullptr) continue;
    const http::UpstreamPeer& settings = endpoint.upstream->peer;
    const auto is_its = [&](const auto& pool) { return pool != nullptr && pool->peer().settings() == settings; };
    auto pool = std::find_if(pools.begin(), pools.end(), is_its);
    if (pool == pools.end()) {
      const auto known = std::find_if(pools_.begin(), pools_.end(), is_its);
      pools.push_back(known != pools_.end() ? std::move(*known)
                                            : std::make_unique<UpstreamPool>(*this, peers_.of(settings)));
      pool = std::prev(pools.end());
    }
    by_upstream_.emplace_back(endpoint.upstream.get(), pool->get());
    const milliseconds shortest = std::min({endpoint.upstream->timeout, settings.connect_timeout, settings.idle});
    period_ = std::min(period_, std::max(shortest / 10, kPeriodMin));
  }
  for (auto& pool : pools_) {
    if (pool == nullptr) continue;
    pool->retire();
    retired_.push_back(std::move(pool));
  }
  pools_ = std::move(pools);
  endpoints_.push_back({std::move(endpoints)});
  drop_paid_endpoints();
  if (!retired_.empty() && !sweeping_) wait_for_sweep(period_);
  if (!by_upstream_.empty()) thread_context_.pending_bytes.keep_more();
}

UpstreamPool* Upstreams::pool_of(const http::Upstream* upstream) const noexcept {
  for (const auto& [known, pool] : by_upstream_) {
    if (known == upstream) return pool;
  }
  return nullptr;
}

UpstreamCall* Upstreams::ask(UpstreamClient client, const http::Forward& forward) {
  try {
    if (free_.empty()) {
      free_.emplace_back();
      free_.back().self = std::prev(free_.end());
    }
  } catch (const std::exception&) {
    return nullptr;
  }
  UpstreamCall& call = free_.back();
  call.pool = pool_of(forward.upstream);
  if (call.pool == nullptr) return nullptr;
  call.client = client;
  call.connection = nullptr;
  call.owed = forward.owed;
  call.relays = forward.upstream->relays;
  call.said = {};
  call.request_bytes = forward.request.size();
  call.began = now();
  call.deadline = call.began + forward.upstream->timeout;
  deadlines_.add(call);
  bool kept = true;
  if (!call.relays) keep_answer(call, forward, kept);
  if (!kept || !call.pool->ask(free_, call, forward.request)) {
    call.due.unlink();
    call.unsent.reset();
    call.long_answer.reset();
    return nullptr;
  }
  call.owing = &endpoints_.back();
  ++call.owing->calls;
  if (!sweeping_) wait_for_sweep(period_);
  return &call;
}

void Upstreams::keep_answer(UpstreamCall& call, const http::Forward& forward, bool& kept) {
  call.short_answer_bytes = 0;
  if (forward.answer.size() > UpstreamCall::kShortAnswerBytesMax) {
    kept = thread_context_.pending_bytes.append(call.long_answer, forward.answer);
  } else {
    std::copy(forward.answer.begin(), forward.answer.end(), call.short_answer.begin());
    call.short_answer_bytes = forward.answer.size();
  }
}

// What is on its way goes on without its client; what waits is given up.
void Upstreams::leave(UpstreamCall& call) {
  call.client = {};
  if (call.failed || call.connection != nullptr) return;
  call.due.unlink();
  call.pool->leave(free_, call);
  --call.owing->calls;
  call.unsent.reset();
  call.long_answer.reset();
}

bool Upstreams::quiet() const noexcept {
  const auto is_quiet = [](const auto& pool) { return pool->quiet(); };
  return failed_.empty() && std::all_of(pools_.begin(), pools_.end(), is_quiet) &&
         std::all_of(retired_.begin(), retired_.end(), is_quiet);
}

void Upstreams::finish(UpstreamCall::List& from, UpstreamCall& call) {
  call.due.unlink();
  failed_.splice(failed_.end(), from, call.self);
  tell(call);
}

void Upstreams::fail(UpstreamCall::List& from, UpstreamCall& call) {
  call.failed = true;
  call.due.unlink();
  failed_.splice(failed_.end(), from, call.self);
  if (std::exchange(telling_, true)) return;
  boost::asio::post(thread_context_.context, [this] { tell_failed(); });
}

void Upstreams::tell_failed() {
  telling_ = false;
  for (int told = 0; !failed_.empty(); ++told) {
    if (told == kToldMax) {
      telling_ = true;
      return boost::asio::post(thread_context_.context, [this] { tell_failed(); });
    }
    tell(failed_.front());
  }
}

// The call is done with: what it says goes to its client, and its memory to the next.
void Upstreams::tell(UpstreamCall& call) {
  using Kind = http::UpstreamSaid::Kind;
  UpstreamCounters& counters = thread_context_.counters.upstream;
  switch (call.said.kind) {
    case Kind::answered:
      counters.answers[call.said.status - kUpstreamStatusMin].add();
      break;
    case Kind::no_connection:
      counters.failed(UpstreamFailure::connect);
      thread_context_.notice(Notice::upstream_away);
      break;
    case Kind::late:
      counters.failed(UpstreamFailure::timeout);
      thread_context_.notice(Notice::upstream_late);
      break;
    case Kind::broken:
      counters.failed(UpstreamFailure::broken);
      thread_context_.notice(Notice::upstream_broken);
      break;
  }
  counters.duration.record(now() - call.began);
  const UpstreamClient client = std::exchange(call.client, {});
  if (client.self != nullptr) client.answer(client.self, call.owed, call.answer(), call.said);
  call.failed = false;
  --call.owing->calls;
  call.unsent.reset();
  call.long_answer.reset();
  free_.splice(free_.end(), failed_, call.self);
}

void Upstreams::look_soon() {
  if (!sweeping_soon_) wait_for_sweep(kPeriodMin);
}

void Upstreams::wait_for_sweep(milliseconds period) {
  sweeping_ = true;
  sweeping_soon_ = period == kPeriodMin;
  timer_.expires_after(period);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) sweep();
  });
}

void Upstreams::sweep() {
  sweeping_ = sweeping_soon_ = false;
  const std::chrono::nanoseconds at = now();
  while (UpstreamCall* const late = deadlines_.late(at)) late->pool->expire(*late);
  bool any = !retired_.empty();
  bool pending = false;
  for (const auto* list : {&pools_, &retired_}) {
    for (const auto& pool : *list) {
      pool->sweep(at);
      any = any || pool->needs_sweeps();
      pending = pending || pool->is_pending();
    }
  }
  std::erase_if(retired_, [](const auto& pool) { return pool->empty(); });
  drop_paid_endpoints();
  if (any && !sweeping_soon_) wait_for_sweep(pending ? kPeriodMin : period_);
}

// A busy thread is never quiet: each goes with the last answer of its own.
void Upstreams::drop_paid_endpoints() {
  for (auto next = endpoints_.begin(); next != std::prev(endpoints_.end());) {
    next = next->calls == 0 ? endpoints_.erase(next) : std::next(next);
  }
}

void Upstreams::cut() {
  timer_.cancel();
  for (const auto* list : {&pools_, &retired_}) {
    for (const auto& pool : *list) pool->cut();
  }
}

std::size_t Upstreams::memory_bytes_max(const http::Endpoints& endpoints, std::size_t connections_max) {
  const std::vector<http::UpstreamPeer> peers = peers_of(endpoints);
  std::size_t bytes = peers.empty() ? 0 : connections_max * kCallBytes;
  for (const http::UpstreamPeer& peer : peers) bytes += peer.connections_max * kUpstreamConnectionBytes;
  return bytes;
}

std::size_t Upstreams::kernel_bytes_max(const http::Endpoints& endpoints) {
  std::size_t bytes = 0;
  for (const http::UpstreamPeer& peer : peers_of(endpoints)) {
    bytes += peer.connections_max * UpstreamConnection::kKernelBytesMax;
  }
  return bytes;
}

std::size_t Upstreams::descriptors_max(const http::Endpoints& endpoints) {
  std::size_t count = 0;
  for (const http::UpstreamPeer& peer : peers_of(endpoints)) {
    count += peer.connections_max + (UpstreamPeer(peer).is_literal() ? 0 : kDescriptorsOfALookup);
  }
  return count;
}

}  // namespace planish::net
