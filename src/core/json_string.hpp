// The content of JSON strings: escapes checked, undone, and written anew in their shortest form.
#pragma once

#include <cstddef>
#include <string_view>

namespace planish::core {

// Whether every escape is one of RFC 8259 and every surrogate has its pair. `content` is what stands between the quotes
// of a string that stage 1 has passed; its closing quote follows it, and three bytes more can be read.
[[nodiscard]] bool has_valid_escapes(std::string_view content) noexcept;

// Both take content whose escapes are valid, write no more bytes than it has, and return how many. unescape() writes
// plain UTF-8; write_shortest() what belongs between quotes again, so that one text always gives the same bytes:
// \b \t \n \f \r \" \\, \u00xx in lower case for the other controls, and everything else as it is.
std::size_t unescape(std::string_view content, char* out) noexcept;
std::size_t write_shortest(std::string_view content, char* out) noexcept;

}  // namespace planish::core
