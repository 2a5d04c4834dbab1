// ConnectionSet: admission, eviction of the longest-idle connection, sweeps.
#include <net/connection_set.hpp>

#include <algorithm>
#include <exception>
#include <iterator>

namespace planish::net {
namespace {

// Connections that are ended in one turn. Each takes some 20 us: an answer, a shutdown, a close.
constexpr int kEndsMax = 100;

}  // namespace

ConnectionSet::ConnectionSet(ThreadContext& thread_context, http::Service& service, ConnectionCount& count)
    : thread_context_(thread_context),
      parts_{thread_context.message_limits, service, thread_context.decoders, thread_context.outbox},
      count_(count) {}

ConnectionSet::~ConnectionSet() = default;

void ConnectionSet::admit(Descriptor socket) {
  if (!count_.join() && !(make_room() && count_.join())) {
    turn_away(std::move(socket));
    return;
  }
  try {
    add(std::move(socket), true);
  } catch (const std::exception&) {  // out of memory: the socket is closed by its owner
    thread_context_.notice(Notice::accept_failed);
  }
}

void ConnectionSet::add(Descriptor socket, bool counted) {
  auto& list = counted ? idle_ : away_;
  try {
    list.emplace_back(*this, counted);
  } catch (...) {
    if (counted) count_.leave();
    throw;
  }
  thread_context_.counters.connections.add();
  const Connection::Place self = std::prev(list.end());
  if (counted) {
    self->start(self, std::move(socket));
  } else {
    ++away_open_;
    self->start_refused(self, std::move(socket), http::Fault::connections);
  }
  erase_if_gone(*self);
}

// One that was left with its last answer, if its peer has all of that by now: no event tells it, and the next tick is
// far away for who is to be turned away meanwhile. Else the longest-idle connection that has really nothing for us.
// Connections on which a request has arrived that was not read yet are not idle; a few of those may be passed over.
bool ConnectionSet::make_room() {
  for (std::size_t left = std::min<std::size_t>(kLooksMax, leaving_.size()); left > 0; --left) {
    Connection& connection = leaving_.front();
    if (connection.has_taken_all()) {
      connection.end();
      erase_if_gone(connection);
      return true;
    }
    leaving_.splice(leaving_.end(), leaving_, leaving_.begin());  // others are looked at for the next one
  }
  int looks = 0;
  for (Connection& connection : idle_) {
    if (++looks > kLooksMax) break;
    if (connection.has_something_to_read()) continue;
    connection.end();
    erase_if_gone(connection);
    return true;
  }
  return false;
}

void ConnectionSet::turn_away(Descriptor socket) {
  thread_context_.notice(Notice::connections_full);
  try {
    if (away_open_ == kTurnedAwayMax) end_longest_away();
    add(std::move(socket), false);
  } catch (const std::exception&) {
    thread_context_.notice(Notice::accept_failed);
  }
}

// It has had its answer for longer than the others, and most likely read it.
void ConnectionSet::end_longest_away() {
  const auto longest =
      std::find_if(away_.begin(), away_.end(), [](const Connection& connection) { return !connection.ended(); });
  if (longest == away_.end()) return;
  longest->end();
  erase_if_gone(*longest);
}

ConnectionSet::Relieved ConnectionSet::relieve(bool sparing, bool young_too) {
  if (unread_.empty()) return Relieved::nobody;
  Connection& longest = unread_.front();
  if (sparing && longest.has_taken_all() && longest.write_some()) return Relieved::wrote;
  if (!young_too && is_young(longest.unread(), now())) return Relieved::nobody;
  cut(longest);
  return Relieved::cut;
}

bool ConnectionSet::sweep() {
  int ended = 0;
  // In the order of their deadlines.
  for (auto* list : {&idle_, &unread_}) {
    while (!list->empty() && list->front().waiting().late(thread_context_.tick) != Late::never) {
      if (++ended > kEndsMax) return true;
      Connection& connection = list->front();
      connection.sweep();
      erase_if_gone(connection);
    }
  }
  for (auto* list : {&busy_, &leaving_, &away_}) {
    for (auto next = list->begin(); next != list->end();) {
      Connection& connection = *next++;
      if (connection.waiting().late(thread_context_.tick) == Late::never) continue;
      if (++ended > kEndsMax) return true;
      connection.sweep();
      erase_if_gone(connection);
    }
  }
  return false;
}

bool ConnectionSet::last_look(LastLooks looks) {
  int ended = 0;
  for (auto next = idle_.begin(); next != idle_.end();) {
    Connection& connection = *next++;
    const bool idle = connection.waiting().idle_for_a_second(thread_context_.tick, thread_context_.limits);
    if (!looks.are_at(connection.heard(), idle)) continue;
    if (++ended > kEndsMax) return true;
    connection.last_look();
    erase_if_gone(connection);
  }
  return false;
}

void ConnectionSet::cut() {
  for (auto* list : {&idle_, &busy_, &unread_, &leaving_, &away_}) {
    for (auto next = list->begin(); next != list->end();) {
      Connection& connection = *next++;
      connection.end();
      erase_if_gone(connection);
    }
  }
}

std::list<Connection>& ConnectionSet::list_of(Line line) noexcept {
  switch (line) {
    case Line::idle:
      return idle_;
    case Line::unread:
      return unread_;
    case Line::leaving:
      return leaving_;
    case Line::busy:
      break;
  }
  return busy_;
}

void ConnectionSet::move(Connection::Place place, Line from, Line to) noexcept {
  list_of(to).splice(list_of(to).end(), list_of(from), place);
  if (from != Line::unread && to != Line::unread) return;
  if (!unread_.empty()) longest_unread_.store(unread_.front().unread(), std::memory_order_relaxed);
  const auto since = unread_.empty() ? kNobody : unread_.front().not_taken_since();
  unread_since_.store(since.count(), std::memory_order_release);  // who sees that nobody is left sees the room
}

void ConnectionSet::ended(Connection& connection) noexcept {
  if (connection.counted()) {
    count_.leave();
  } else {
    --away_open_;
  }
  thread_context_.counters.connections.subtract();
}

void ConnectionSet::ready(Connection& connection) {
  connection.on_ready();
  erase_if_gone(connection);
}

void ConnectionSet::answer(Connection& connection, const http::Owed& owed, std::string_view answer,
                           const http::UpstreamSaid& said) {
  connection.answer(owed, answer, said);
  erase_if_gone(connection);
}

void ConnectionSet::cut(Connection& connection) {
  connection.cut();
  erase_if_gone(connection);
}

void ConnectionSet::erase_if_gone(Connection& connection) {
  if (!connection.gone()) return;
  (!connection.counted() ? away_ : list_of(connection.line())).erase(connection.place());
}

}  // namespace planish::net
