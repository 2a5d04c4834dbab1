// JSON pointers (RFC 6901) as a configuration has them, and as a fault tells them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace planish::core {

// The names of a pointer, without their escapes; none for "". Null, and `problem` in words, where it is no pointer, or
// deeper than kPointerDepthMax.
[[nodiscard]] std::optional<std::vector<std::string>> parse_pointer(std::string_view text, std::string& problem);

// The pointer as it stands in a JSON string.
[[nodiscard]] std::string pointer_in_json(const std::vector<std::string>& path);

// Any text as it stands in a JSON string.
[[nodiscard]] std::string text_in_json(std::string_view text);

}  // namespace planish::core
