// Stage: what judges or changes an event between its reader and its writer. Which ones run is settled when a Transform
// is made: a stage that is not configured costs nothing. A new one is a file in stages/, and its line in Stages.
#pragma once

#include <planish/options.hpp>

#include <core/contract/scratch.hpp>
#include <core/event.hpp>
#include <core/rules/scratch.hpp>

#include <array>
#include <cstddef>
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

// The function of the stage of that name, or null where the options do not ask for it. Only the stage's own file knows
// more of it, and instantiates this: see stage_of.hpp.
template <class Name>
[[nodiscard]] Stage stage_of(const Options&) noexcept;

template <class... Names>
struct StageList {
  static constexpr std::size_t size = sizeof...(Names);
  [[nodiscard]] static std::array<Stage, size> of(const Options& options) noexcept {
    return {stage_of<Names>(options)...};
  }
};

// All there are, in the order in which an event goes through them.
using Stages = StageList<struct AllowList,      // refuses the types that are not on the endpoint's list
                         struct ContractStage,  // refuses what does not fit the contract of its type
                         struct RulesStage>;    // drops an event, or takes out of it what is not to leave

[[nodiscard]] Fault contract_fault(const Event&, const contract::ContractFault&) noexcept;

}  // namespace planish::core
