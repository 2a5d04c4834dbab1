// UTF-8, as far as writing lines needs it: the next code point of a text (RFC 3629).
#pragma once

#include <optional>
#include <string_view>

namespace planish::app {

// Takes one code point off the front of `text`, which is not empty; a byte that begins none is taken alone, as null.
[[nodiscard]] std::optional<char32_t> take_code_point(std::string_view& text) noexcept;
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

}  // namespace planish::app
