// Any body by any shape: what is said of it does not depend on how it is framed or ordered, keeps to its memory, and is
// JSON. Bodies are those of client libraries, mutated.
#include <gtest/gtest.h>
#include <core/diagnose.hpp>
#include <support/transforming.hpp>

#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace planish {
namespace {

using support::Outcome;
using support::Transforming;
using Kind = core::Diagnosis::Kind;

constexpr std::array<std::string_view, 12> kEvents{
    R"({"event":"Made","userId":"u","messageId":"m-1","timestamp":"2023-11-04T20:17:36.789Z","properties":{"b":1.0,"a":[]}})",
    R"({"type":"page","anonymousId":"x","originalTimestamp":"2023-11-04T20:17:36+0000","context":{"traits":{"e":"\u00e9"}}})",
    R"({"event":"$identify","distinct_id":"d","uuid":"1","properties":{"$time":1699123456.75,"distinct_id":7,"$insert_id":"i"}})",
    R"({"specversion":"1.0","id":"1","source":"/s","type":"t","time":"2023-11-04T20:17:36Z","data":{"a":1e400}})",
    R"({"event":"x","properties":{"time":1699123456,"distinct_id":18446744073709551615,"token":"t"}})",
    R"({"event_type":"click","timestamp":1699123456789,"payload":{"id":1},"time":1699123456789,"user_id":"u"})",
    R"({"event_type":"a","timestamp":1,"payload":null,"device_id":"d","insert_id":5,"event_properties":{}})",
    R"({"event":"","type":"","userId":null})",
    R"({"event":"dup","event":"dup","properties":{},"properties":1})",
    R"({"batch":[{"event":"inner"}],"event":"outer"})",
    R"({ "event" : "spaced\n" , "timestamp" : "1699123456789" })",
    "7"};
constexpr std::array<std::string_view, 6> kAround{
    R"("sentAt":"2023-11-04T20:17:37Z")",          R"("sent_at":5)",   R"("user_id":12345)",
    R"("metadata":{"source":"s","trace_id":"t"})", R"("api_key":"k")", R"("batch":null)"};
constexpr std::array<std::string_view, 10> kPoison{
    "NaN",  "{\"a\":01}",      "\"\\ud800\"", "[1,]", "{\"a\" 1}",
    "\x01", "{\"a\":\"\\x\"}", "-",           "tru",  "{\"event\":\"\n\"}"};

class Bodies {
 public:
  explicit Bodies(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t limit) { return random_() % limit; }
  template <std::size_t size>
  std::string_view any(const std::array<std::string_view, size>& list) {
    return list[below(size)];
  }
  std::vector<std::string> events(bool poison) {
    std::vector<std::string> made(below(5));
    for (std::string& event : made) event = poison && below(4) == 0 ? any(kPoison) : any(kEvents);
    return made;
  }
  std::string body(const std::vector<std::string>& events) {
    const std::string array = "[" + joined(events, ",") + "]";
    if (below(4) == 0) return array;
    if (below(6) == 0 && !events.empty()) return events[0];
    const std::string_view name = below(2) == 0 ? "\"batch\":" : "\"events\":";
    std::string out = "{";
    const bool first = below(2) == 0;
    if (first) out += std::string(name) + array;
    for (std::size_t i = below(4); i > 0; --i) out += std::string(out == "{" ? "" : ",").append(any(kAround));
    if (!first) out += (out == "{" ? "" : ",") + std::string(name) + array;
    return out + "}";
  }
  static std::string joined(const std::vector<std::string>& pieces, std::string_view between) {
    std::string out;
    for (const std::string& piece : pieces) out += (&piece == pieces.data() ? "" : std::string(between)) + piece;
    return out;
  }
  std::string mutated(std::string text) {
    for (std::size_t i = below(4); i > 0 && !text.empty(); --i) {
      const std::size_t at = below(text.size());
      switch (below(4)) {
        case 0:
          text.erase(at, 1 + below(3));
          break;
        case 1:
          text.insert(at, 1, R"({}[],:"\ 0n1)"[below(12)]);
          break;
        case 2:
          text[at] = R"({}[],:"\ 0-e)"[below(12)];
          break;
        default:
          text.resize(at);
          break;
      }
    }
    return text;
  }

 private:
  std::mt19937 random_;
};

Options options_of(std::string_view shape, Bodies& bodies) {
  Options options;
  options.shape = *ready_made_shape(shape);
  options.timestamps = bodies.below(2) == 0 ? Timestamps::lax : Timestamps::strict;
  options.answer = static_cast<Answer>(bodies.below(4));
  options.canonical = bodies.below(3) == 0 ? Canonical::raw : Canonical::jcs;
  options.hash = bodies.below(2) == 0 ? HashAlgorithm::sha256 : HashAlgorithm::xxh3_128;
  if (bodies.below(5) == 0) {
    options.event_types = std::make_shared<const EventTypes>(std::vector<std::string>{"Made", "click", "t"});
  }
  return options;
}

void expect_json(const Options& options, const Outcome& outcome, std::string_view body) {
  if (outcome.text.empty()) return;
  if (options.answer != Answer::ndjson) {
    ASSERT_EQ(core::diagnose(outcome.text).kind, Kind::valid) << body << "\n" << outcome.text;
    return;
  }
  ASSERT_EQ(outcome.text.back(), '\n');
  for (std::string_view rest = outcome.text; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1)) {
    ASSERT_EQ(core::diagnose(rest.substr(0, rest.find('\n'))).kind, Kind::valid) << body << "\n" << outcome.text;
  }
}

