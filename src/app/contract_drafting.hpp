// Drafting contracts: events are found in a text as an endpoint's shape says, or each by itself, and make drafts.
#pragma once

#include <planish/contract_drafts.hpp>
#include <planish/options.hpp>

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>

namespace planish::app {

// Of events, at once; a megabyte has some thousands.
inline constexpr std::size_t kDraftBytesMax = std::size_t{64} << 20;

// Makes drafts of the events in a text of at most kDraftBytesMax bytes: one JSON text, or one a line; each a body as
// the options' shape has it, or an event alone. `buffer` holds `size` bytes of it, and kPadding more. What cannot be
// taken is told, a line each, and left out.
[[nodiscard]] ContractDrafts draft_contracts(const Options&, std::span<char> buffer, std::size_t size,
                                             const std::function<void(std::string_view)>& tell);

}  // namespace planish::app
