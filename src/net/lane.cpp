// Lane: admission, eviction of the longest-idle connection, sweeps.
#include <net/lane.hpp>

#include <algorithm>
#include <exception>
#include <iterator>

namespace planish::net {
namespace {

// Connections that are ended in one turn. Each takes some 20 us: an answer, a shutdown, a close.
constexpr int kEndsMax = 100;

}  // namespace

Lane::Lane(Workplace& workplace, http::Service& service, ConnectionCount& count)
    : workplace_(workplace),
      parts_{workplace.message_limits, service, workplace.decoder, workplace.outbox},
      count_(count) {}

Lane::~Lane() = default;

void Lane::admit(Descriptor socket) {
  if (!count_.join() && !(make_room() && count_.join())) {
    turn_away(std::move(socket));
    return;
  }
  try {
    add(std::move(socket), true);
  } catch (const std::exception&) {  // out of memory: the socket is closed by its owner
    workplace_.notice(Notice::accept_failed);
  }
}

void Lane::add(Descriptor socket, bool counted) {
  auto& list = counted ? idle_ : away_;
  try {
    list.emplace_back(*this, counted);
  } catch (...) {
    if (counted) count_.leave();
    throw;
  }
  workplace_.counters.connections.add();
  const Session::Place self = std::prev(list.end());
  if (counted) {
    self->start(self, std::move(socket));
  } else {
    ++away_open_;
    self->start_refused(self, std::move(socket), http::Fault::connections);
  }
}

// The longest-idle connection that has really nothing for us. Connections on which a request has arrived that was not
// read yet are not idle; a few of those may be passed over.
bool Lane::make_room() {
  constexpr int kLooksMax = 16;
  int looks = 0;
  for (Session& session : idle_) {
    if (++looks > kLooksMax) break;
    if (session.has_something_to_read()) continue;
    session.end();
    return true;
  }
  return false;
}

void Lane::turn_away(Descriptor socket) {
  workplace_.notice(Notice::connections_full);
  try {
    if (away_open_ == kTurnedAwayMax) end_longest_away();
    add(std::move(socket), false);
  } catch (const std::exception&) {
    workplace_.notice(Notice::accept_failed);
  }
}

// It has had its answer for longer than the others, and most likely read it.
void Lane::end_longest_away() {
  const auto longest =
      std::find_if(away_.begin(), away_.end(), [](const Session& session) { return !session.ended(); });
  if (longest != away_.end()) longest->end();
}

bool Lane::sweep() {
  int ended = 0;
  // In the order of their deadlines.
  for (auto* list : {&idle_, &unread_}) {
    while (!list->empty() && reached(list->front().deadline(), workplace_.tick)) {
      if (++ended > kEndsMax) return true;
      list->front().sweep();
    }
  }
  for (auto* list : {&busy_, &away_}) {
    for (auto next = list->begin(); next != list->end();) {
      Session& session = *next++;
      if (!session.timed() || !reached(session.deadline(), workplace_.tick)) continue;
      if (++ended > kEndsMax) return true;
      session.sweep();
    }
  }
  return false;
}

bool Lane::last_look(bool also_those_just_heard, bool also_those_never_heard) {
  int ended = 0;
  for (auto next = idle_.begin(); next != idle_.end();) {
    Session& session = *next++;
    if (!session.heard() ? also_those_never_heard : also_those_just_heard || session.idle_for_a_second()) {
      if (++ended > kEndsMax) return true;
      session.last_look();
    }
  }
  return false;
}

void Lane::cut() {
  for (auto* list : {&idle_, &busy_, &unread_, &away_}) {
    for (auto next = list->begin(); next != list->end();) (next++)->end();
  }
}

std::list<Session>& Lane::list_of(Session::Line line) noexcept {
  return line == Session::Line::idle ? idle_ : line == Session::Line::busy ? busy_ : unread_;
}

void Lane::move(Session::Place place, Session::Line from, Session::Line to) noexcept {
  if (from != to && (from == Session::Line::unread || to == Session::Line::unread)) {
    workplace_.buffered.add_unread(to == Session::Line::unread ? 1 : -1);
  }
  list_of(to).splice(list_of(to).end(), list_of(from), place);
}

void Lane::ended(Session& session) noexcept {
  if (session.counted()) {
    count_.leave();
  } else {
    --away_open_;
  }
  workplace_.counters.connections.subtract();
}

void Lane::bury(Session::Place place) {
  (!place->counted() ? away_ : list_of(place->line())).erase(place);
}

}  // namespace planish::net
