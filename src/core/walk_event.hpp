// One event of the request: its members in any order, its faults, and its part of the answer.
#pragma once

#include <core/check.hpp>
#include <core/copy.hpp>
#include <core/fault_detail.hpp>
#include <core/timestamp_unit.hpp>
#include <core/walk.hpp>
#include <core/walk_value.hpp>

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
  std::array<char, 128> buffer_;  // written before it is read; zeroing it would cost each request
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
  explicit EventWalk(Walk& walk) noexcept
      : walk_(walk),
        body_(walk.body.data()),
        event_types_(walk.options.event_types.get()),
        unchecked_type_max_(event_types_ == nullptr ? kEventTypeBytesMax : 0),
        hash_algorithm_(walk.options.hash),
        copies_timestamps_(walk.options.timestamp_unit == TimestampUnit::ms) {}

  // The event begins at `next`. Returns the token behind it, null where the body is no JSON.
  Index walk(Index next) noexcept;

 private:
  static constexpr std::size_t kTimestampBytesMax = 24;  // 20, but this copies faster
  static constexpr unsigned kDepth = 3;  // containers around the members' values: request, events, event
  enum Name : unsigned { kOther = 0, kType = 1, kTimestamp = 2, kPayload = 4, kEmptyObject = 8, kNotJson = 16 };
  static constexpr unsigned kAll = kType | kTimestamp | kPayload;

  static Name compact_name(const char* at) noexcept;
  Name any_name(Index next) noexcept;
  Index value(Name name, Index next) noexcept;
  Index twice(Name name, Index next) noexcept;
  Index event_type(Index next) noexcept;
  Index timestamp(Index next) noexcept;
  Index timestamp_slowly(Index next) noexcept;
  Index payload(Index next) noexcept;
  void set_timestamp(std::int64_t ms) noexcept;
  void check_event_type(std::string_view content) noexcept;
  void hash(std::string_view text) noexcept;
  void miss(unsigned seen) noexcept;
  void write() noexcept;

  // Text of the body is unescaped, put in order and written in the room that is left. The events that came before took
  // no more of it than their own text and kEventBytesMax each, so there is always as much as the body has left; see
  // Transformer::answer_bytes_max().
  void check_room(std::size_t bytes) const noexcept {
    check(bytes + kWalkSlack <= static_cast<std::size_t>(walk_.out_end - walk_.out));
  }

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
  const char* const body_;
  const EventTypes* const event_types_;
  const std::size_t unchecked_type_max_;  // bytes of an event type that is taken without a further look
  const HashAlgorithm hash_algorithm_;
  const bool copies_timestamps_;

  // Of the event at hand. What has not been seen is not set.
  bool faulty_;
  bool type_has_escapes_;
  std::size_t type_size_;
  const char* type_;  // as it stands in the body
  std::size_t timestamp_size_;
  const char* timestamp_;
  std::size_t hash_size_;
  std::array<char, kTimestampBytesMax> timestamp_digits_;
  std::array<char, kHashBytesMax> hash_;
};

template <bool kEscapes, Canonical kCanonical>
[[gnu::always_inline]] inline Index EventWalk<kEscapes, kCanonical>::walk(Index next) noexcept {
  faulty_ = false;
  unsigned seen = 0;
  if (body_[*next] != '{') [[unlikely]] {
    const char* const at = body_ + *next;
    next = skip_value<kEscapes>(body_, next, kDepth - 1);
    if (next != nullptr) fault(wrong_type(Member::event, Wanted::object, found(at)));
    return next;
  }
  // Here `next` is the brace or a comma, and then come the name, a colon, and the value.
  for (;;) {
    Name name = compact_name(body_ + *next);
    if (name == kOther) [[unlikely]] {
      name = any_name(next);
      if (name == kNotJson) return nullptr;
      if (name == kEmptyObject) {
        miss(0);
        return next + 2;
      }
    }
    if ((seen & name) != 0) [[unlikely]] {
      next = twice(name, next + 3);
    } else {
      seen |= name;
      next = value(name, next + 3);
    }
    if (next == nullptr) return nullptr;
    const char c = body_[*next];
    if (c == ',') continue;
    if (c != '}') return nullptr;
    if (seen != kAll) [[unlikely]] {
      miss(seen);
    } else if (!faulty_) [[likely]] {
      write();
    }
    return next + 1;
  }
}

