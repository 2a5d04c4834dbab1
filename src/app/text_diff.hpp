// A unified diff of two texts.
#pragma once

#include <string>
#include <string_view>

namespace planish::app {

struct DiffNames {
  std::string_view before, after;
};

// Empty where they are the same. `colour`: for a terminal.
[[nodiscard]] std::string unified_diff(std::string_view before, std::string_view after, DiffNames, bool colour);

}  // namespace planish::app
