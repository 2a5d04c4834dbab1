// The walk: one pass over the structural index that validates the body, hashes payloads and writes the answer's events.
//
//   request   { "user_id": …, "events": [ event, … ], "metadata": { "source": …, "trace_id": … } }   walk_request.hpp
//   event     { "event_type": …, "timestamp": …, "payload": value }                                   walk_event.hpp
//   value     any JSON value: payloads and what nobody knows                                           walk_value.hpp
//
// It says where a request is wrong, but not where a text is no JSON: it just stops there, and diagnose() looks again.
#pragma once

#include <planish/options.hpp>

#include <core/canonical/form.hpp>
#include <core/copy.hpp>
#include <core/fault_list.hpp>
#include <core/hash.hpp>
#include <core/structural_index.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace planish::core {

// What the walk reads and leaves behind. Views are of the body.
struct Walk {
  // In.
  std::string_view body;  // with a NUL behind it
  const StructuralIndex& index;
  const Options& options;
  canonical::Form& form;
  canonical::Source source;  // the body
  FaultList& faults;

  // In: where the first event goes, and the end of the room for all. Out: behind the last, with its comma. See
  // kEventBytesMax.
  char* out;
  const char* out_end;

  // Out.
  std::uint32_t events_total = 0;
  std::string_view user_id{};   // its digits
  std::string_view trace_id{};  // as it stands in the body, between the quotes
  bool has_metadata = false;    // and so a trace_id
};

// Bytes written for a valid event, without its event_type; and the shortest such event there is.
//   {"event_type":"…","normalized_timestamp":-9223372036854775808,"hash":"…64 digits…"},
inline constexpr std::size_t kEventBytesMax = 16 + 26 + 20 + 9 + kHashBytesMax + 3;
inline constexpr std::size_t kEventBytesMin =
    std::string_view(R"({"event_type":"a","timestamp":0,"payload":0},)").size() - 1;

// Bytes behind all of that, which the walk may write to as well: what the longest copy goes on past its end, that of a
// hash by halves of kHashBytesMax.
inline constexpr std::size_t kWalkSlack = 64;
static_assert(kWalkSlack >= kHashBytesMax && kWalkSlack >= kShortCopySlack);

// False where the body is no JSON or nested too deep.
bool walk(Walk&) noexcept;

}  // namespace planish::core
