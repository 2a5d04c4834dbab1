// FaultRow: all that is known of a fault of a message. The rows stand in fault_table.cpp.
#pragma once

#include <http/counters.hpp>
#include <http/fault.hpp>
#include <http/problem.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace planish::http {

struct FaultRow {
  // Where it is found: what is found in the head, or before there is a request at all, has no route.
  enum class Found : std::uint8_t { head, routing, content, connection };
  // Fields that the answer has beside those of every answer; upstreams: Retry-After as the upstream said it.
  enum class Fields : std::uint8_t { none, allow, media_types, codings, retry_after, upstreams };

  Fault fault;
  ProblemKind problem;  // its status, slug, title and page
  std::string_view detail;
  Found found;
  bool closes;                      // the connection, after the answer
  std::optional<Rejected> counted;  // in planish_rejected_total
  Fields fields;
};

[[nodiscard]] const FaultRow& row_of(Fault) noexcept;

}  // namespace planish::http