// The name behind the brace or comma at `at`, if it is a known one and nothing but JSON's own characters is around it.
template <bool kEscapes, Canonical kCanonical>
inline auto EventWalk<kEscapes, kCanonical>::compact_name(const char* at) noexcept -> Name {
  switch (at[2]) {
    case 'e':
      return stands_at(at + 1, "\"event_type\":") ? kType : kOther;
    case 't':
      return stands_at(at + 1, "\"timestamp\":") ? kTimestamp : kOther;
    case 'p':
      return stands_at(at + 1, "\"payload\":") ? kPayload : kOther;
    default:
      return kOther;
  }
}

template <bool kEscapes, Canonical kCanonical>
[[gnu::noinline]] auto EventWalk<kEscapes, kCanonical>::any_name(Index next) noexcept -> Name {
  const char* const at = body_ + next[1];
  if (*at == '}' && body_[*next] == '{') return kEmptyObject;
  NoWatch watch;
  if (*at != '"' || !walk_string<kEscapes>(at, body_ + next[2], watch) || body_[next[2]] != ':') return kNotJson;
  PlainName plain;
  const char* const name = plain.of(string_content(at, body_ + next[2]));
  if (stands_at(name, "event_type\"")) return kType;
  if (stands_at(name, "timestamp\"")) return kTimestamp;
  return stands_at(name, "payload\"") ? kPayload : kOther;
}

template <bool kEscapes, Canonical kCanonical>
[[gnu::noinline]] Index EventWalk<kEscapes, kCanonical>::twice(Name name, Index next) noexcept {
  const Member place = name == kType ? Member::event_type : name == kTimestamp ? Member::timestamp : Member::payload;
  return fault_and_skip(duplicate_member(place), next);
}

template <bool kEscapes, Canonical kCanonical>
[[gnu::always_inline]] inline Index EventWalk<kEscapes, kCanonical>::value(Name name, Index next) noexcept {
  switch (name) {
    case kType:
      return event_type(next);
    case kTimestamp:
      return timestamp(next);
    case kPayload:
      return payload(next);
    default:
      return skip_value<kEscapes>(body_, next, kDepth);
  }
}

template <bool kEscapes, Canonical kCanonical>
[[gnu::always_inline]] inline Index EventWalk<kEscapes, kCanonical>::event_type(Index next) noexcept {
  const char* const at = body_ + *next;
  if (*at != '"') [[unlikely]]
    return fault_and_skip(wrong_type(Member::event_type, Wanted::string, found(at)), next);
  NoWatch watch;
  if (!walk_string<kEscapes>(at, body_ + *++next, watch)) return nullptr;
  const std::string_view content = string_content(at, body_ + *next);
  type_ = content.data();
  type_size_ = content.size();
  bool is_plain = content.size() - 1 < unchecked_type_max_;
  if constexpr (kEscapes) {
    type_has_escapes_ = has_escape(content);
    is_plain = is_plain && !type_has_escapes_;
  }
  if (!is_plain) [[unlikely]]
    check_event_type(content);
  return next;
}

// Not for the common case: unescaped in the room of this event in the answer, which is still free.
template <bool kEscapes, Canonical kCanonical>
[[gnu::noinline]] void EventWalk<kEscapes, kCanonical>::check_event_type(std::string_view content) noexcept {
  if (kEscapes && type_has_escapes_) {
    check_room(content.size());
    content = {walk_.out, unescape(content, walk_.out)};
  }
  if (content.empty()) return fault({.code = Errc::empty_event_type, .member = Member::event_type});
  if (content.size() > kEventTypeBytesMax) {
    return fault({.code = Errc::event_type_too_long,
                  .member = Member::event_type,
                  .number = static_cast<std::int64_t>(content.size())});
  }
  if (event_types_ != nullptr && !event_types_->contains(content)) {
    fault({.code = Errc::unknown_event_type, .member = Member::event_type});
  }
}

