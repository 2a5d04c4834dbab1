// Stage: what judges or changes an event between its reader and its writer. Which ones run is settled when a Transform
// is made: a stage that is not configured costs nothing. A new one is a file with its function, declared here, and a
// line in stages_of() (plan.cpp).
#pragma once

#include <core/contract/scratch.hpp>
#include <core/event.hpp>
#include <core/rules/scratch.hpp>

#include <cstdint>
#include <span>

namespace planish::core {

struct Plan;

enum class Judged : std::uint8_t {
  kept,     // or refused, by Event::refuse()
  dropped,  // in no answer and no list of faults
};

// What a stage may use while it looks at one event. Its content does not matter before and after.
struct Scratch {
  const Plan& plan;
  std::span<char> bytes;  // as many as the body may have, and kScratchSlack
  const char* body;
  contract::Scratch* contract;  // where the plan has contracts
  // Of the event at hand, where its fault is one of them: all, the first of which is Event::fault.
  std::span<const contract::ContractFault> contract_faults{};
  // Where the plan has rules; and the text whose payloads stand in it, one after the other.
  rules::RulesScratch* rules = nullptr;
  canonical::Source* source = nullptr;
  bool has_escapes = true;  // false: no backslash stands in the body
};
inline constexpr std::size_t kScratchSlack = 64;

using Stage = Judged (*)(Event&, Scratch&) noexcept;

// Refuses the types that are not on the endpoint's list.
Judged allow_list(Event&, Scratch&) noexcept;
// Refuses what does not fit the contract of its type.
Judged contract_stage(Event&, Scratch&) noexcept;
// Drops an event, or takes out of it what is not to leave.
Judged rules_stage(Event&, Scratch&) noexcept;
[[nodiscard]] Fault contract_fault(const Event&, const contract::ContractFault&) noexcept;

}  // namespace planish::core
