// Plan: a Transform, compiled. What is settled here is not asked again for each request.
#pragma once

#include <planish/options.hpp>

#include <core/hash.hpp>
#include <core/rules/followed.hpp>
#include <core/shape/trie.hpp>
#include <core/stage.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace planish::core {

// A source, compiled.
struct PlannedSource {
  Source::Kind kind = Source::Kind::null;
  bool is_whole_event = false;    // the pointer ""
  Trie::Node node = Trie::kNone;  // of `event` and `body`
  std::uint16_t outside = 0;      // of header, query, segment, traceparent: which of Plan::outside
  int segment = 0;
  TimestampUnit unit = TimestampUnit::ms;
  std::string text{};      // of `text` as JSON; of header and query the name
  std::string spelling{};  // as it stands in a JSON string
};

// A member of an answer's events: what comes before its value, and which it is.
struct Piece {
  std::string before;  // and kShortCopySlack bytes after it, so that it is copied in two steps
  std::size_t before_size;
  AnswerValue value;
};

// A pointer of the list of events.
struct EventsAt {
  Trie::Node node;  // kNone: the body itself
  std::string pointer;
  std::vector<std::string> path;
  unsigned depth;  // containers around the value
};

struct Plan {
  explicit Plan(const Options&);

  Options options;
  std::array<Stage, Stages::size> stages{};  // those that are configured, first
  std::size_t stages_size = 0;

  // Section 1's shape with its own answer, whose names the compiler knows; section 1's shape with another answer.
  bool answers_results = false;  // section 1's events in its own answer, whoever else judges them
  bool is_planish = false;
  bool is_planish_told = false;

  Trie event_names;
  Trie body_names;
  std::vector<EventsAt> events;
  std::vector<std::uint8_t> events_rank;  // by node of body_names: 1 + which of `events`, or 0
  bool takes_whole_body = false;          // "" is one of them
  std::array<std::vector<PlannedSource>, kPartCount> sources;
  std::vector<PlannedSource> outside;  // those that a request has beside its body
  Trie::Node specversion = Trie::kNone;
  Trie::Node origin = Trie::kNone;  // of CloudEvents: /source

  std::vector<Piece> pieces;
  bool tells_user = false, tells_trace = false, has_hash = false, has_key = false;
  bool tells_two_digests = false;      // hash and key, both by SHA-256
  bool tells_default_members = false;  // those of default_answer_members()
  bool has_rules = false;
  bool tells_edited_id = true;       // false: rules may touch the id, so that only those of answered events are told
  std::size_t event_copies = 0;      // how often an answer may tell bytes of one event
  std::size_t told_bytes_fixed = 0;  // what it tells of one event beside those
  std::size_t type_copies = 0;       // how often it tells the type and the attributes, which a batch gives
  std::size_t attribute_copies = 0;
  std::size_t put_bytes = 0;  // what rules put into an event, each once
  rules::Followed followed;   // those whose places a reader of the shape goes to

  [[nodiscard]] const std::vector<PlannedSource>& of(Part part) const noexcept {
    return sources[static_cast<std::size_t>(part)];
  }
  [[nodiscard]] std::span<const Stage> all_stages() const noexcept { return {stages.data(), stages_size}; }
};

// Of a header, a query and their like so many bytes are looked at; what is longer is `out_of_range`.
inline constexpr std::size_t kOutsideBytesMax = 1024;
inline constexpr std::size_t kOutsideTextBytesMax = kOutsideBytesMax * 6 + 2;  // in JSON, with its quotes
// How long a payload from outside of the events may be, since each of them tells and hashes it anew.
inline constexpr std::size_t kOutsidePayloadBytesMax = 4096;

}  // namespace planish::core
