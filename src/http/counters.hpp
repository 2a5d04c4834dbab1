// Counters: what the answers of one thread are counted as. Written by it alone.
#pragma once

#include <http/routes.hpp>
#include <telemetry/counter.hpp>
#include <telemetry/histogram.hpp>

#include <planish/fault.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace planish::http {

// Transforms that are counted apart, over the life of a process: a reload may add some, and none is counted as another.
inline constexpr std::size_t kTransformsCounted = 128;

// Why a request or a connection is cut off, or refused before it has a route.
enum class Rejected : std::uint8_t {
  connections,
  buffered,
  header_timeout,
  body_timeout,
  write_timeout,
  malformed,
  too_large
};
inline constexpr auto kRejected = std::to_array<std::string_view>(
    {"connections", "buffered", "header_timeout", "body_timeout", "write_timeout", "malformed", "too_large"});
static_assert(kRejected.size() == static_cast<std::size_t>(Rejected::too_large) + 1, "each reason has its name");

// Statuses that planish answers with, in this order.
inline constexpr std::array<std::uint16_t, 22> kStatuses = {200, 201, 202, 204, 400, 404, 405, 408, 411, 413, 414,
                                                            415, 417, 422, 429, 431, 500, 501, 502, 503, 504, 505};

struct alignas(64) Counters {
  using Counter = telemetry::Counter;
  using ByStatus = std::array<Counter, kStatuses.size()>;
  std::array<ByStatus, kRouteCount> requests;  // but for those of the transforms
  std::array<ByStatus, kTransformsCounted> transforms;
  std::array<Counter, kErrcCount> event_errors;
  std::array<Counter, kRejected.size()> rejected_by;
  Counter events_ok, events_invalid, events_dropped;
  Counter request_bytes, response_bytes;
  telemetry::Histogram request_duration, transform_duration;

  // Counts one answer with a final status; `transform` is the row of Route::transform. An unknown status counts as 500,
  // a success that is not in kStatuses as 200.
  void answered(Route, std::size_t transform, unsigned status) noexcept;
  void rejected(Rejected reason) noexcept { rejected_by[static_cast<std::size_t>(reason)].add(); }
};

}  // namespace planish::http
