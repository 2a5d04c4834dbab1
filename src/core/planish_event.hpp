// The reader of section 1's event, whose names the compiler knows: members in any order, into an Event.
#pragma once

#include <core/batched.hpp>
#include <core/digits.hpp>
#include <core/escape_cursor.hpp>
#include <core/fault_detail.hpp>
#include <core/found.hpp>
#include <core/pass.hpp>
#include <core/planish_record.hpp>
#include <core/planish_time.hpp>
#include <core/walk_value.hpp>

#include <cstdint>

namespace planish::core {

template <bool kEscapes, Canonical kCanonical, Reading kReading>
class PlanishEvent {
 public:
  explicit PlanishEvent(Pass& pass) noexcept
      : pass_(pass),
        body_(pass.body.data()),
        copies_timestamps_(pass.plan.options.timestamp_unit == TimestampUnit::ms),
        strings_(pass.body) {
    pass.attention = pass.plan.stages_size != 0 ? unsigned{kJudged} : 0;
    event_.type_place = kType;
    event_.payload_place = kPayload;
    event_.type_has_escapes = false;
    if constexpr (kReading == Reading::told) {
      event_.time_stays = true;
      event_.user = event_.id = event_.trace = {};
    }
  }

  // The event of this number begins at `next`. Returns the token after it, null where the body is no JSON.
  Index read(Index next, std::uint32_t number) noexcept;

  // After read(): valid until the next. `type`, `ms` and `hashed` are set, where it has no fault, or if told all it
  // says.
  [[nodiscard]] Event& event() noexcept { return event_; }

  // Why to look at an event that has no fault: there are stages; there is a batch, whose record of it, or of one before
  // it, is not easily made.
  enum Attention : unsigned { kJudged = 2, kNotPlain = 4 };
  [[nodiscard]] unsigned attention() const noexcept { return pass_.attention; }

  [[nodiscard]] auto& record() noexcept { return record_; }
  // The event that was read up to `behind` is plain: its record is done.
  [[gnu::always_inline]] void end_record(Index behind) noexcept {
    record_.set_end(behind[-1] + 1);  // with its brace
    record_.set_payload(*event_.payload_first, payload_end(event_.payload_end));
  }

 private:
  static constexpr unsigned kDepth = PlanishTime::kDepth;
  enum Name : unsigned { kOther = 0, kTypeName = 1, kTimeName = 2, kPayloadName = 4, kEmptyObject = 8, kNotJson = 16 };
  static constexpr unsigned kAll = kTypeName | kTimeName | kPayloadName;

  static constexpr Place kType{"/events", true, "/event_type"};
  static constexpr Place kTime = PlanishTime::kPlace;
  static constexpr Place kPayload{"/events", true, "/payload"};

  static Name compact_name(const char* at) noexcept;
  Name any_name(Index next) noexcept;
  Index value(Name name, Index next) noexcept;
  Index twice(Name name, Index next) noexcept;
  Index event_type(Index next) noexcept;
  Index timestamp(Index next) noexcept;
  Index timestamp_slowly(Index next) noexcept;
  Index payload(Index next) noexcept;
  Index no_object(Index next) noexcept;
  void check_event_type(std::string_view content) noexcept;
  void miss(unsigned seen) noexcept;

  // Of a payload that is followed by the token at `behind`.
  [[nodiscard]] std::uint32_t payload_end(std::uint32_t behind) const noexcept {
    return ends_with_space(behind) ? without_space(behind) : behind;
  }
  [[nodiscard]] bool ends_with_space(std::size_t end) const noexcept {
    return static_cast<unsigned char>(body_[end - 1]) <= ' ';
  }
  [[nodiscard]] [[gnu::cold]] [[gnu::noinline]] std::uint32_t without_space(std::uint32_t end) const noexcept {
    while (ends_with_space(end)) --end;
    return end;
  }
  // This event is not plain.
  void look_at_all() noexcept {
    if (kReading != Reading::told && pass_.batched != nullptr) pass_.attention |= kNotPlain;
  }
  [[nodiscard]] FaultRank rank(Index next) const noexcept { return *next; }
  [[nodiscard]] FaultRank type_rank() const noexcept { return core::type_rank(event_, body_); }
  [[gnu::cold]] void fault(Fault fault, FaultRank rank) noexcept {
    fault.event = event_.index;
    event_.refuse(fault, rank);
  }
  [[gnu::cold]] Index fault_and_skip(const Fault& fault, Index next) noexcept {
    this->fault(fault, rank(next));
    return skip_value<kEscapes>(body_, next, kDepth);
  }