TEST(ShapeProperty, AnyBodyKeepsToItsMemoryAndIsAnsweredInJson) {
  Bodies bodies(1);
  for (int i = 0; i < 6'000; ++i) {
    const Options options = options_of(ready_made_shapes()[bodies.below(6)], bodies);
    const std::string body = bodies.mutated(bodies.body(bodies.events(true)));
    Transforming transform(options, {.body_bytes_max = body.size()});
    const Kind kind = core::diagnose(body).kind;
    for (const InvalidEvents mode : {InvalidEvents::refuse, InvalidEvents::skip}) {
      const Outcome outcome = transform(body, Context{.invalid_events = mode, .received_at_ms = 1, .path = "/i/v1/x"});
      ASSERT_TRUE(outcome.kept_to_its_memory) << body;
      if (outcome.verdict == Verdict::ok) expect_json(options, outcome, body);
      for (const std::string& fault : outcome.faults) ASSERT_EQ(core::diagnose(fault).kind, Kind::valid) << fault;
      if (mode == InvalidEvents::refuse || kind == Kind::valid) {
        ASSERT_EQ(outcome.verdict == Verdict::not_json, kind == Kind::not_json)
            << options.shape.name << static_cast<int>(outcome.verdict) << static_cast<int>(mode) << body;
      }
      ASSERT_LE(outcome.events_invalid + outcome.events_dropped, outcome.events_total) << body;
    }
  }
}

TEST(ShapeProperty, PoisonChangesNothingForTheOthers) {
  Bodies bodies(2);
  for (int i = 0; i < 3'000; ++i) {
    Options options = options_of(ready_made_shapes()[bodies.below(6)], bodies);
    options.answer = Answer::ndjson;
    const std::vector<std::string> all = bodies.events(true);
    std::vector<std::string> good;
    for (const std::string& event : all) {
      if (core::diagnose(event).kind == Kind::valid) good.push_back(event);
    }
    const bool bare = options.shape.events.front().empty();
    const std::string front =
        bare ? "[" : R"({"user_id":1,"sentAt":3,")" + options.shape.events.front().substr(1) + "\":[";
    const std::string back = bare ? "]" : "]}";
    Transforming transform(options);
    const Context lenient{.invalid_events = InvalidEvents::skip, .received_at_ms = 1};
    const Outcome with = transform(front + Bodies::joined(all, ",") + back, lenient);
    const Outcome without = transform(front + Bodies::joined(good, ",") + back, lenient);
    ASSERT_EQ(with.verdict == Verdict::ok, without.verdict == Verdict::ok) << front + Bodies::joined(all, ",");
    if (with.verdict != Verdict::ok) continue;
    ASSERT_EQ(with.text, without.text) << front + Bodies::joined(all, ",");
    ASSERT_EQ(with.events_invalid, without.events_invalid + all.size() - good.size());
  }
}

TEST(ShapeProperty, LinesAndArraysOfTheSameEventsGiveTheSame) {
  Bodies bodies(3);
  for (int i = 0; i < 3'000; ++i) {
    Options options = options_of(ready_made_shapes()[1 + bodies.below(4)], bodies);
    options.answer = Answer::ndjson;
    std::vector<std::string> events = bodies.events(true);
    for (std::string& event : events) {
      if (event.find('\n') != event.npos) event = "{}";
    }
    if (options.shape.events.back() != "" || events.empty()) continue;
    Transforming transform(options);
    const Context json{.invalid_events = InvalidEvents::skip, .received_at_ms = 1};
    Context lines = json;
    lines.framing = Framing::lines;
    const Outcome array = transform("[" + Bodies::joined(events, ",") + "]", json);
    const Outcome each = transform(Bodies::joined(events, bodies.below(2) == 0 ? "\r\n" : "\n\n"), lines);
    ASSERT_EQ(array.text, each.text) << Bodies::joined(events, "\n");
    ASSERT_EQ(array.events_invalid, each.events_invalid);
    ASSERT_EQ(array.faults.size(), each.faults.size());
  }
}

TEST(ShapeProperty, WhatIsAroundTheEventsMayComeBeforeOrAfterThem) {
  Bodies bodies(4);
  for (int i = 0; i < 3'000; ++i) {
    Options options = options_of(ready_made_shapes()[bodies.below(6)], bodies);
    const std::string events = std::string(options.shape.events.front() == "/batch" ? "\"batch\":[" : "\"events\":[") +
                               Bodies::joined(bodies.events(true), ",") + "]";
    const std::string around = std::string(bodies.any(kAround).substr(0)) + R"(,"sent_at":4,"user_id":9)";
    if (around.starts_with("\"batch") || around.find("user_id") != around.rfind("user_id") ||
        around.find("sent_at") != around.rfind("sent_at")) {
      continue;
    }
    for (const InvalidEvents mode : {InvalidEvents::refuse, InvalidEvents::skip}) {
      Transforming transform(options);
      const Context context{.invalid_events = mode, .received_at_ms = 1};
      const Outcome before = transform("{" + around + "," + events + "}", context);
      const Outcome after = transform("{" + events + "," + around + "}", context);
      ASSERT_EQ(before.verdict, after.verdict) << around << events;
      if (before.count[static_cast<std::size_t>(Errc::not_json)] == 0) {
        ASSERT_EQ(before.text, after.text) << around << events;
        ASSERT_EQ(before.faults, after.faults) << around << events;
      }
    }
  }
}

}  // namespace
}  // namespace planish
