// Near names: which of the known ones was probably meant by one that is not known.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace planish::app {

// A guess takes some microseconds, and a file of 4 MiB may have 650 000 names that nobody knows: where so many faults
// have been found, no more guesses are worth it.
inline constexpr std::size_t kGuessesMax = 100;

// The nearest of `known`, by the letters to be changed, added, left out or swapped with the next; empty where more than
// a quarter of them would have to be. Case, `-` for `_`, and what stands around a name (`--`, `[[ ]]`) don't count.
[[nodiscard]] std::string_view nearest(std::string_view written, std::span<const std::string_view> known);

}  // namespace planish::app
