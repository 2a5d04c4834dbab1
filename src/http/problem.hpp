// Problem: what an error answer says. RFC 9457.
#pragma once

#include <planish/fault.hpp>
#include <planish/options.hpp>
#include <planish/shape.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace planish::http {

// The kinds of problem that planish tells apart; each is a page, /problems/<slug>.
enum class ProblemKind : std::uint8_t {
  not_json,
  invalid_request,
  invalid_events,
  bad_content_coding,
  bad_request,
  not_found,
  method_not_allowed,
  request_timeout,
  length_required,
  content_too_large,
  uri_too_long,
  unsupported_media_type,
  expectation_failed,
  too_many_requests,
  request_header_fields_too_large,
  internal_server_error,
  not_implemented,
  bad_gateway,
  service_unavailable,
  gateway_timeout,
  http_version_not_supported,
};
inline constexpr std::size_t kProblemKinds = 21;

struct ProblemRow {
  ProblemKind kind;
  unsigned status;
  std::string_view slug;
  std::string_view title;
};

[[nodiscard]] const ProblemRow& row_of(ProblemKind) noexcept;
// Null: no such page.
[[nodiscard]] const ProblemRow* find_problem(std::string_view slug) noexcept;

// What /problems/<slug> says: what it means and what to do. The texts stand in problems/.
[[nodiscard]] std::string_view page_of(ProblemKind) noexcept;

// One error answer. Nothing in it but `request_id` comes from a client.
struct Problem {
  ProblemKind kind;
  std::string_view detail = {};  // at most kDetailBytesMax; stands in JSON as it is
  std::string_view request_id = {};
  std::optional<std::size_t> offset = {};                      // of a fault of JSON's syntax
  unsigned upstream_status = 0;                                // what an upstream answered; 0: nothing is said of it
  std::optional<std::span<const planish::Fault>> errors = {};  // at most kFaultsListed
  Sdk sdk = Sdk::none;  // what the client libraries of the endpoint's shape read beside all that
};

inline constexpr std::size_t kDetailBytesMax = 160;
// Of a problem that lists no errors, and of one that lists as many as there can be.
inline constexpr std::size_t kPlainProblemBytesMax = 896;
inline constexpr std::size_t kProblemBytesMax = kPlainProblemBytesMax + kFaultsListed * (kFaultBytesMax + 1);

// Writes the JSON text to the front of `out`, which has kProblemBytesMax bytes, or kPlainProblemBytesMax if no errors
// are listed. Returns the number of bytes.
std::size_t write(const Problem&, std::span<char> out) noexcept;

}  // namespace planish::http
