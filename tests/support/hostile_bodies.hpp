// Valid JSON that costs as much as possible for each of its bytes: names to be sorted, numbers to be written anew, the
// least that can stand between two tokens.
#pragma once

#include <string>
#include <string_view>

namespace planish::support {

// Always the same bytes; empty where no body has that name.
[[nodiscard]] std::string hostile_body(std::string_view name);

}  // namespace planish::support
