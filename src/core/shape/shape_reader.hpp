// ShapeReader: reads a body by a shape that a configuration made: the walk follows the names of its pointers, and each
// event is what was found at them.
//
// One pass, as long as an event needs nothing that comes after it. The first that needs a place around the events which
// has not come yet (`^/sentAt` of a batch that ends with it) is where a second pass begins, along the same tokens, when
// the body has been read to its end.
#pragma once

#include <core/escape_cursor.hpp>
#include <core/finish_told.hpp>
#include <core/found.hpp>
#include <core/pass.hpp>
#include <core/poison.hpp>
#include <core/shape/resolver.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace planish::core {

// With `kFollows` it goes to the places of rules as well, and tells them.
template <bool kEscapes, bool kFollows>
class ShapeReader {
 public:
  explicit ShapeReader(Pass& pass) noexcept
      : pass_(pass),
        body_(pass.body.data()),
        begin_(pass.index.begin()),
        plan_(pass.plan),
        resolver_(pass),
        strings_(pass.body) {}

  // Each false where the body is no JSON or nested too deep.
  bool read() noexcept;
  bool read_lines() noexcept;

 private:
  static constexpr unsigned kOff = 0xFFFF;  // no trie is followed

  template <bool kAround>
  Index object(Index next, unsigned around, unsigned event, unsigned depth) noexcept;
  template <bool kAround>
  Index member(std::string_view name, bool is_plain, Index next, unsigned around, unsigned event,
               unsigned depth) noexcept;
  template <bool kAround>
  Index known(Index next, Trie::Node around, Trie::Node event, unsigned depth) noexcept;
  Index events(Index next, const EventsAt& at) noexcept;
  Index elements(Index next, unsigned depth) noexcept;
  Index event(Index next, unsigned depth) noexcept;
  Index event_in_line(Index next, unsigned depth) noexcept;
  Index skip_event(Index next, unsigned depth) noexcept;
  Index skip(Index next, unsigned depth) noexcept;
  bool has_its_own_line(Index next) noexcept;
  void whole_body(Index begin, Index behind) noexcept;
  void conclude(Index at) noexcept;
  void choose_events(Index behind) noexcept;
  void read_deferred() noexcept;
  void begin_again(Index next) noexcept;
  void too_many() noexcept;

  bool mark(Trie::Node node, Index next) noexcept;
  void begin_event(const Place& place, std::uint32_t number) noexcept {
    resolver_.begin(place, number);
    if constexpr (kFollows) pass_.scratch.rules->met().begin();
  }
  [[nodiscard]] std::uint32_t token(Index next) const noexcept { return static_cast<std::uint32_t>(next - begin_); }

  Pass& pass_;
  const char* const body_;
  const Index begin_;  // of the body's tokens
  const Plan& plan_;
  Resolver resolver_;
  EscapesOf<kEscapes> strings_;
  const EventsAt* at_ = nullptr;  // those that are read
  bool indexed_ = true;           // an array of them
  bool spaced_ = false;           // there was white space where an event was walked
  bool read_ = false;             // they have been read, or put off
  Index deferred_ = nullptr;      // the first event that has to wait
  std::uint32_t deferred_number_ = 0;
  std::uint32_t number_ = 0;  // of the event at hand
};

template <bool kEscapes, bool kFollows>
bool ShapeReader<kEscapes, kFollows>::read() noexcept {
  const Index begin = pass_.index.begin();
  Index next = begin;
  if (body_[*next] == '{') {
    if (plan_.takes_whole_body) begin_event({"", false}, 0);
    next = object<true>(next, Trie::kRoot, plan_.takes_whole_body ? Trie::kRoot : kOff, 1);
    if (next == nullptr) return false;
    resolver_.complete();
    pass_.has_around = true;
    choose_events(next);
  } else if (plan_.takes_whole_body) {
    resolver_.complete();
    resolver_.nothing_around();
    next = events(next, plan_.events.back());
  } else {
    next = skip(next, 0);
    if (next != nullptr) choose_events(next);
  }
  if (deferred_ != nullptr && next == pass_.index.end()) read_deferred();
  return next == pass_.index.end();
}

