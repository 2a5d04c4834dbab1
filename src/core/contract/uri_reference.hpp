// Resolving a reference against a base (RFC 3986, 5.2): how schemas of a folder name each other.
#pragma once

#include <string>
#include <string_view>

namespace planish::core::contract {

// Without the fragment.
[[nodiscard]] std::string resolve_reference(std::string_view base, std::string_view reference);

// What stands after the first '#', or nothing.
[[nodiscard]] std::string_view fragment_of(std::string_view reference) noexcept;

// Percent-decoded; false where a percent sign is not followed by two hexadecimal digits.
[[nodiscard]] bool decode_percent(std::string_view text, std::string& out);

// What a URI's fragment may not have as it is becomes %XX.
[[nodiscard]] std::string encode_fragment(std::string_view text);

}  // namespace planish::core::contract
