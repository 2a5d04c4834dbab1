// Fault: one thing that is wrong with a request or an event. Written as {"pointer","code","detail"}.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace planish {

// The codes of contract section 2, row 422.
enum class Errc : std::uint8_t {
  missing_member,
  wrong_type,
  out_of_range,
  duplicate_member,
  too_many_events,
  empty_event_type,
  event_type_too_long,
  unknown_event_type,
  bad_timestamp,
  too_deep,
  number_out_of_range,
  not_json,  // an event in lenient mode; a body that is not JSON is Verdict::not_json
  contract,
  no_contract,
  rejected,       // by a plugin
  plugin_failed,  // on an event that it must not let by unseen
};
inline constexpr std::size_t kErrcCount = 16;

// The code as it stands in an answer, such as "bad_timestamp". Static storage.
[[nodiscard]] std::string_view code(Errc) noexcept;

// Where a fault lies: a JSON pointer (RFC 6901) in up to four parts, as it stands in a JSON string. Below a payload
// nothing is named but by a fault of its contract. The text lives as long as the Transform does, but for `within`,
// which is valid until the next transform().
struct Place {
  std::string_view base{};     // of the events, such as "/batch"; of a fault outside of them the whole pointer
  bool indexed = false;        // then comes "/N", the event's number
  std::string_view pointer{};  // in the event, such as "/timestamp"
  std::string_view within{};   // in the payload
  std::string_view source{};   // where the value does not stand in the event: how its source is written, "^/sentAt"
};

struct Fault {
  Errc code{};
  std::uint16_t detail = 0;  // picks the text among those of `code`; see fault.cpp
  std::uint32_t event = 0;   // number of the event, from 0
  std::int64_t number = 0;  // what the text names: a month, a limit, a count; of not_json the byte's offset in the body
  Place place{};
  // Of a contract: what is told, and the place in the schema, each as it stands in a JSON string. Of rejected: the
  // reason, plain UTF-8 without control characters, at most 256 bytes, or empty.
  std::string_view words{};
  std::string_view schema{};
};

// How long a pointer of a shape, or a source's spelling, may be as it stands in a JSON string.
inline constexpr std::size_t kPointerBytesMax = 256;

// Upper bound of what write() puts out for one fault, in bytes: three pointers, the event's number, a source, the place
// in a schema, and the longest texts around them, each of kPointerBytesMax at most. A rejected event has neither of the
// last two pointers, and a reason that its escapes make twice as long.
inline constexpr std::size_t kFaultBytesMax = 1792;

// Writes the fault as a JSON object, without white space, to the front of `out` (at least kFaultBytesMax bytes) and
// returns the number of bytes. The pointer of a missing member is where it would stand.
std::size_t write(const Fault&, std::span<char> out) noexcept;

}  // namespace planish
