// What single values of settings must look like. Each check returns what is wrong, or nothing.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace planish::app {

[[nodiscard]] std::string check_address(std::string_view text);        // [IPv4]:port, [IPv6]:port, unix:/path
[[nodiscard]] std::string check_path(std::string_view text);           // of an endpoint: http::path_problem()
[[nodiscard]] std::string check_shape_name(std::string_view text);     // letters, digits, - and _, at most 64
[[nodiscard]] std::string check_answer_member(std::string_view text);  // planish::parse_answer_member()
[[nodiscard]] std::string check_folder(std::string_view text);         // a path, or nothing
[[nodiscard]] std::string check_file(std::string_view text);           // the same of a file
[[nodiscard]] std::string check_event_type(std::string_view text);     // contract section 1: 1 to 256 bytes of UTF-8
[[nodiscard]] std::string check_origin(std::string_view text);         // as a browser writes it, or *; origin.cpp
[[nodiscard]] std::string check_field_name(std::string_view text);     // RFC 9110, section 5.1; not *

[[nodiscard]] std::string check_sha256(std::string_view text);  // 64 hex digits, or none

// And what lists of them must look like.
[[nodiscard]] std::string check_addresses(std::span<const std::string>);       // one at least
[[nodiscard]] std::string check_event_types(std::span<const std::string>);     // one at least; * alone
[[nodiscard]] std::string check_paths(std::span<const std::string>);           // one at least
[[nodiscard]] std::string check_answer_members(std::span<const std::string>);  // one at least, of names that differ

[[nodiscard]] std::string check_cors_headers(std::span<const std::string>);  // within http::kCorsHeadersBytesMax

// Of all event types together, as TOML has them: what `check` prints stays within what a file may have.
inline constexpr std::size_t kEventTypesBytesMax = std::size_t{3} << 20;

[[nodiscard]] std::optional<unsigned> parse_mode(std::string_view text);

// "'banana' is not a size"; "'0' is not from 1 to 10": values are cut and escaped.
[[nodiscard]] std::string not_a(std::string_view text, std::string_view kind);
[[nodiscard]] std::string outside(std::string_view text, std::string_view min, std::string_view max);
// `text` in quotes, as it may stand in a message.
[[nodiscard]] std::string in_quotes(std::string_view text);

}  // namespace planish::app
