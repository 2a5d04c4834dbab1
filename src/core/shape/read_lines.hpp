// ShapeReader's way through lines, each of which is an event.
#pragma once

#include <core/shape/shape_reader.hpp>

#include <string_view>
#include <utility>

namespace planish::core {

template <bool kEscapes, bool kFollows>
bool ShapeReader<kEscapes, kFollows>::read_lines() noexcept {
  static const EventsAt kLines{Trie::kNone, "", {}, 0};
  at_ = &kLines;
  resolver_.complete();
  resolver_.nothing_around();
  for (Index next = pass_.index.begin(); next != pass_.index.end(); ++number_) {
    const Index begin = next;
    if (number_ == pass_.events_max) too_many();
    next = event_in_line(next, 0);
    if (next == nullptr || !has_its_own_line(next)) return false;
    if (number_ < pass_.events_max) conclude(begin);
  }
  pass_.events_total = number_;
  return true;
}

// Whether the event that was read up to `next` is alone on its line. No raw line end stands inside of a string, so
// only where the walk has met white space may there be one within the event.
template <bool kEscapes, bool kFollows>
inline bool ShapeReader<kEscapes, kFollows>::has_its_own_line(Index next) noexcept {
  const std::string_view whole = resolver_.event().whole;
  const char* const end = whole.data() + whole.size();
  if (std::exchange(spaced_, false) && whole.find('\n') != whole.npos) return false;
  if (*end == '\n' || next == pass_.index.end()) return true;
  return std::string_view(end, body_ + *next).find('\n') != whole.npos;
}

}  // namespace planish::core
