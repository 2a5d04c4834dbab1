// Explanation: how a body is read by an endpoint, event by event. Nothing here is an own reading of the contract: the
// very transform is asked again and again, each time for one thing alone.
#pragma once

#include <planish/context.hpp>
#include <planish/options.hpp>

#include <cstddef>
#include <span>
#include <string>

namespace planish::app {

// Of the first so many events; faults of no more are told.
inline constexpr std::size_t kEventsExplained = kFaultsListed;

// `buffer` holds `size` bytes of a body, and kPadding more. As text for people: it shows payloads.
[[nodiscard]] std::string explain(const Options&, const Limits&, const Context&, std::span<char> buffer,
                                  std::size_t size);

}  // namespace planish::app
