// Fault: one thing that is wrong with a request that is valid JSON. Written as {"pointer","code","detail"}.
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
};
inline constexpr std::size_t kErrcCount = 11;

// The code as it stands in an answer, such as "bad_timestamp". Static storage.
[[nodiscard]] std::string_view code(Errc) noexcept;

// Where a fault lies, as far as the service knows members by name. Nothing below a payload is ever named: a pointer
// into it would carry the names of its members into answers and logs.
enum class Member : std::uint8_t {
  request,     // ""
  user_id,     // "/user_id"
  events,      // "/events"
  metadata,    // "/metadata"
  source,      // "/metadata/source"
  trace_id,    // "/metadata/trace_id"
  event,       // "/events/N"
  event_type,  // "/events/N/event_type"
  timestamp,   // "/events/N/timestamp"
  payload,     // "/events/N/payload"
};

struct Fault {
  Errc code;
  Member member;
  std::uint16_t detail = 0;  // picks the text among those of `code`; see fault.cpp
  std::uint32_t event = 0;   // index in "events", for the members from `event` on
  std::int64_t number = 0;   // what the text names: a month, a limit, a count
};

// Upper bound of what write() puts out for one fault, in bytes.
inline constexpr std::size_t kFaultBytesMax = 320;

// Writes the fault as a JSON object, without white space, to the front of `out` (at least kFaultBytesMax bytes) and
// returns the number of bytes. The pointer is RFC 6901; that of a missing member is where it would stand.
std::size_t write(const Fault&, std::span<char> out) noexcept;

}  // namespace planish
