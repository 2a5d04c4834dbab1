// What single values of settings must look like. Each check returns what is wrong, or nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace planish::app {

[[nodiscard]] std::string check_address(std::string_view text);     // [IPv4]:port, [IPv6]:port, unix:/path
[[nodiscard]] std::string check_path(std::string_view text);        // of the transform's route
[[nodiscard]] std::string check_event_type(std::string_view text);  // contract section 1: 1 to 256 bytes of UTF-8
[[nodiscard]] std::string check_origin(std::string_view text);      // RFC 6454, section 6.2, or *
[[nodiscard]] std::optional<unsigned> parse_mode(std::string_view text);

// "'banana' is not a size"; "'0' is not from 1 to 10": values are cut and escaped.
[[nodiscard]] std::string not_a(std::string_view text, std::string_view kind);
[[nodiscard]] std::string outside(std::string_view text, std::string_view min, std::string_view max);
// `text` in quotes, as it may stand in a message.
[[nodiscard]] std::string in_quotes(std::string_view text);

}  // namespace planish::app
