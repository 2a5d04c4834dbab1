// Pass: one way through a body, along its structural index: validates it, reads its events, judges and writes each.
//
//   planish_request.hpp, planish_event.hpp   the shape planish with its own answer, its names known to the compiler
//   shape/shape_reader.hpp, resolver.hpp     any other shape
//   walk_value.hpp                           any JSON value: payloads and what nobody knows
//
// It says where a request is wrong, but not where a text is no JSON: it just stops there, and diagnose() looks again.
#pragma once

#include <planish/context.hpp>

#include <core/canonical/form.hpp>
#include <core/copy.hpp>
#include <core/fault_list.hpp>
#include <core/hash.hpp>
#include <core/outside.hpp>
#include <core/plan.hpp>
#include <core/poison.hpp>
#include <core/stage.hpp>
#include <core/structural_index.hpp>
#include <core/told.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace planish::core {

class Batched;

// What a reader keeps of an event: what section 1's answer has of it; that, and its record for a batch; or all it says.
enum class Reading : std::uint8_t { results, batched, told };

// What a pass reads and leaves behind. Views are of the body.
struct Pass {
  // In.
  std::string_view body;  // with a NUL after it
  const StructuralIndex& index;
  const Plan& plan;
  const Context& context;
  std::uint32_t events_max;
  canonical::Form& form;
  Marks& inside;  // what was found of an event, and around the events
  Marks& around;
  const Outside& outside;
  const Telling& telling;
  const Poison& poison;
  std::span<char> around_form;  // where the canonical form of a payload from around the events is kept
  canonical::Source source;     // the body
  FaultList& faults;
  Scratch scratch;
  Batched* batched;        // null: no batch judges the events
  unsigned attention = 0;  // why each event of section 1's answer is looked at; see PlanishEvent

  // In: where the first event goes, and the end of the room for all. Out: after the last, with its comma.
  char* out;
  const char* out_end;
  // The same of what the client has where the answer goes to somebody else; else that is `out`.
  char* acknowledged = nullptr;
  const char* acknowledged_end = nullptr;

  // Out.
  std::uint32_t events_total = 0;
  std::uint32_t events_dropped = 0;
  std::size_t poison_read = 0;
  std::string_view user_id{};   // its digits
  std::string_view trace_id{};  // as it stands in the body, between the quotes
  bool has_escapes = false;     // somewhere in the body
  bool has_metadata = false;    // and so a trace_id
  bool has_around = false;      // something is around the events: `around` says what

  // Values are brought into canonical form in the order of the body, from its beginning.
  void begin_source() noexcept {
    source = canonical::Source(body);
    has_escapes = scratch.has_escapes = source.backslash() != canonical::Source::kNowhere;
    if (plan.options.canonical == Canonical::jcs) form.begin(source);
  }
  // Where the poison event stops being JSON that is met now.
  std::int64_t next_poison_offset() noexcept { return poison.offset(poison_read++); }
  [[nodiscard]] bool is_too_long(const PlannedSource& planned) const noexcept {
    using enum Source::Kind;
    const bool is_outside =
        planned.kind == header || planned.kind == query || planned.kind == segment || planned.kind == traceparent;
    return is_outside && outside.of(planned.outside).too_long;
  }
};

// What happens to an event that stages are configured for, or that has a fault: false where it is in no answer.
[[nodiscard]] bool judge(Pass& pass, Event& event) noexcept;
// Says by its id what became of an event, where the client is answered so.
void acknowledge(Pass& pass, const Event& event, bool ok) noexcept;

// Each false where the body is no JSON or nested too deep.
bool read_planish(Pass&) noexcept;
bool read_planish_told(Pass&) noexcept;
bool read_shape(Pass&) noexcept;
bool read_lines(Pass&) noexcept;

}  // namespace planish::core