template <bool kEscapes, Canonical kCanonical>
[[gnu::always_inline]] inline Index EventWalk<kEscapes, kCanonical>::timestamp(Index next) noexcept {
  const char* const at = body_ + *next;
  const char* const end = body_ + next[1];
  const auto size = static_cast<std::size_t>(end - at);
  const bool is_plain = size - 8 <= 8 && *at != '0' && are_digits(at, size) && copies_timestamps_;
  if (!is_plain) [[unlikely]]
    return timestamp_slowly(next);
  timestamp_ = at;
  timestamp_size_ = size;
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
    if (kEscapes && has_escape(text)) {
      check_room(text.size());
      text = {walk_.out, unescape(text, walk_.out)};
    }
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
  timestamp_ = begin;
  timestamp_size_ = static_cast<std::size_t>(end - begin);
}

template <bool kEscapes, Canonical kCanonical>
[[gnu::always_inline]] inline Index EventWalk<kEscapes, kCanonical>::payload(Index next) noexcept {
  if constexpr (kCanonical == Canonical::raw) {
    const char* const at = body_ + *next;
    NoWatch watch;
    const Walked walked = walk_value<kEscapes>(body_, next, kDepth, watch);
    if (walked.next == nullptr) return nullptr;
    hash({at, static_cast<std::size_t>(walked.end - at)});
    return walked.next;
  } else {
    next = walk_.form.walk(walk_.source, next, kDepth);
    if (next == nullptr) return nullptr;
    if (const std::string_view text = walk_.form.text(); !text.empty()) [[likely]] {
      hash(text);
    } else {
      fault({.code = Errc::number_out_of_range, .member = Member::payload});
    }
    return next;
  }
}

template <bool kEscapes, Canonical kCanonical>
[[gnu::always_inline]] inline void EventWalk<kEscapes, kCanonical>::hash(std::string_view text) noexcept {
  if (hash_algorithm_ == HashAlgorithm::xxh3_128) {
    hash_size_ = write_hash<HashAlgorithm::xxh3_128>(text, hash_.data());
  } else if (hash_algorithm_ == HashAlgorithm::xxh3_64) {
    hash_size_ = write_hash<HashAlgorithm::xxh3_64>(text, hash_.data());
  } else {
    hash_size_ = write_hash(hash_algorithm_, text, hash_.data());
  }
}

// The end of an event that has only these members.
template <bool kEscapes, Canonical kCanonical>
[[gnu::noinline]] void EventWalk<kEscapes, kCanonical>::miss(unsigned seen) noexcept {
  if ((seen & kType) == 0) return fault(missing_member(Member::event_type));
  if ((seen & kTimestamp) == 0) return fault(missing_member(Member::timestamp));
  fault(missing_member(Member::payload));
}

template <bool kEscapes, Canonical kCanonical>
[[gnu::always_inline]] inline void EventWalk<kEscapes, kCanonical>::write() noexcept {
  check_room(kEventBytesMax + type_size_);
  char* out = copy_literal<"{\"event_type\":\"">(walk_.out);
  if (kEscapes && type_has_escapes_) {
    out += write_shortest({type_, type_size_}, out);
  } else {
    out = copy_text({type_, type_size_}, out);
  }
  out = copy_literal<"\",\"normalized_timestamp\":">(out);
  std::memcpy(out, timestamp_, kTimestampBytesMax);
  out = copy_literal<",\"hash\":\"">(out + timestamp_size_);
  std::memcpy(out, hash_.data(), kHashBytesMax / 2);
  if (hash_size_ > kHashBytesMax / 2) {
    std::memcpy(out + kHashBytesMax / 2, hash_.data() + kHashBytesMax / 2, kHashBytesMax / 2);
  }
  walk_.out = copy_literal<"\"},">(out + hash_size_);
}

}  // namespace planish::core
