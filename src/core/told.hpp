// Told: what an answer tells of an event, member by member as the endpoint asks for them.
#pragma once

#include <core/event.hpp>
#include <core/plan.hpp>

#include <planish/context.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace planish::core {

// What the answers of a request's events have in common.
struct Telling {
  const Plan& plan;
  const Context& context;
  std::string_view trace;     // of the request, as JSON; empty: none
  std::span<char> key_bytes;  // where the text that a key is the hash of is put together
  bool results_by_id;         // PostHog's: {"<id>":{"result":"ok"}}
};

// Bytes of the text that a key is the hash of, beside its user, type and payload: ["",,-9223372036854775808,]; and what
// a copy of the time goes on past its digits.
inline constexpr std::size_t kKeyTextSlack = 40;
// Of all of it, for a payload whose canonical form has so many.
[[nodiscard]] constexpr std::size_t key_text_bytes_max(std::size_t payload_bytes) noexcept {
  return 2 * (kIdBytesMax * 6 + 2) + kKeyTextSlack + payload_bytes;
}

// Room that one event may need, with kWriteSlack after it.
[[nodiscard]] inline std::size_t told_bytes_max(const Plan& plan, std::size_t event_bytes) noexcept {
  return plan.told_bytes_fixed + plan.event_copies * event_bytes;
}

// Writes an event that has no fault, and what is between it and the next: a comma, or a line's end. Ends the process
// where the room is too small.
char* write_told(const Event& event, const Telling& telling, char* out, const char* out_end) noexcept;

// The entry of an event in PostHog's results, where it has an id.
char* write_result_by_id(const Event& event, bool ok, char* out, const char* out_end) noexcept;
// What it takes beside the id.
inline constexpr std::size_t kResultByIdBytes = std::string_view(R"("":{"result":"drop"},)").size();

}  // namespace planish::core
