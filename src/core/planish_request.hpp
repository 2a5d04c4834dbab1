// The reader of section 1's request: its members in any order, and its faults.
#pragma once

#include <core/batched.hpp>
#include <core/finish_told.hpp>
#include <core/planish_event.hpp>
#include <core/results.hpp>

#include <cstdint>

namespace planish::core {

template <bool kEscapes, Canonical kCanonical, Reading kReading>
class PlanishRequest {
 public:
  explicit PlanishRequest(Pass& pass) noexcept : pass_(pass), body_(pass.body.data()) {}

  // False where the body is no JSON or nested too deep.
  bool read() noexcept;

 private:
  static constexpr unsigned kDepth = 1;  // containers around the members' values

  enum Known : unsigned { kNone = 0, kUserId = 1, kEvents = 2, kMetadata = 4, kSource = 8, kTraceId = 16 };

  // `name` is followed by a quote.
  static Known known(const char* name) noexcept {
    if (stands_at(name, "user_id\"")) return kUserId;
    if (stands_at(name, "events\"")) return kEvents;
    return stands_at(name, "metadata\"") ? kMetadata : kNone;
  }
  static Known known_in_metadata(const char* name) noexcept {
    if (stands_at(name, "source\"")) return kSource;
    return stands_at(name, "trace_id\"") ? kTraceId : kNone;
  }

  using Handle = Index (PlanishRequest::*)(const char* name, Index value) noexcept;
  template <Handle handle>
  Index object(Index next) noexcept;
  Index member(const char* name, Index next) noexcept;
  Index metadata_member(const char* name, Index next) noexcept;
  Index user_id(Index next) noexcept;
  Index events(Index next) noexcept;
  Index elements(Index next) noexcept;
  Index skip_elements(Index next) noexcept;
  bool keeps(PlanishEvent<kEscapes, kCanonical, kReading>& reader, Index behind) noexcept;
  void tell(Event& event) noexcept;
  Index metadata(Index next) noexcept;
  Index text(std::string_view which, std::string_view& text, Index next) noexcept;
  void check_missing() noexcept;

  // Whether this is the first of its name; else a fault, once per name.
  bool is_first(Known which, std::string_view place) noexcept {
    if ((seen_ & which) == 0) {
      seen_ |= which;
      return true;
    }
    if ((seen_twice_ & which) == 0) pass_.faults.add_request(duplicate_member({place}));
    seen_twice_ |= which;
    return false;
  }
  Index skip(Index next, unsigned depth = kDepth) noexcept { return skip_value<kEscapes>(body_, next, depth); }
  Index refuse(std::string_view which, Wanted wanted, Index next, unsigned depth = kDepth) noexcept {
    pass_.faults.add_request(wrong_type({which}, wanted, found(body_ + *next)));
    return skip(next, depth);
  }

  // Where a poison event stood is a mark, which is no JSON.
  Index skip_event(Index next) noexcept {
    return pass_.poison.is_mark(body_[*next]) ? next + 1 : skip(next, kDepth + 1);
  }

