// Formats of strings that a contract asserts, each by the grammar of its RFC.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace planish::core::contract {

enum class Format : std::uint8_t {
  date_time,     // RFC 3339, date-time
  date,          // RFC 3339, full-date
  time,          // RFC 3339, full-time
  email,         // RFC 5321, Mailbox
  hostname,      // RFC 1123, 2.1; A-labels by RFC 5890 to 5892
  ipv4,          // RFC 2673, 3.2
  ipv6,          // RFC 4291, 2.2
  uri,           // RFC 3986, URI
  uuid,          // RFC 4122
  json_pointer,  // RFC 6901
  regex,         // ECMA-262
};
inline constexpr std::size_t kFormatCount = 11;

// As JSON Schema names it, and what is said of a string that is none.
struct FormatName {
  std::string_view name;
  std::string_view refusal;
};
[[nodiscard]] const FormatName& format_name(Format) noexcept;

// Without escapes, in UTF-8. Work is linear in the text.
[[nodiscard]] bool is_of_format(std::string_view text, Format) noexcept;

// The parts, one file each.
[[nodiscard]] bool is_date_time(std::string_view text) noexcept;
[[nodiscard]] bool is_date(std::string_view text) noexcept;
[[nodiscard]] bool is_time(std::string_view text) noexcept;
// Where the last number of an IPv4 address begins; 0: it is none.
[[nodiscard]] std::size_t last_number_of_ipv4(std::string_view text) noexcept;
[[nodiscard]] inline bool is_ipv4(std::string_view text) noexcept {
  return last_number_of_ipv4(text) != 0;
}
[[nodiscard]] bool is_ipv6(std::string_view text) noexcept;
[[nodiscard]] bool is_hostname(std::string_view text) noexcept;
[[nodiscard]] bool is_email(std::string_view text) noexcept;
[[nodiscard]] bool is_uri(std::string_view text) noexcept;
[[nodiscard]] bool is_uuid(std::string_view text) noexcept;
[[nodiscard]] bool is_json_pointer(std::string_view text) noexcept;

}  // namespace planish::core::contract
