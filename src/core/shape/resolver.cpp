// The rules of contract section 8, part by part.
#include <core/shape/resolver.hpp>

#include <core/digits.hpp>
#include <core/poison.hpp>
#include <core/time_value.hpp>

#include <array>
#include <charconv>

namespace planish::core {
namespace {

constexpr std::string_view kNull = "null";

bool is_string(std::string_view json) noexcept {
  return json.front() == '"';
}
bool wants_content(Part part) noexcept {
  return part == Part::type || part == Part::user || part == Part::id;
}
bool is_around(const PlannedSource* source) noexcept {
  return source != nullptr && source->kind == Source::Kind::body;
}
bool is_outside(const PlannedSource* source) noexcept {
  return source != nullptr && source->kind != Source::Kind::event;
}

// Of digits, with a sign or without: whether 64 bits hold it, signed or not.
bool fits_64_bits(std::string_view digits) noexcept {
  std::int64_t negative = 0;
  std::uint64_t positive = 0;
  const char* const end = digits.data() + digits.size();
  if (digits.front() == '-') return std::from_chars(digits.data(), end, negative).ec == std::errc{};
  return std::from_chars(digits.data(), end, positive).ec == std::errc{};
}

}  // namespace

void Resolver::begin(const Place& place, std::uint32_t number) noexcept {
  pass_.inside.begin();
  own_ = place;
  event_.index = number;
  event_.faulty = false;
  event_.type_has_escapes = false;
  event_.time_stays = true;
  event_.type = event_.ms = event_.hashed = event_.user = event_.id = event_.payload = event_.trace = {};
}

void Resolver::refuse_duplicate(Trie::Node node, std::uint32_t offset) noexcept {
  Fault fault = duplicate_member(place(node));
  fault.event = event_.index;
  event_.refuse(fault, offset);
}

bool Resolver::mark_around(Trie::Node node, std::uint32_t token) noexcept {
  if (!pass_.around.has(node)) {
    pass_.around.set(node, token);
    return true;
  }
  if (pass_.faults.request_size() + 2 < kRequestFaultsMax) {
    pass_.faults.add_request(duplicate_member({plan_.body_names.pointer(node)}));
  }
  return false;
}

void Resolver::poisoned(char mark) noexcept {
  const auto code = mark == kTooDeepMark ? Errc::too_deep : Errc::not_json;
  const std::int64_t number = code == Errc::too_deep ? kDepthMax : pass_.next_poison_offset();
  if (code == Errc::too_deep) pass_.next_poison_offset();
  event_.refuse({.code = code, .event = event_.index, .number = number, .place = own_}, 0);
}

void Resolver::no_object(std::uint32_t at) noexcept {
  Fault fault = wrong_type(own_, Wanted::object, found(pass_.body.data() + at));
  fault.event = event_.index;
  event_.refuse(fault, at);
}

auto Resolver::spanned(const PlannedSource& source, Marks::Span span) const noexcept -> Value {
  const std::uint32_t begin = pass_.index.begin()[span.token];
  return {.state = State::found,
          .source = &source,
          .text = {pass_.body.data() + begin, std::size_t{span.end} - begin},
          .span = span};
}

auto Resolver::look(const PlannedSource& source) const noexcept -> Value {
  switch (source.kind) {
    case Source::Kind::event:
      if (source.is_whole_event) return {.state = State::found, .source = &source, .text = event_.whole};
      if (!pass_.inside.has(source.node)) return {};
      return spanned(source, pass_.inside.of(source.node));
    case Source::Kind::body:
      if (nothing_around_) return {};
      if (pass_.around.has(source.node) && pass_.around.of(source.node).end != 0) {
        return spanned(source, pass_.around.of(source.node));
      }
      return {.state = complete_ ? State::absent : State::pending};
    case Source::Kind::header:
      // In binary mode that attribute has been looked at, decoded: its field says nothing else.
      if (pass_.context.framing == Framing::binary && source.spelling.starts_with("header:ce-")) return {};
      [[fallthrough]];
    case Source::Kind::query:
    case Source::Kind::segment:
    case Source::Kind::traceparent: {
      const std::string_view text = pass_.outside.of(source.outside).json;
      if (text.empty()) return {};
      return {.state = State::found, .source = &source, .text = text};
    }
    case Source::Kind::text:
      return {.state = State::found, .source = &source, .text = source.text};
    case Source::Kind::received:
      return {.state = State::found, .source = &source};
    case Source::Kind::null:
      return {.state = State::found, .source = &source, .text = kNull};
  }
  return {};
}

// Most parts stand at a place of the event, with something there: no more is asked of those.
bool Resolver::find_at_once(Part part, const PlannedSource& source, Value& value) const noexcept {
  if (source.kind != Source::Kind::event || source.is_whole_event || part == Part::trace) return false;
  if (!pass_.inside.has(source.node)) return false;
  const Marks::Span span = pass_.inside.of(source.node);
  const std::uint32_t begin = pass_.index.begin()[span.token];
  const char* const at = pass_.body.data() + begin;
  if (*at == 'n' || (*at == '"' && at[1] == '"')) return false;
  value.state = State::found;
  value.source = &source;
  value.text = {at, std::size_t{span.end} - begin};
  value.span = span;
  return true;
}

void Resolver::find(Part part, Value& found) const noexcept {
  const std::vector<PlannedSource>& sources = plan_.of(part);
  if (!find_at_once(part, sources.front(), found)) found = find_any(part);
}

auto Resolver::find_any(Part part) const noexcept -> Value {
  Value absent;
  for (const PlannedSource& source : plan_.of(part)) {
    if (source.kind == Source::Kind::event && !source.is_whole_event && !pass_.inside.has(source.node)) continue;
    const Value value = look(source);
    if (value.state == State::pending) return value;
    if (value.state == State::absent) continue;
    if (source.kind == Source::Kind::received || source.kind == Source::Kind::null) return value;
    if (value.text == kNull) {
      absent.was_null = true;
      continue;
    }
    if (wants_content(part) && value.text == "\"\"") {
      if (!absent.was_empty) absent.source = &source;
      absent.was_empty = true;
      continue;
    }
    if (part == Part::trace && !is_string(value.text)) continue;
    return value;
  }
  return absent;
}

// Of a name in the event; what came in the request's fields is nowhere in the body.
Place Resolver::place(Trie::Node node) const noexcept {
  Place place = own_;
  const bool in_body = pass_.context.framing != Framing::binary;
  (in_body ? place.pointer : place.source) = plan_.event_names.pointer(node);
  return place;
}

Place Resolver::place(Part part, const PlannedSource* source) const noexcept {
  if (source == nullptr) source = &plan_.of(part).front();
  Place place = own_;
  // In binary mode the data is the body, and pointers into it begin there.
  if (pass_.context.framing == Framing::binary && part == Part::payload && source->spelling == "/data") return place;
  if (pass_.context.framing != Framing::binary && source->kind == Source::Kind::event) {
    place.pointer = source->is_whole_event ? std::string_view{} : plan_.event_names.pointer(source->node);
  } else {
    place.source = source->spelling;
  }
  return place;
}

FaultRank Resolver::rank(Part part, const Value& value) const noexcept {
  const auto number = static_cast<FaultRank>(part);
  if (value.source == nullptr) return kRankMissing + number;
  if (is_outside(value.source)) return kRankOutside + number;
  if (value.source->is_whole_event) return static_cast<FaultRank>(event_.whole.data() - pass_.body.data());
  return pass_.index.begin()[pass_.inside.of(value.source->node).token];
}

void Resolver::refuse(Part part, const Value& value, Fault fault) noexcept {
  if (is_around(value.source)) known_[static_cast<std::size_t>(part)] = {value.text.data(), true, 0, fault};
  fault.place = place(part, value.source);
  fault.event = event_.index;
  event_.refuse(fault, rank(part, value));
}

// Of a value that is there. Whether it has been refused for an event before this one, and so is for this one.
bool Resolver::is_refused(Part part, const Value& value) noexcept {
  const Known& known = known_[static_cast<std::size_t>(part)];
  const bool refused = is_around(value.source) && known.at == value.text.data() && known.faulty;
  if (refused) refuse(part, value, known.fault);
  return refused;
}

void Resolver::missing(Part part, const Value& value) noexcept {
  if (value.was_empty && part == Part::type) return refuse(part, value, {.code = Errc::empty_event_type});
  refuse(part, {}, {.code = Errc::missing_member});
}

void Resolver::type(const Value& value) noexcept {
  if (value.state == State::absent) return missing(Part::type, value);
  if (is_refused(Part::type, value)) return;
  if (pass_.is_too_long(*value.source)) {
    return refuse(Part::type, value, out_of_range({}, Range::outside_bytes));
  }
  if (!is_string(value.text)) {
    return refuse(Part::type, value, wrong_type({}, Wanted::string, found(value.text.data())));
  }
  const std::string_view content = value.text.substr(1, value.text.size() - 2);
  const bool may_have_escapes = pass_.has_escapes || is_outside(value.source);
  event_.type_has_escapes = may_have_escapes && has_escape(content);
  std::size_t size = content.size();
  if (event_.type_has_escapes) size = unescaped(content, pass_.scratch.bytes).size();
  if (size > kEventTypeBytesMax) {
    return refuse(Part::type, value, {.code = Errc::event_type_too_long, .number = static_cast<std::int64_t>(size)});
  }
  event_.type = content;
  event_.type_rank = rank(Part::type, value);
  event_.type_place = place(Part::type, value.source);
}

void Resolver::time(const Value& value) noexcept {
  if (value.state == State::absent) return missing(Part::time, value);
  std::int64_t ms = pass_.context.received_at_ms;
  event_.time_stays = value.source->kind != Source::Kind::received && value.source->kind != Source::Kind::body;
  if (value.source->kind != Source::Kind::received) {
    if (pass_.is_too_long(*value.source)) {
      return refuse(Part::time, value, out_of_range({}, Range::outside_bytes));
    }
    if (is_refused(Part::time, value)) return;
    Known& known = known_[static_cast<std::size_t>(Part::time)];
    if (is_around(value.source) && known.at == value.text.data()) {
      ms = known.ms;
    } else {
      const TimeValue read = read_time(value.text, value.source->unit, plan_.options.timestamps, pass_.scratch.bytes);
      if (!read.ok) return refuse(Part::time, value, read.fault);
      ms = read.ms;
      if (is_around(value.source)) known = {.at = value.text.data(), .ms = ms};
    }
  }
  char* const begin = event_.ms_digits.data();
  static_assert(Event::kMsBytesMax >= kDigitsRoom);
  event_.ms = {begin, write_digits(ms, begin)};
}

// Of a user and an id: empty where there is none, or a fault.
std::string_view Resolver::name(Part part, const Value& value) noexcept {
  if (value.state == State::absent) {
    missing(part, value);
    return {};
  }
  if (value.source->kind == Source::Kind::null) return {};
  if (pass_.is_too_long(*value.source)) {
    refuse(part, value, out_of_range({}, Range::outside_bytes));
    return {};
  }
  if (is_refused(part, value)) return {};
  if (is_string(value.text)) {
    const std::string_view content = value.text.substr(1, value.text.size() - 2);
    const bool fits = content.size() <= kIdBytesMax || (content.size() <= kIdBytesMax * 6 &&
                                                        unescaped(content, pass_.scratch.bytes).size() <= kIdBytesMax);
    if (fits) return value.text;
    refuse(part, value, out_of_range({}, Range::string_bytes));
    return {};
  }
  const Found what = found(value.text.data());
  const bool wants_string = part == Part::id && plan_.specversion != Trie::kNone;  // a CloudEvent's id
  if (what != Found::integer || wants_string) {
    refuse(part, value, wrong_type({}, wants_string ? Wanted::string : Wanted::string_or_integer, what));
  } else if (!fits_64_bits(value.text)) {
    refuse(part, value, out_of_range({}, Range::any_64));
  } else {
    return value.text;
  }
  return {};
}

// CloudEvents' required attributes beside those that are parts; contract section 8.
void Resolver::attributes() noexcept {
  attribute(plan_.specversion, "1.0");
  attribute(plan_.origin, {});
}

void Resolver::attribute(Trie::Node node, std::string_view wanted) noexcept {
  Fault fault = missing_member(place(node));
  FaultRank rank = kRankMissing;
  if (pass_.inside.has(node)) {
    const Value value = spanned(plan_.of(Part::type).front(), pass_.inside.of(node));
    const bool empty = value.text == kNull || (wanted.empty() && value.text == "\"\"");
    const auto is_wanted = [&] {
      const std::string_view content = value.text.substr(1, value.text.size() - 2);
      return wanted.empty() || unescaped(content, pass_.scratch.bytes) == wanted;
    };
    if (!empty && is_string(value.text) && is_wanted()) return;
    if (!empty)
      fault = wrong_type(place(node), wanted.empty() ? Wanted::string : Wanted::version_1_0, found(value.text.data()));
    if (!empty) rank = pass_.index.begin()[value.span.token];
  }
  fault.event = event_.index;
  event_.refuse(fault, rank);
}

bool Resolver::resolve(Index next) noexcept {
  const bool is_object = event_.whole.front() == '{';
  if (!is_object) return true;  // and has its fault
  std::array<Value, kPartCount> values;
  const std::size_t wanted = plan_.tells_trace ? kPartCount : kPartCount - 1;  // the trace is the last
  for (std::size_t part = 0; part < wanted; ++part) {
    find(static_cast<Part>(part), values[part]);
    if (values[part].state == State::pending) return false;
  }
  type(values[0]);
  time(values[1]);
  event_.user = name(Part::user, values[2]);
  event_.id = name(Part::id, values[3]);
  if (plan_.specversion != Trie::kNone) attributes();
  payload(values[4], next);
  if (values[5].state == State::found && values[5].source->kind != Source::Kind::null) event_.trace = values[5].text;
  return true;
}

}  // namespace planish::core
