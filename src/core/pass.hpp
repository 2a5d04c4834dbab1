// Pass: one way through a body, along its structural index: validates it, reads its events, judges and writes each.
//
//   planish_request.hpp, planish_event.hpp   the shape planish with its own answer, its names known to the compiler
//   walk_value.hpp                           any JSON value: payloads and what nobody knows
//
// It says where a request is wrong, but not where a text is no JSON: it just stops there, and diagnose() looks again.
#pragma once

#include <planish/context.hpp>

#include <core/canonical/form.hpp>
#include <core/copy.hpp>
#include <core/fault_list.hpp>
#include <core/hash.hpp>
#include <core/plan.hpp>
#include <core/stage.hpp>
#include <core/structural_index.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace planish::core {

// What a pass reads and leaves behind. Views are of the body.
struct Pass {
  // In.
  std::string_view body;  // with a NUL behind it
  const StructuralIndex& index;
  const Plan& plan;
  const Context& context;
  std::uint32_t events_max;
  canonical::Form& form;
  canonical::Source source;  // the body
  FaultList& faults;
  Scratch scratch;

  // In: where the first event goes, and the end of the room for all. Out: behind the last, with its comma.
  char* out;
  const char* out_end;

  // Out.
  std::uint32_t events_total = 0;
  std::uint32_t events_dropped = 0;
  std::string_view user_id{};   // its digits
  std::string_view trace_id{};  // as it stands in the body, between the quotes
  bool has_metadata = false;    // and so a trace_id
};

// False where the body is no JSON or nested too deep.
bool read_planish(Pass&) noexcept;

}  // namespace planish::core
