// Shape: where in a body the parts of an event are. Plain values; a Transform is compiled from one.
#pragma once

#include <planish/names.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace planish {

enum class TimestampUnit : std::uint8_t { ms, s, us, ns, automatic };
inline constexpr auto kTimestampUnitNames = std::to_array<std::string_view>({"ms", "s", "us", "ns", "auto"});
static_assert(are_names_up_to(TimestampUnit::automatic, kTimestampUnitNames));

enum class Timestamps : std::uint8_t { strict, lax };
inline constexpr auto kTimestampsNames = std::to_array<std::string_view>({"strict", "lax"});
static_assert(are_names_up_to(Timestamps::lax, kTimestampsNames));

enum class InvalidEvents : std::uint8_t { refuse, skip };
inline constexpr auto kInvalidEventsNames = std::to_array<std::string_view>({"refuse", "skip"});
static_assert(are_names_up_to(InvalidEvents::skip, kInvalidEventsNames));

enum class Answer : std::uint8_t { results, events, ndjson, none };
inline constexpr auto kAnswerNames = std::to_array<std::string_view>({"results", "events", "ndjson", "none"});
static_assert(are_names_up_to(Answer::none, kAnswerNames));

// The parts of an event that a shape says where to find.
enum class Part : std::uint8_t { type, time, user, id, payload, trace };
inline constexpr std::size_t kPartCount = 6;
// "type", "time", …: the key of a shape's table. Static storage.
[[nodiscard]] std::string_view name(Part) noexcept;

// One place to look for a part; contract section 8.
struct Source {
  enum class Kind : std::uint8_t {
    event,        // "/a/b": a pointer into the event; "" is the whole event
    body,         // "^/a/b": a pointer into the body, outside of the events
    header,       // "header:NAME"
    query,        // "query:NAME"
    segment,      // "segment:N" of the request's path
    received,     // when the request's head was complete: of a time alone
    traceparent,  // of a trace alone
    null,         // of a user, an id, a payload, a trace
    text,         // "=text": a constant
  };
  Kind kind = Kind::event;
  std::vector<std::string> path{};      // the names of a pointer, without their escapes
  std::string text{};                   // NAME, or the constant
  int segment = 0;                      // N: from 1; from the end: -1 and below
  std::optional<TimestampUnit> unit{};  // "@unit" at the end of a time's source
  std::string spelling{};               // all of it, as it was written

  // Always there: no other source of a list can come after it.
  [[nodiscard]] bool is_always_there() const noexcept {
    return kind == Kind::received || kind == Kind::null || kind == Kind::text;
  }
};

inline constexpr std::size_t kPointerDepthMax = 8;     // names in a pointer
inline constexpr std::size_t kSourcesMax = 32;         // in a list
inline constexpr std::size_t kConstantBytesMax = 256;  // of "=text"
// Names on all pointers into the event, each that several go through counted once; as many on those into the body. Each
// takes a dozen bytes of every thread.
inline constexpr std::size_t kShapeNamesMax = 512;

// Reads a source of that part. Null, and `problem` in words, where it is none.
[[nodiscard]] std::optional<Source> parse_source(std::string_view text, Part part, std::string& problem);

// What a shape's client libraries want to read beside what planish says of its own.
enum class Sdk : std::uint8_t { none, segment, posthog, mixpanel, amplitude };

struct Shape {
  // What sets a shape apart beyond its lists: section 1's rules, CloudEvents' required attributes and binary mode.
  enum class Rules : std::uint8_t { own, planish, cloudevents };

  std::string name{};
  Rules rules = Rules::own;
  Sdk sdk = Sdk::none;
  std::vector<std::string> paths{"/"};  // of the endpoint, where none is set
  std::vector<std::string> events{""};  // pointers into the body; "" is the body itself
  std::vector<Source> type{};
  std::vector<Source> time{};
  std::vector<Source> user{};
  std::vector<Source> id{};
  std::vector<Source> payload{};
  std::vector<Source> trace{};
  bool undeclared_gzip = false;  // a body that begins like gzip is taken for it, where no coding is declared
  bool form_data = false;        // form = "data": a form's data=
  // What an endpoint of this shape does where it doesn't say.
  InvalidEvents invalid_events = InvalidEvents::refuse;
  Timestamps timestamps = Timestamps::strict;
  Answer answer = Answer::results;

  [[nodiscard]] std::vector<Source>& of(Part) noexcept;
  [[nodiscard]] const std::vector<Source>& of(Part) const noexcept;

  // Whether one event a line can be taken: no list of sources is left without one where nothing is around the events.
  [[nodiscard]] bool takes_lines() const noexcept;
};

// An own shape as it is where its table says nothing but the type, which has no default.
[[nodiscard]] Shape own_shape(std::string name);

// The ready-made ones: planish, segment, posthog, cloudevents, mixpanel, amplitude.
[[nodiscard]] std::span<const std::string_view> ready_made_shapes() noexcept;
[[nodiscard]] std::optional<Shape> ready_made_shape(std::string_view name);

struct ShapeProblem {
  std::string key;    // "type", "events", …
  std::string words;  // what is wrong there
};
// All that is wrong with a shape, beyond what parse_source() has said already.
[[nodiscard]] std::vector<ShapeProblem> problems(const Shape&);

}  // namespace planish
