// One event of the request: its members in any order, its faults, and its part of the answer.
#pragma once

#include "core/canonicity.hpp"
#include "core/copy.hpp"
#include "core/fault_detail.hpp"
#include "core/timestamp_unit.hpp"
#include "core/walk.hpp"
#include "core/walk_value.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

namespace planish::core {

// What stands at `at`, of a value that has been validated.
[[nodiscard]] Found found(const char* at) noexcept;

// The name that stands at `content`, followed by a quote, without its escapes. `content` is what stands between quotes.
class PlainName {
 public:
  [[nodiscard]] const char* of(std::string_view content) noexcept;

 private:
  std::array<char, 128> buffer_{};
};

// Validates a value of no interest. Not inlined, since it is never in a hurry.
template <bool kEscapes>
[[gnu::noinline]] Index skip_value(const char* body, Index next, unsigned depth) noexcept {
  NoWatch watch;
  return walk_value<kEscapes>(body, next, depth, watch).next;
}

template <bool kEscapes, Canonical kCanonical>
class EventWalk {
 public:
  explicit EventWalk(Walk& walk) noexcept : walk_(walk), body_(walk.body.data()) {}

  // The event begins at `next`. Returns the token behind it, null where the body is no JSON.
  Index walk(Index next) noexcept;

 private:
  static constexpr unsigned kDepth = 3;  // containers around the members' values: request, events, event
  enum Known : unsigned { kNone = 0, kType = 1, kTimestamp = 2, kPayload = 4, kAll = 7 };

  // `name` is followed by a quote.
  static Known known(const char* name) noexcept {
    switch (*name) {
      case 'e':
        return stands_at(name, "event_type\"") ? kType : kNone;
      case 't':
        return stands_at(name, "timestamp\"") ? kTimestamp : kNone;
      case 'p':
        return stands_at(name, "payload\"") ? kPayload : kNone;
      default:
        return kNone;
    }
  }

  Index member(Known which, Index next) noexcept;
  Index event_type(Index next) noexcept;
  Index timestamp(Index next) noexcept;
  Index timestamp_slowly(Index next) noexcept;
  Index payload(Index next) noexcept;
  void set_timestamp(std::int64_t ms) noexcept;
  void check_event_type(std::string_view content) noexcept;
  void hash(std::string_view text) noexcept;
  void end() noexcept;
  void write() noexcept;

  // Keeps the first one.
  [[gnu::cold]] void fault(Fault fault) noexcept {
    if (faulty_) return;
    faulty_ = true;
    fault.event = walk_.events_total;
    walk_.faults.add_event(fault);
  }
  [[gnu::cold]] Index fault_and_skip(const Fault& fault, Index next) noexcept {
    this->fault(fault);
    return skip_value<kEscapes>(body_, next, kDepth);
  }