  Pass& pass_;
  const char* const body_;
  const bool copies_timestamps_;
  EscapesOf<kEscapes && kCanonical == Canonical::raw> strings_;  // of payloads that no canonical form looks into
  [[no_unique_address]] PlanishRecord<kReading> record_;
  Event event_;  // what has not been seen of the event at hand is not set
};

template <bool kEscapes, Canonical kCanonical, Reading kReading>
[[gnu::always_inline]] inline Index PlanishEvent<kEscapes, kCanonical, kReading>::read(Index next,
                                                                                       std::uint32_t number) noexcept {
  event_.index = number;
  event_.faulty = false;
  if constexpr (kReading == Reading::told) {
    event_.whole = {body_ + *next, 1};
    event_.first = next;
  }
  record_.begin(next);
  unsigned seen = 0;
  if (body_[*next] != '{') [[unlikely]]
    return no_object(next);
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
    if (seen != kAll) [[unlikely]]
      miss(seen);
    if constexpr (kReading == Reading::told) event_.whole = {event_.whole.data(), body_ + *next + 1};
    return next + 1;
  }
}

// The name after the brace or comma at `at`, if it is a known one and nothing but JSON's own characters is around it.
template <bool kEscapes, Canonical kCanonical, Reading kReading>
inline auto PlanishEvent<kEscapes, kCanonical, kReading>::compact_name(const char* at) noexcept -> Name {
  switch (at[2]) {
    case 'e':
      return stands_at(at + 1, "\"event_type\":") ? kTypeName : kOther;
    case 't':
      return stands_at(at + 1, "\"timestamp\":") ? kTimeName : kOther;
    case 'p':
      return stands_at(at + 1, "\"payload\":") ? kPayloadName : kOther;
    default:
      return kOther;
  }
}

template <bool kEscapes, Canonical kCanonical, Reading kReading>
[[gnu::noinline]] auto PlanishEvent<kEscapes, kCanonical, kReading>::any_name(Index next) noexcept -> Name {
  const char* const at = body_ + next[1];
  if (*at == '}' && body_[*next] == '{') return kEmptyObject;
  if (*at != '"' || !walk_string<kEscapes>(at, body_ + next[2]) || body_[next[2]] != ':') return kNotJson;
  const char* name = at + 1;
  [[maybe_unused]] PlainName plain;
  if constexpr (kEscapes) name = plain.of(string_content(at, body_ + next[2]));
  if (kEscapes && name != at + 1) look_at_all();
  if (stands_at(name, "event_type\"")) return kTypeName;
  if (stands_at(name, "timestamp\"")) return kTimeName;
  if (stands_at(name, "payload\"")) return kPayloadName;
  look_at_all();
  return kOther;
}

template <bool kEscapes, Canonical kCanonical, Reading kReading>
[[gnu::noinline]] Index PlanishEvent<kEscapes, kCanonical, kReading>::no_object(Index next) noexcept {
  event_.type = {};
  const char first = body_[*next];
  if (pass_.poison.is_mark(first)) {
    const std::int64_t offset = pass_.next_poison_offset();
    const bool too_deep = first == kTooDeepMark;
    fault({.code = too_deep ? Errc::too_deep : Errc::not_json,
           .number = too_deep ? kDepthMax : offset,
           .place = {"/events", true}},
          rank(next));
    return next + 1;
  }
  fault(wrong_type({"/events", true, ""}, Wanted::object, found(body_ + *next)), rank(next));
  return skip_value<kEscapes>(body_, next, kDepth - 1);
}

template <bool kEscapes, Canonical kCanonical, Reading kReading>
[[gnu::noinline]] Index PlanishEvent<kEscapes, kCanonical, kReading>::twice(Name name, Index next) noexcept {
  const Place& place = name == kTypeName ? kType : name == kTimeName ? kTime : kPayload;
  return fault_and_skip(duplicate_member(place), next);
}

template <bool kEscapes, Canonical kCanonical, Reading kReading>
[[gnu::always_inline]] inline Index PlanishEvent<kEscapes, kCanonical, kReading>::value(Name name,
                                                                                        Index next) noexcept {
  switch (name) {
    case kTypeName:
      return event_type(next);
    case kTimeName:
      return timestamp(next);
    case kPayloadName:
      return payload(next);
    default:
      return skip_value<kEscapes>(body_, next, kDepth);
  }
}

