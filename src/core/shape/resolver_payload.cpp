// The payload of an event, and what of it is hashed: the bytes as sent, or their canonical form.
#include <core/shape/resolver.hpp>

namespace planish::core {

void Resolver::payload(const Value& value, Index next) noexcept {
  if (value.state == State::absent && !value.was_null) return missing(Part::payload, value);
  const bool is_null = value.state == State::absent || value.source->kind == Source::Kind::null;
  event_.payload = is_null ? std::string_view("null") : value.text;
  // The word null stands where the first of the list would.
  event_.payload_place = place(Part::payload, is_null ? nullptr : value.source);
  event_.payload_first = nullptr;
  const bool in_body =
      !is_null && (value.source->kind == Source::Kind::event || value.source->kind == Source::Kind::body);
  if (!in_body) {
    event_.hashed = event_.payload;
    if (!is_null && pass_.is_too_long(*value.source)) {
      refuse(Part::payload, value, out_of_range({}, Range::outside_bytes));
    }
    return;
  }
  if (value.source->kind == Source::Kind::body && value.text.size() > kOutsidePayloadBytesMax) {
    return refuse(Part::payload, value, out_of_range({}, Range::payload_bytes));
  }
  event_.payload_first = value.source->is_whole_event ? next : pass_.index.begin() + value.span.token;
  event_.payload_end = *event_.payload_first + static_cast<std::uint32_t>(value.text.size());
  event_.hashed = value.text;
  // With rules, the form is of what they leave of the event.
  const bool later = plan_.has_rules && value.source->kind == Source::Kind::event;
  if (plan_.options.canonical == Canonical::jcs && !later) canonical_payload(value, next);
}

// It has been validated, so its depth does not matter any more.
void Resolver::canonical_payload(const Value& value, Index next) noexcept {
  // A fault that comes before this one is the event's, whatever the payload is.
  if (event_.faulty && event_.fault_rank < rank(Part::payload, value)) return;
  const Index first = value.source->is_whole_event ? next : pass_.index.begin() + value.span.token;
  if (value.source->kind == Source::Kind::body) {
    event_.hashed = canonical_around(first);
  } else {
    static_cast<void>(pass_.form.walk<true>(first, 0, event_.hashed));
  }
  if (event_.hashed.empty()) refuse(Part::payload, value, {.code = Errc::number_out_of_range});
}

// All events of a request have the same payload from around them: its form is found once. It is not walked in the order
// of the body, so with a source of its own.
std::string_view Resolver::canonical_around(Index first) noexcept {
  if (first == around_first_) return around_form_;
  canonical::Source source(pass_.body);
  pass_.form.begin(source);
  std::string_view text;
  static_cast<void>(pass_.form.walk<true>(first, 0, text));
  pass_.form.begin(pass_.source);
  check(text.size() <= pass_.around_form.size());
  around_first_ = first;
  around_form_ = {pass_.around_form.data(), text.copy(pass_.around_form.data(), text.size())};
  return around_form_;
}

}  // namespace planish::core
