// ShapeReader's choice of what the events of a body are, where its walk has not met them at the first place.
#pragma once

#include <core/shape/shape_reader.hpp>

namespace planish::core {

// The body is read: where are its events, if they have not been read yet?
template <bool kEscapes, bool kFollows>
void ShapeReader<kEscapes, kFollows>::choose_events(Index behind) noexcept {
  if (read_) return;
  for (const EventsAt& at : plan_.events) {
    if (at.node == Trie::kNone) return whole_body(pass_.index.begin(), behind);
    if (!resolver_.has_around(at.node)) continue;
    const Index found = pass_.index.begin() + resolver_.around(at.node).token;
    if (body_[*found] == 'n') continue;
    begin_again(found);
    static_cast<void>(events(found, at));
    return;
  }
  pass_.faults.add_request(missing_member({plan_.events.front().pointer}));
}

// The body is the event, and has been followed as one.
template <bool kEscapes, bool kFollows>
void ShapeReader<kEscapes, kFollows>::whole_body(Index begin, Index behind) noexcept {
  pass_.events_total = 1;
  if (pass_.events_max == 0) return too_many();
  resolver_.nothing_around();
  pass_.has_around = false;
  resolver_.event().whole = {body_ + *begin, body_ + behind[-1] + 1};
  resolver_.event().first = begin;
  if constexpr (kFollows) pass_.scratch.rules->met().end(behind);
  conclude(begin);
}

}  // namespace planish::core