template <bool kEscapes, Canonical kCanonical, Reading kReading>
[[gnu::always_inline]] inline Index PlanishEvent<kEscapes, kCanonical, kReading>::event_type(Index next) noexcept {
  const char* const at = body_ + *next;
  if (*at != '"') [[unlikely]] {
    event_.type = {};
    return fault_and_skip(wrong_type(kType, Wanted::string, found(at)), next);
  }
  const std::string_view content = string_content(at, body_ + *++next);
  event_.type = content;
  record_.set_type(content);
  bool is_plain = content.size() - 1 < kEventTypeBytesMax;
  if constexpr (kEscapes) {
    event_.type_has_escapes = false;
    // Where payloads have passed all backslashes so far, the next one tells of this string as well.
    if (kCanonical == Canonical::raw ? !strings_.is_plain_up_to(body_ + *next) : pass_.source.backslash() < *next) {
      event_.type_has_escapes = has_escape(content);
      if (event_.type_has_escapes && !has_valid_escapes(content)) return nullptr;
      is_plain = is_plain && !event_.type_has_escapes;
      if (event_.type_has_escapes) look_at_all();
    }
  }
  if (!is_plain) [[unlikely]]
    check_event_type(content);
  return next;
}

template <bool kEscapes, Canonical kCanonical, Reading kReading>
[[gnu::noinline]] void PlanishEvent<kEscapes, kCanonical, kReading>::check_event_type(
    std::string_view content) noexcept {
  if (kEscapes && event_.type_has_escapes) content = unescaped(content, pass_.scratch.bytes);
  if (content.empty()) return fault({.code = Errc::empty_event_type, .place = kType}, type_rank());
  if (content.size() > kEventTypeBytesMax) {
    fault({.code = Errc::event_type_too_long, .number = static_cast<std::int64_t>(content.size()), .place = kType},
          type_rank());
  }
}

template <bool kEscapes, Canonical kCanonical, Reading kReading>
[[gnu::always_inline]] inline Index PlanishEvent<kEscapes, kCanonical, kReading>::timestamp(Index next) noexcept {
  const char* const at = body_ + *next;
  const char* const end = body_ + next[1];
  const auto size = static_cast<std::size_t>(end - at);
  Digits digits;
  // In front of them are the event's brace, the name, the member events: more than 16 bytes.
  const bool is_plain = size - 8 <= 8 && *at != '0' && load_digits(at, size, digits) && copies_timestamps_;
  if (!is_plain) [[unlikely]]
    return timestamp_slowly(next);
  record_.set_time(digits);
  event_.ms = {at, size};
  return next + 1;
}

template <bool kEscapes, Canonical kCanonical, Reading kReading>
[[gnu::always_inline]] inline Index PlanishEvent<kEscapes, kCanonical, kReading>::timestamp_slowly(
    Index next) noexcept {
  look_at_all();
  return PlanishTime::read(pass_, event_, next);
}

template <bool kEscapes, Canonical kCanonical, Reading kReading>
[[gnu::always_inline]] inline Index PlanishEvent<kEscapes, kCanonical, kReading>::payload(Index next) noexcept {
  if constexpr (kCanonical == Canonical::raw) {
    const char* const at = body_ + *next;
    const Walked walked = walk_value(body_, next, kDepth, strings_);
    if (walked.next == nullptr) return nullptr;
    event_.payload_first = next;
    event_.payload_end = *walked.next;
    event_.hashed = {at, static_cast<std::size_t>(walked.end - at)};
    if constexpr (kReading == Reading::told) event_.payload = event_.hashed;
    return walked.next;
  } else {
    const Index behind = pass_.form.template walk<kEscapes>(next, kDepth, event_.hashed);
    if (behind == nullptr) return nullptr;
    event_.payload_first = next;
    event_.payload_end = *behind;
    if (event_.hashed.empty()) [[unlikely]]
      fault({.code = Errc::number_out_of_range, .place = kPayload}, rank(next));
    if constexpr (kReading == Reading::told) event_.payload = {body_ + *next, body_ + payload_end(*behind)};
    return behind;
  }
}

// The end of an event that has only these members.
template <bool kEscapes, Canonical kCanonical, Reading kReading>
[[gnu::noinline]] void PlanishEvent<kEscapes, kCanonical, kReading>::miss(unsigned seen) noexcept {
  if ((seen & kTypeName) == 0) event_.type = {};
  const Place& place = (seen & kTypeName) == 0 ? kType : (seen & kTimeName) == 0 ? kTime : kPayload;
  fault(missing_member(place), kRankMissing);
}

}  // namespace planish::core
