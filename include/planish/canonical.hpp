// The canonical form of a JSON value, as the payload's hash covers it: RFC 8785, but integers of 64 bits stay exact.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace planish {

// Of one JSON value, perhaps with white space around it. None: it is no JSON, or has a number that no double holds.
[[nodiscard]] std::optional<std::string> canonical_form(std::string_view value);

}  // namespace planish