// `next` is the opening brace. `around` and `event`: the nodes whose names are looked for.
template <bool kEscapes, bool kFollows>
template <bool kAround>
Index ShapeReader<kEscapes, kFollows>::object(Index next, unsigned around, unsigned event, unsigned depth) noexcept {
  const char* at = body_ + *next++ + 1;
  if (*at != '"') pass_space<true>(at, body_ + *next, spaced_);
  if (*at == '}') return next + 1;
  for (;;) {
    if (*at != '"' && (!pass_space<true>(at, body_ + *next, spaced_) || *at != '"')) return nullptr;
    const char* const colon = body_ + next[1];
    const char* quote = colon - 1;
    if (!stands_at(quote, "\":")) [[unlikely]] {
      if (*colon != ':') return nullptr;
      spaced_ = true;
      quote = closing_quote(colon);
    }
    const bool is_plain = strings_.is_plain_up_to(colon);
    if (!is_plain && !strings_.pass(at, colon)) return nullptr;
    if (is_space(colon[1])) spaced_ = true;
    const std::string_view name(at + 1, static_cast<std::size_t>(quote - at - 1));
    next = member<kAround>(name, is_plain, next + 2, around, event, depth);
    if (next == nullptr) return nullptr;
    at = body_ + *next++;
    if (is_space(at[-1])) spaced_ = true;
    if (*at == '}') return next;
    if (*at != ',') return nullptr;
    ++at;
  }
}

// Without `kAround`, no names are looked for but the event's.
template <bool kEscapes, bool kFollows>
template <bool kAround>
[[gnu::always_inline]] inline Index ShapeReader<kEscapes, kFollows>::member(std::string_view name, bool is_plain,
                                                                            Index next, unsigned around, unsigned event,
                                                                            unsigned depth) noexcept {
  std::array<char, kPointerBytesMax * 6> plain;
  if (!is_plain && has_escape(name)) [[unlikely]] {
    if (name.size() > plain.size()) return skip(next, depth);
    name = {plain.data(), unescape(name, plain.data())};
  }
  const bool in_event = !kAround || event != kOff;
  const bool in_body = kAround && around != kOff;
  const Trie::Node event_node = in_event ? plan_.event_names.find(static_cast<Trie::Node>(event), name) : Trie::kNone;
  const Trie::Node body_node = in_body ? plan_.body_names.find(static_cast<Trie::Node>(around), name) : Trie::kNone;
  if ((event_node | body_node) != Trie::kNone) return known<kAround>(next, body_node, event_node, depth);
  if (body_[*next] == '"') {
    return strings_.pass(body_ + *next, body_ + next[1]) ? next + 1 : nullptr;
  }
  // Objects that only rules look into have more of them.
  if (kFollows && !is_container(body_[*next])) return skip_scalar(body_, next);
  return skip(next, depth);
}

template <bool kEscapes, bool kFollows>
template <bool kAround>
Index ShapeReader<kEscapes, kFollows>::known(Index next, Trie::Node around, Trie::Node event, unsigned depth) noexcept {
  if constexpr (!kAround) around = Trie::kNone;
  const std::uint32_t at = token(next);
  if (around != Trie::kNone && !resolver_.mark_around(around, at)) around = Trie::kNone;
  if (event != Trie::kNone && !mark(event, next)) event = Trie::kNone;
  [[maybe_unused]] const Index value = next;
  const char first = body_[*next];
  const char* end = nullptr;
  if (around != Trie::kNone && !read_ && plan_.events_rank[around] == 1 && first != 'n') {
    next = events(next, plan_.events.front());
    if (next != nullptr) end = body_ + next[-1] + 1;
  } else if (first == '{' && ((around != Trie::kNone && plan_.body_names.has_children(around)) ||
                              (event != Trie::kNone && plan_.event_names.has_children(event)))) {
    next = object<kAround>(next, around == Trie::kNone ? kOff : around, event == Trie::kNone ? kOff : event, depth + 1);
    if (next != nullptr) end = body_ + next[-1] + 1;
  } else {
    const Walked walked = walk_value<true>(body_, next, depth, strings_, spaced_);
    next = walked.next;
    end = walked.end;
  }
  if (next == nullptr) return nullptr;
  const auto behind = static_cast<std::uint32_t>(end - body_);
  if (around != Trie::kNone) resolver_.end_around(around, behind);
  if (event != Trie::kNone) resolver_.end(event, behind);
  if constexpr (kFollows) {
    if (event != Trie::kNone && plan_.followed.is_place(event)) pass_.scratch.rules->met().add(event, value, next);
  }
  return next;
}

// A place of the event: false where it was there already, which is a fault, unless it is there for the rules alone.
template <bool kEscapes, bool kFollows>
inline bool ShapeReader<kEscapes, kFollows>::mark(Trie::Node node, Index next) noexcept {
  if constexpr (kFollows) {
    if (pass_.inside.has(node) && plan_.followed.is_of_rules(node)) [[unlikely]] {
      pass_.scratch.rules->met().miss_some();
      return false;
    }
  }
  return resolver_.mark(node, token(next), *next);
}

