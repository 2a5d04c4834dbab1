// Names of an enum's values: an array beside it, in its order, as settings say them.
#pragma once

#include <cstddef>

namespace planish {

// Whether there is a name for each value up to the last one.
template <class Enum, class Names>
[[nodiscard]] constexpr bool are_names_up_to(Enum last, const Names& names) noexcept {
  for (const auto& name : names) {
    if (name.empty()) return false;
  }
  return names.size() == static_cast<std::size_t>(last) + 1;
}

}  // namespace planish