  Walk& walk_;
  const char* body_;
  unsigned seen_ = 0;
  bool faulty_ = false;
  bool type_has_escapes_ = false;
  std::string_view type_;  // as it stands in the body
  std::string_view timestamp_;
  std::size_t hash_size_ = 0;
  std::array<char, 32> timestamp_digits_;
  std::array<char, kHashBytesMax> hash_;
};

template <bool kEscapes, Canonical kCanonical>
inline Index EventWalk<kEscapes, kCanonical>::walk(Index next) noexcept {
  if (body_[*next] != '{') {
    const char* const at = body_ + *next;
    next = skip_value<kEscapes>(body_, next, kDepth - 1);
    if (next != nullptr) fault(wrong_type(Member::event, Wanted::object, found(at)));
    return next;
  }
  ++next;
  if (body_[*next] == '}') {
    end();
    return next + 1;
  }
  for (;;) {
    const char* const at = body_ + *next++;
    if (*at != '"') return nullptr;
    NoWatch watch;
    const char* const quote = walk_string<kEscapes>(at, body_ + *next, watch);
    if (kEscapes && quote == nullptr) return nullptr;
    if (body_[*next++] != ':') return nullptr;
    const char* name = at + 1;
    PlainName plain;
    if constexpr (kEscapes) name = plain.of({name, static_cast<std::size_t>(quote - name)});
    next = member(known(name), next);
    if (next == nullptr) return nullptr;
    const char c = body_[*next++];
    if (c == ',') continue;
    if (c != '}') return nullptr;
    end();
    return next;
  }
}

template <bool kEscapes, Canonical kCanonical>
inline Index EventWalk<kEscapes, kCanonical>::member(Known which, Index next) noexcept {
  if (which == kNone || faulty_) [[unlikely]]
    return skip_value<kEscapes>(body_, next, kDepth);
  if ((seen_ & which) != 0) [[unlikely]] {
    const Member twice = which == kType        ? Member::event_type
                         : which == kTimestamp ? Member::timestamp
                                               : Member::payload;
    return fault_and_skip(duplicate_member(twice), next);
  }
  seen_ |= which;
  switch (which) {
    case kType:
      return event_type(next);
    case kTimestamp:
      return timestamp(next);
    default:
      return payload(next);
  }
}

template <bool kEscapes, Canonical kCanonical>
inline Index EventWalk<kEscapes, kCanonical>::event_type(Index next) noexcept {
  const char* const at = body_ + *next;
  if (*at != '"') [[unlikely]]
    return fault_and_skip(wrong_type(Member::event_type, Wanted::string, found(at)), next);
  NoWatch watch;
  const char* const quote = walk_string<kEscapes>(at, body_ + *++next, watch);
  if (kEscapes && quote == nullptr) return nullptr;
  type_ = {at + 1, static_cast<std::size_t>(quote - at - 1)};
  if constexpr (kEscapes) type_has_escapes_ = has_escape(type_);
  if (type_has_escapes_ || walk_.options.event_types != nullptr || type_.size() - 1 >= kEventTypeBytesMax)
      [[unlikely]] {
    check_event_type(type_);
  }
  return next;
}

// Not for the common case: unescaped in the room of this event in the answer, which is still free.
template <bool kEscapes, Canonical kCanonical>
[[gnu::noinline]] void EventWalk<kEscapes, kCanonical>::check_event_type(std::string_view content) noexcept {
  if (type_has_escapes_) content = {walk_.out, unescape(content, walk_.out)};
  if (content.empty()) return fault({.code = Errc::empty_event_type, .member = Member::event_type});
  if (content.size() > kEventTypeBytesMax) {
    return fault({.code = Errc::event_type_too_long,
                  .member = Member::event_type,
                  .number = static_cast<std::int64_t>(content.size())});
  }
  const EventTypes* const allowed = walk_.options.event_types.get();
  if (allowed != nullptr && !allowed->contains(content)) {
    fault({.code = Errc::unknown_event_type, .member = Member::event_type});
  }
}

template <bool kEscapes, Canonical kCanonical>
inline Index EventWalk<kEscapes, kCanonical>::timestamp(Index next) noexcept {
  const char* const at = body_ + *next;
  const char* const end = body_ + next[1];
  const auto size = static_cast<std::size_t>(end - at);
  const bool short_integer = size >= 8 && size <= 16 && *at != '0' && all_digits8(at) && all_digits8(end - 8);
  if (!short_integer || walk_.options.timestamp_unit != TimestampUnit::ms) [[unlikely]]
    return timestamp_slowly(next);
  timestamp_ = {at, size};
  return next + 1;
}

template <bool kEscapes, Canonical kCanonical>
[[gnu::noinline]] Index EventWalk<kEscapes, kCanonical>::timestamp_slowly(Index next) noexcept {
  const char* const at = body_ + *next;
  const Found what = found(at);
  if (what != Found::integer && what != Found::string) {
    return fault_and_skip(wrong_type(Member::timestamp, Wanted::integer_or_string, what), next);
  }
  const Walked walked = [&] {
    NoWatch watch;
    return walk_value<kEscapes>(body_, next, kDepth, watch);
  }();
  if (walked.next == nullptr) return nullptr;
  if (what == Found::string) {
    std::string_view text(at + 1, static_cast<std::size_t>(walked.end - at - 2));
    if (kEscapes && has_escape(text)) text = {walk_.out, unescape(text, walk_.out)};
    const ParsedTimestamp parsed = parse_rfc3339(text);
    parsed.detail == TimestampDetail::ok ? set_timestamp(parsed.ms) : fault(bad_timestamp(parsed));
    return walked.next;
  }
  std::int64_t value = 0;
  if (std::from_chars(at, walked.end, value).ec != std::errc{}) {
    fault(out_of_range(Member::timestamp, Range::signed_64));
  } else if (const auto ms = to_milliseconds(value, walk_.options.timestamp_unit)) {
    set_timestamp(*ms);
  } else {
    fault(out_of_range(Member::timestamp, Range::milliseconds));
  }
  return walked.next;
}

template <bool kEscapes, Canonical kCanonical>
void EventWalk<kEscapes, kCanonical>::set_timestamp(std::int64_t ms) noexcept {
  char* const begin = timestamp_digits_.data();
  const char* const end = std::to_chars(begin, begin + timestamp_digits_.size(), ms).ptr;
  timestamp_ = {begin, static_cast<std::size_t>(end - begin)};
}

template <bool kEscapes, Canonical kCanonical>
inline Index EventWalk<kEscapes, kCanonical>::payload(Index next) noexcept {
  const char* const at = body_ + *next;
  if constexpr (kCanonical == Canonical::raw) {
    NoWatch watch;
    const Walked walked = walk_value<kEscapes>(body_, next, kDepth, watch);
    if (walked.next == nullptr) return nullptr;
    hash({at, static_cast<std::size_t>(walked.end - at)});
    return walked.next;
  } else {
    Canonicity canonicity(kDepth);
    const Walked walked = walk_value<kEscapes>(body_, next, kDepth, canonicity);
    if (walked.next == nullptr) return nullptr;
    const std::string_view sent(at, static_cast<std::size_t>(walked.end - at));
    Canonicity::Form form = canonicity.form();
    if (form == Canonicity::Form::canonical) {
      hash(sent);
      return walked.next;
    }
    // The room of this event in the answer is still free.
    if (form == Canonicity::Form::unordered && canonicity.write_ordered(sent, walk_.out) != 0) {
      hash({walk_.out, sent.size()});
      return walked.next;
    }
    if (walk_.canonicalizer.canonicalize(sent) == Canonicalizer::Result::ok) {
      hash(walk_.canonicalizer.text());
    } else {
      fault({.code = Errc::number_out_of_range, .member = Member::payload});
    }
    return walked.next;
  }
}

template <bool kEscapes, Canonical kCanonical>
inline void EventWalk<kEscapes, kCanonical>::hash(std::string_view text) noexcept {
  switch (walk_.options.hash) {
    case HashAlgorithm::xxh3_128:
      hash_size_ = write_hash<HashAlgorithm::xxh3_128>(text, hash_.data());
      break;
    case HashAlgorithm::xxh3_64:
      hash_size_ = write_hash<HashAlgorithm::xxh3_64>(text, hash_.data());
      break;
    case HashAlgorithm::sha256:
      hash_size_ = write_hash<HashAlgorithm::sha256>(text, hash_.data());
      break;
    case HashAlgorithm::prefix8:
      hash_size_ = write_hash<HashAlgorithm::prefix8>(text, hash_.data());
      break;
  }
}

template <bool kEscapes, Canonical kCanonical>
inline void EventWalk<kEscapes, kCanonical>::end() noexcept {
  if (seen_ != kAll && !faulty_) [[unlikely]] {
    const Member first = (seen_ & kType) == 0        ? Member::event_type
                         : (seen_ & kTimestamp) == 0 ? Member::timestamp
                                                     : Member::payload;
    fault(missing_member(first));
  }
  if (!faulty_) [[likely]]
    write();
}

template <bool kEscapes, Canonical kCanonical>
inline void EventWalk<kEscapes, kCanonical>::write() noexcept {
  char* out = copy_literal("{\"event_type\":\"", walk_.out);
  if (kEscapes && type_has_escapes_) {
    out += write_shortest(type_, out);
  } else {
    out = copy_text(type_, out);
  }
  out = copy_literal("\",\"normalized_timestamp\":", out);
  out = copy_text(timestamp_, out);
  out = copy_literal(",\"hash\":\"", out);
  out = copy_text({hash_.data(), hash_size_}, out);
  walk_.out = copy_literal("\"},", out);
}

}  // namespace planish::core