// What stands where the shape's events are: an array, or one.
template <bool kEscapes, bool kFollows>
Index ShapeReader<kEscapes, kFollows>::events(Index next, const EventsAt& at) noexcept {
  at_ = &at;
  read_ = true;
  number_ = 0;
  indexed_ = body_[*next] == '[';
  if (indexed_) {
    if (body_[next[1]] == ']') return next + 2;
    return elements(next + 1, at.depth + 1);
  }
  pass_.events_total = 1;
  if (pass_.events_max == 0) {
    too_many();
    return skip_event(next, at.depth);
  }
  const Index begin = next;
  next = event(next, at.depth);
  if (next != nullptr) conclude(begin);
  return next;
}

template <bool kEscapes, bool kFollows>
Index ShapeReader<kEscapes, kFollows>::elements(Index next, unsigned depth) noexcept {
  for (;;) {
    const Index begin = next;
    if (number_ >= pass_.events_max) {
      if (number_ == pass_.events_max && number_ == pass_.events_total) too_many();
      next = skip_event(next, depth);
    } else if (deferred_ != nullptr) {
      next = skip_event(next, depth);
    } else {
      next = event(next, depth);
      if (next != nullptr) conclude(begin);
    }
    if (next == nullptr) return nullptr;
    if (++number_ > pass_.events_total) pass_.events_total = number_;
    const char c = body_[*next++];
    if (c == ']') return next;
    if (c != ',') return nullptr;
  }
}

template <bool kEscapes, bool kFollows>
Index ShapeReader<kEscapes, kFollows>::event(Index next, unsigned depth) noexcept {
  return event_in_line(next, depth);
}

template <bool kEscapes, bool kFollows>
[[gnu::always_inline]] inline Index ShapeReader<kEscapes, kFollows>::event_in_line(Index next,
                                                                                   unsigned depth) noexcept {
  begin_event({at_->pointer, indexed_}, number_);
  const Index at = next;
  const std::uint32_t begin = *next;
  const char first = body_[begin];
  const char* end = nullptr;
  if (first == '{') [[likely]] {
    next = object<false>(next, kOff, Trie::kRoot, depth + 1);
    if (next == nullptr) return nullptr;
    end = body_ + next[-1] + 1;
  } else if (pass_.poison.is_mark(first)) {
    resolver_.poisoned(first);
    end = body_ + begin + 1;
    ++next;
  } else {
    const Walked walked = walk_value<true>(body_, next, depth, strings_, spaced_);
    next = walked.next;
    if (next == nullptr) return nullptr;
    end = walked.end;
    resolver_.no_object(begin);
  }
  resolver_.event().whole = {body_ + begin, end};
  resolver_.event().first = at;
  if constexpr (kFollows) pass_.scratch.rules->met().end(next);
  return next;
}

template <bool kEscapes, bool kFollows>
Index ShapeReader<kEscapes, kFollows>::skip_event(Index next, unsigned depth) noexcept {
  return pass_.poison.is_mark(body_[*next]) ? next + 1 : skip(next, depth);
}

// Not inlined, since what no pointer leads to is never in a hurry.
template <bool kEscapes, bool kFollows>
[[gnu::noinline]] Index ShapeReader<kEscapes, kFollows>::skip(Index next, unsigned depth) noexcept {
  return walk_value<true>(body_, next, depth, strings_, spaced_).next;
}

// Resolves the event that was read, and finishes it, unless it has to wait.
template <bool kEscapes, bool kFollows>
void ShapeReader<kEscapes, kFollows>::conclude(Index at) noexcept {
  if (resolver_.resolve(at)) return finish_told(pass_, resolver_.event());
  deferred_ = at;
  deferred_number_ = number_;
}

// From `next` on, what has been walked is walked once more.
template <bool kEscapes, bool kFollows>
void ShapeReader<kEscapes, kFollows>::begin_again(Index next) noexcept {
  pass_.begin_source();
  strings_ = decltype(strings_)(pass_.body, *next);
}

// From the first event that had to wait.
template <bool kEscapes, bool kFollows>
void ShapeReader<kEscapes, kFollows>::read_deferred() noexcept {
  const Index begin = deferred_;
  begin_again(begin);
  deferred_ = nullptr;
  number_ = deferred_number_;
  if (indexed_) {
    static_cast<void>(elements(begin, at_->depth + 1));
  } else if (event(begin, at_->depth) != nullptr) {
    conclude(begin);
  }
}

template <bool kEscapes, bool kFollows>
void ShapeReader<kEscapes, kFollows>::too_many() noexcept {
  pass_.faults.add_request({.code = Errc::too_many_events,
                            .number = pass_.events_max,
                            .place = {at_ == nullptr ? std::string_view{} : at_->pointer}});
}

}  // namespace planish::core