  Pass& pass_;
  const char* body_;
  Index waiting_ = nullptr;  // the first event, if they have to be read again when all else has been
  unsigned seen_ = 0;
  unsigned seen_twice_ = 0;
};

template <bool kEscapes, Canonical kCanonical, Reading kReading>
bool PlanishRequest<kEscapes, kCanonical, kReading>::read() noexcept {
  Index next = pass_.index.begin();
  if (body_[*next] == '{') {
    next = object<&PlanishRequest::member>(next);
    check_missing();
    if (next == pass_.index.end() && waiting_ != nullptr) {
      pass_.begin_source();
      static_cast<void>(elements(waiting_));
    }
  } else {
    next = refuse("", Wanted::object, next, 0);
  }
  return next == pass_.index.end();
}

// `next` is the opening brace. Each member's value goes to `handle`, with the member's name.
template <bool kEscapes, Canonical kCanonical, Reading kReading>
template <typename PlanishRequest<kEscapes, kCanonical, kReading>::Handle handle>
Index PlanishRequest<kEscapes, kCanonical, kReading>::object(Index next) noexcept {
  ++next;
  if (body_[*next] == '}') return next + 1;
  for (;;) {
    const char* const at = body_ + *next++;
    if (*at != '"') return nullptr;
    if (!walk_string<kEscapes>(at, body_ + *next)) return nullptr;
    const std::string_view name = string_content(at, body_ + *next);
    if (body_[*next++] != ':') return nullptr;
    PlainName plain;
    next = (this->*handle)(plain.of(name), next);
    if (next == nullptr) return nullptr;
    const char c = body_[*next++];
    if (c == '}') return next;
    if (c != ',') return nullptr;
  }
}

template <bool kEscapes, Canonical kCanonical, Reading kReading>
Index PlanishRequest<kEscapes, kCanonical, kReading>::member(const char* name, Index next) noexcept {
  switch (known(name)) {
    case kUserId:
      return is_first(kUserId, "/user_id") ? user_id(next) : skip(next);
    case kEvents:
      return is_first(kEvents, "/events") ? events(next) : skip(next);
    case kMetadata:
      return is_first(kMetadata, "/metadata") ? metadata(next) : skip(next);
    default:
      return skip(next);
  }
}

template <bool kEscapes, Canonical kCanonical, Reading kReading>
Index PlanishRequest<kEscapes, kCanonical, kReading>::user_id(Index next) noexcept {
  const char* const at = body_ + *next;
  if (found(at) != Found::integer) return refuse("/user_id", Wanted::integer, next);
  const Number number = scan_number(at);
  pass_.user_id = {at, static_cast<std::size_t>(number.end - at)};
  std::uint64_t value = 0;
  if (std::from_chars(at, number.end, value).ec != std::errc{}) {
    pass_.faults.add_request(out_of_range({"/user_id"}, Range::unsigned_64));
  }
  return skip(next);
}

template <bool kEscapes, Canonical kCanonical, Reading kReading>
Index PlanishRequest<kEscapes, kCanonical, kReading>::events(Index next) noexcept {
  if (body_[*next] != '[') return refuse("/events", Wanted::array, next);
  ++next;
  if (body_[*next] == ']') return next + 1;
  if constexpr (kReading == Reading::told) {
    const unsigned wanted = (pass_.plan.tells_user ? kUserId : kNone) | (pass_.plan.tells_trace ? kMetadata : kNone);
    if ((seen_ & wanted) != wanted) {  // what each event tells has not come yet
      waiting_ = next;
      return skip_elements(next);
    }
  }
  const bool is_batched = kReading != Reading::told && pass_.batched != nullptr;
  if (is_batched) pass_.batched->begin_results(pass_.out, next, pass_.user_id);
  next = elements(next);
  if (is_batched && next != nullptr) pass_.batched->end_results(pass_.events_total, next);
  return next;
}

template <bool kEscapes, Canonical kCanonical, Reading kReading>
Index PlanishRequest<kEscapes, kCanonical, kReading>::elements(Index next) noexcept {
  const char* const body = body_;
  const std::uint32_t events_max = pass_.events_max;
  PlanishEvent<kEscapes, kCanonical, kReading> reader(pass_);
  [[maybe_unused]] const HashAlgorithm hash = pass_.plan.options.hash;
  [[maybe_unused]] const char* const last = last_result(pass_.out_end);
  [[maybe_unused]] char* out = pass_.out;
  if constexpr (kReading == Reading::batched) reader.record().begin_at(pass_.batched->records(events_max), body);
  std::uint32_t number = 0;
  char c = ',';
  while (c == ',') {
    if (number < events_max) [[likely]] {
      next = reader.read(next, number);
      if (next == nullptr) return nullptr;
      Event& event = reader.event();
      if constexpr (kReading == Reading::told) {
        tell(event);
      } else {
        const bool looked_at = (unsigned{event.faulty} | reader.attention()) != 0;  // one branch
        if (!looked_at || keeps(reader, next)) [[likely]] {
          if constexpr (kReading == Reading::batched) {
            if (!looked_at) [[likely]]
              reader.end_record(next);
          }
          out = write_result<kEscapes>(event, hash, out, last);
        }
      }
    } else {
      if (number == events_max) {
        pass_.faults.add_request({.code = Errc::too_many_events, .number = events_max, .place = {"/events"}});
      }
      next = skip_event(next);
      if (next == nullptr) return nullptr;
    }
    ++number;
    c = body[*next++];
  }
  pass_.events_total = number;
  if constexpr (kReading != Reading::told) pass_.out = out;
  return c == ']' ? next : nullptr;
}

// Of an event that is to be looked at.
template <bool kEscapes, Canonical kCanonical, Reading kReading>
[[gnu::noinline]] bool PlanishRequest<kEscapes, kCanonical, kReading>::keeps(
    PlanishEvent<kEscapes, kCanonical, kReading>& reader, Index behind) noexcept {
  Event& event = reader.event();
  event.type_rank = type_rank(event, body_);
  const bool stays = judge(pass_, event);
  if (pass_.batched != nullptr) {
    if (!stays) {
      pass_.batched->skip(event.index, behind);
    } else if (kReading == Reading::batched || (reader.attention() & reader.kNotPlain) != 0) {
      pass_.batched->add_result(event, behind);
      if constexpr (kReading == Reading::batched) reader.record().leave();
    }
  }
  return stays;
}

template <bool kEscapes, Canonical kCanonical, Reading kReading>
Index PlanishRequest<kEscapes, kCanonical, kReading>::skip_elements(Index next) noexcept {
  for (;;) {
    next = skip_event(next);
    if (next == nullptr) return nullptr;
    const char c = body_[*next++];
    if (c != ',') return c == ']' ? next : nullptr;
  }
}

// What an event has from around it, and what the answer makes of it.
template <bool kEscapes, Canonical kCanonical, Reading kReading>
void PlanishRequest<kEscapes, kCanonical, kReading>::tell(Event& event) noexcept {
  event.type_rank = type_rank(event, body_);
  event.user = pass_.user_id;
  event.trace = {};
  if (pass_.has_metadata && pass_.trace_id.data() != nullptr) {
    event.trace = {pass_.trace_id.data() - 1, pass_.trace_id.size() + 2};
  }
  finish_told(pass_, event);
}

template <bool kEscapes, Canonical kCanonical, Reading kReading>
Index PlanishRequest<kEscapes, kCanonical, kReading>::metadata(Index next) noexcept {
  switch (found(body_ + *next)) {
    case Found::null:
      return skip(next);
    case Found::object:
      pass_.has_metadata = true;
      return object<&PlanishRequest::metadata_member>(next);
    default:
      return refuse("/metadata", Wanted::object_or_null, next);
  }
}

template <bool kEscapes, Canonical kCanonical, Reading kReading>
Index PlanishRequest<kEscapes, kCanonical, kReading>::metadata_member(const char* name, Index next) noexcept {
  const Known which = known_in_metadata(name);
  if (which == kNone) return skip(next, kDepth + 1);
  const std::string_view place = which == kSource ? "/metadata/source" : "/metadata/trace_id";
  if (!is_first(which, place)) return skip(next, kDepth + 1);
  std::string_view source;
  return text(place, which == kSource ? source : pass_.trace_id, next);
}

template <bool kEscapes, Canonical kCanonical, Reading kReading>
Index PlanishRequest<kEscapes, kCanonical, kReading>::text(std::string_view which, std::string_view& text,
                                                           Index next) noexcept {
  const char* const at = body_ + *next;
  if (*at != '"') return refuse(which, Wanted::string, next, kDepth + 1);
  if (!walk_string<kEscapes>(at, body_ + *++next)) return nullptr;
  text = string_content(at, body_ + *next);
  return next;
}

template <bool kEscapes, Canonical kCanonical, Reading kReading>
void PlanishRequest<kEscapes, kCanonical, kReading>::check_missing() noexcept {
  const auto require = [this](Known which, std::string_view place) {
    if ((seen_ & which) == 0) pass_.faults.add_request(missing_member({place}));
  };
  require(kUserId, "/user_id");
  require(kEvents, "/events");
  if (!pass_.has_metadata) return;
  require(kSource, "/metadata/source");
  require(kTraceId, "/metadata/trace_id");
}

}  // namespace planish::core
