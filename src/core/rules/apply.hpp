// Rules on one event: whether it is dropped, what its type is now, and what is left of it.
#pragma once

#include <core/rules/followed.hpp>
#include <core/rules/rule_set.hpp>
#include <core/rules/scratch.hpp>
#include <core/structural_index.hpp>

#include <cstdint>
#include <string_view>

namespace planish::core::rules {

// An event as its reader found it. Views that are empty are not there.
struct Original {
  const char* base = nullptr;  // offsets of tokens are from here
  Index first = nullptr;       // the event's first token
  std::string_view whole{};    // the event, from its first byte to its last
  std::string_view type{};     // without escapes
  // As they stand, strings with their quotes; within `whole`, or somewhere else and then not to be edited.
  std::string_view payload{}, user{}, id{}, trace{};
  bool has_escapes = true;  // false: no backslash stands in `whole`
  // The payload's first token, where it stands in `whole` and its tokens are to be told.
  Index payload_first = nullptr;
  // Where its reader goes to the places of rules: which those are, and where it met them.
  const Followed* followed = nullptr;
  const MetPlaces* met = nullptr;
};

struct Left {
  enum class Verdict : std::uint8_t { kept, dropped, too_large };
  Verdict verdict = Verdict::kept;
  bool changed = false;     // any of the views below, but for the type
  std::string_view type{};  // as renamed
  const CompiledRule* renamed_by = nullptr;
  // Valid until the next event. A part whose place was removed is "null".
  std::string_view whole{}, payload{}, user{}, id{}, trace{};
  // Of an event that was edited: what its tokens count from, and the first of its payload, if they are to be told. At
  // least one token more is after those, and after the last the size, twice.
  const char* base = nullptr;
  Index payload_first = nullptr;
};

[[nodiscard]] Left apply(const RuleSet& rules, const Original& event, RulesScratch& scratch) noexcept;

// By which a share of less than one drops an event.
[[nodiscard]] std::uint64_t drop_hash(std::string_view user, std::string_view id, std::string_view whole,
                                      RulesScratch& scratch) noexcept;

}  // namespace planish::core::rules
