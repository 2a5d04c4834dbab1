// Rules on one event: whether it is dropped, what its type is now, and what is left of it.
#pragma once

#include <core/rules/editor.hpp>

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
};

struct Left {
  enum class Verdict : std::uint8_t { kept, dropped, too_large };
  Verdict verdict = Verdict::kept;
  bool changed = false;     // any of the views below, but for the type
  std::string_view type{};  // as renamed
  const CompiledRule* renamed_by = nullptr;
  // Valid until the next event. A part whose place was removed is "null".
  std::string_view whole{}, payload{}, user{}, id{}, trace{};
  // Of an event that was edited: what its tokens count from, its first, and that of its payload. Behind the last token
  // stands the size, twice.
  const char* base = nullptr;
  Index first = nullptr, payload_first = nullptr;
};

[[nodiscard]] Left apply(const RuleSet& rules, const Original& event, RulesScratch& scratch) noexcept;

// By which a share of less than one drops an event.
[[nodiscard]] std::uint64_t drop_hash(const Original& event, RulesScratch& scratch) noexcept;

}  // namespace planish::core::rules
