// Loop: ticks, and the stages of a stop: all as before, no new handshakes, listeners closed, connections closed.
#include <net/loop.hpp>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <exception>
#include <string>
#include <system_error>
#include <vector>

namespace planish::net {
namespace {

using std::chrono::milliseconds;

// Handshakes that had begun when new ones stopped have this long to complete and be accepted.
constexpr milliseconds kHandshakeGrace{50};
// When idle connections get their last look: those of long ago, those whose client may be about to ask again, which can
// be as far away as the other side of the earth, and those that have not sent a byte yet.
constexpr milliseconds kLastLookAfter{100};
constexpr milliseconds kNextRequestWithin{500};
constexpr milliseconds kFirstBytesWithin{1'000};
constexpr milliseconds kTickWhileDraining{20};

// Of the first loop, before all others are there, and a turn's time at most. To accept one connection and to answer it
// takes two.
constexpr int kHandlersAtStart = 16;

// Room for smaller answers that go with one of the largest kind.
constexpr std::size_t kOtherAnswersBytes = std::size_t{128} << 10;

// 16 hex digits that no other thread of any process has.
std::string id_prefix() {
  std::uint64_t number = 0;
  if (::getentropy(&number, sizeof number) != 0) throw std::system_error(errno, std::generic_category(), "getentropy");
  std::string out;
  for (; out.size() < 16; number >>= 4) out += "0123456789abcdef"[number & 0xF];
  return out;
}

}  // namespace

Shared::Shared(ServerOptions server, http::ServiceOptions service, telemetry::Health& phase,
               std::function<void(Notice)> on_notice, std::function<void(const http::Answered&)> on_answer)
    : options(std::move(server)),
      service_options(std::move(service)),
      notice(std::move(on_notice)),
      observer(std::move(on_answer)),
      health(phase),
      connections(options.connections_max),
      admin_connections(options.admin_connections_max),
      buffered(options.buffered_bytes_max) {}

Loop::Loop(Shared& shared, Counters& counters, Stages stages)
    : shared_(shared),
      stages_(std::move(stages)),
      transformer_(shared.options.transform_limits),
      thread_context_(shared.options.limits, kOtherAnswersBytes, shared.buffered, TickLimits(shared.options.timeouts),
                      counters, shared.notice),
      service_(shared.service_options, transformer_, shared.options.endpoints, counters, shared.health, now,
               id_prefix(), false),
      admin_service_(shared.service_options, transformer_, shared.options.endpoints, counters, shared.health, now,
                     id_prefix(), true),
      upstreams_(thread_context_, shared.upstream_peers),
      connection_set_(thread_context_, service_, shared.connections),
      admin_connection_set_(thread_context_, admin_service_, shared.admin_connections),
      ticking_(thread_context_.context.get_executor()),
      stage_(thread_context_.context.get_executor()),
      deadline_(thread_context_.context.get_executor()),
      began_(now()) {
  thread_context_.fit_answers(service_.outbox_bytes_max() + kOtherAnswersBytes);
  thread_context_.upstreams = &upstreams_;
  upstreams_.set(shared.options.endpoints);
  service_.sender().set_observer(shared.observer);
  admin_service_.sender().set_observer(shared.observer);
  relieve_pending_bytes();
}

// Also where it never ran: what waits must come back before its connection goes.
Loop::~Loop() {
  cut();
}

void Loop::listen(Descriptor socket, bool own_tcp, bool admin) {
  acceptors_.push_back(
      std::make_unique<Acceptor>(admin ? admin_connection_set_ : connection_set_, std::move(socket), own_tcp));
}

void Loop::begin() {
  on_tick();
  for (const auto& acceptor : acceptors_) acceptor->start();
}

void Loop::answer_some() {
  const std::chrono::nanoseconds until = now() + kTurnTime;
  for (int handlers = 0; handlers < kHandlersAtStart && now() < until; ++handlers) {
    if (thread_context_.context.poll_one() == 0) return;
  }
}

bool Loop::run() {
  thread_context_.context.run();
  cut();
  return complete_;
}

// Complete, cut or stopped: what is left is closed, and the waits that this cancels come back.
void Loop::cut() {
  for (const auto& acceptor : acceptors_) acceptor->cut();
  connection_set_.cut();
  admin_connection_set_.cut();
  upstreams_.cut();
  ticking_.cancel();
  stage_.cancel();
  deadline_.cancel();
  thread_context_.context.restart();
  thread_context_.context.poll();
}

void Loop::on_tick() {
  thread_context_.tick = static_cast<Tick>((now() - began_) / thread_context_.limits.tick);
  const auto wall = std::chrono::system_clock::now();
  service_.set_time(wall);
  admin_service_.set_time(wall);
  sweep();
  thread_context_.pending_bytes.sweep();
  if (thread_context_.draining) look_at_connections();
  if (complete_) return;
  after(ticking_, thread_context_.draining ? kTickWhileDraining : thread_context_.limits.tick, &Loop::on_tick);
}

// What one round leaves, the next one ends, when the others have had their turn.
void Loop::sweep() {
  const bool more = connection_set_.sweep();
  if (admin_connection_set_.sweep() || more) boost::asio::post(thread_context_.context, [this] { sweep(); });
}

void Loop::look_at_connections() {
  const std::chrono::nanoseconds elapsed = now() - closing_since_;
  bool more = false;
  if (elapsed >= kLastLookAfter) {
    for (ConnectionSet* connection_set : {&connection_set_, &admin_connection_set_}) {
      const LastLooks looks{.at_those_just_used = elapsed >= kNextRequestWithin,
                            .at_those_never_heard = elapsed >= kFirstBytesWithin};
      more = connection_set->last_look(looks) || more;
    }
  }
  if (more) boost::asio::post(thread_context_.context, [this] { look_at_connections(); });
  complete_ = connection_set_.empty() && admin_connection_set_.empty() && upstreams_.quiet();
  if (complete_) thread_context_.context.stop();
}

void Loop::after(Timer& timer, milliseconds delay, Stage stage) {
  timer.expires_after(delay);
  timer.async_wait([this, stage](const boost::system::error_code& error) {
    if (!error) (this->*stage)();
  });
}

void Loop::drain() {
  boost::asio::post(thread_context_.context, [this] {
    const Timeouts& timeouts = shared_.options.timeouts;
    after(stage_, timeouts.drain_delay, &Loop::quiesce);
    after(deadline_, timeouts.drain_delay + timeouts.shutdown, &Loop::cut_off);
  });
}

void Loop::quiesce() {
  for (const auto& acceptor : acceptors_) acceptor->quiesce();
  stages_.quiescing();
  after(stage_, kHandshakeGrace, &Loop::close_listeners);
}

void Loop::close_listeners() {
  for (const auto& acceptor : acceptors_) acceptor->finish();
  stages_.listeners_closed();
}

void Loop::close_connections() {
  boost::asio::post(thread_context_.context, [this] {
    thread_context_.draining = true;
    closing_since_ = now();
    on_tick();
  });
}

void Loop::cut_off() {
  thread_context_.notice(Notice::drain_cut);
  thread_context_.context.stop();
}

void Loop::prepare(const http::Endpoints& endpoints) {
  for (const http::Endpoint& endpoint : endpoints.all()) transformer_.prepare(endpoint.transform);
}

void Loop::set_endpoints(std::shared_ptr<const http::Endpoints> endpoints) {
  boost::asio::post(thread_context_.context, [this, endpoints = std::move(endpoints)] {
    prepare(*endpoints);
    thread_context_.fit_answers(service_.outbox_bytes_max(*endpoints) + kOtherAnswersBytes);
    service_.set_endpoints(endpoints);
    admin_service_.set_endpoints(endpoints);
    upstreams_.set(endpoints);
  });
}

void Loop::relieve_pending_bytes() {
  using Longest = PendingBytesPool::Longest;
  thread_context_.pending_bytes.on_full({.longest =
                                             [this](std::size_t wanted) {
                                               const Loop* const longest = stages_.longest_unread(wanted);
                                               if (longest == nullptr) return Longest::nobody;
                                               return longest == this ? Longest::here : Longest::elsewhere;
                                             },
                                         .here = [this](PendingBytesPool::Step step) { return relieve(step); },
                                         .elsewhere =
                                             [this](std::size_t wanted) {
                                               if (Loop* const longest = stages_.longest_unread(wanted))
                                                 longest->make_room();
                                             }});
}

bool Loop::relieve(PendingBytesPool::Step step) {
  const bool admin = admin_connection_set_.unread_since() < connection_set_.unread_since();
  // In the place of another thread's, which is slow to cut it, no young one goes.
  const auto relieved = (admin ? admin_connection_set_ : connection_set_).relieve(step.sparing, !step.elsewhere);
  if (relieved != ConnectionSet::Relieved::cut) return relieved == ConnectionSet::Relieved::wrote;
  thread_context_.notice(Notice::buffered_full);  // after it is cut: who hears of it finds the room
  thread_context_.counters.rejected(http::Rejected::buffered);
  return true;
}

// However many ask, one turn of this loop answers them all.
void Loop::make_room() noexcept {
  if (asked_for_room_.exchange(true)) return;
  try {
    boost::asio::post(thread_context_.context, [this] {
      asked_for_room_.exchange(false);  // before looking: who asks from now on is heard again
      thread_context_.pending_bytes.make_room();
    });
  } catch (const std::exception&) {  // no memory for the message: the next one who asks tries again
    asked_for_room_ = false;
  }
}

std::size_t Loop::memory_bytes_max() const {
  std::vector<Transform> transforms;
  std::size_t batch_bytes = 0;  // and as much while a reload puts others in their place
  for (const http::Endpoint& endpoint : shared_.options.endpoints->all()) {
    transforms.push_back(endpoint.transform);
    batch_bytes += 2 * transformer_.batch_bytes_max(endpoint.transform);
  }
  return kArenaBytes + thread_context_.outbox.capacity() + thread_context_.decoders.memory_bytes_max() +
         transformer_.memory_bytes_max(transforms) + batch_bytes + thread_context_.pending_bytes.bytes_max();
}

}  // namespace planish::net
