// Counters: what one thread has counted. Written by its thread alone, read by whoever scrapes; no shared cache line.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace planish::telemetry {

// A counter with one writer: the increment is a plain load and store, the reader sees a value that was once true.
class Counter {
 public:
  void add(std::uint64_t n = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  void subtract(std::uint64_t n = 1) noexcept { add(std::uint64_t{0} - n); }
  [[nodiscard]] std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// Prometheus histogram with the bounds of contract section 7 (10 µs … 1 s, then +Inf).
class Histogram {
 public:
  static constexpr std::array<std::int64_t, 15> kBoundsUs = {
      10, 25, 50, 100, 250, 500, 1'000, 2'500, 5'000, 10'000, 25'000, 50'000, 100'000, 250'000, 1'000'000};
  static constexpr std::size_t kBuckets = kBoundsUs.size() + 1;

  void record(std::chrono::nanoseconds) noexcept;
  [[nodiscard]] std::uint64_t bucket(std::size_t i) const noexcept { return buckets_[i].value(); }  // not cumulative
  [[nodiscard]] std::uint64_t sum_ns() const noexcept { return sum_ns_.value(); }

 private:
  std::array<Counter, kBuckets> buckets_;
  Counter sum_ns_;
};

// Label values. The names stand in counters.cpp; none ever comes from a client.
enum class Route : std::uint8_t {
  transform,
  healthz,
  readyz,
  metrics,
  version,
  openapi,
  problems,
  asterisk,  // OPTIONS *
  other,     // 404
  none,      // refused before routing
};
inline constexpr std::size_t kRouteCount = 10;
// Transforms that are counted apart, over the life of a process: a reload may add some, and none is counted as another.
inline constexpr std::size_t kTransformsCounted = 128;

enum class Rejected : std::uint8_t {
  connections,
  buffered,
  header_timeout,
  body_timeout,
  write_timeout,
  malformed,
  too_large
};
inline constexpr std::size_t kRejectedCount = 7;

// Statuses that planish answers with, in this order.
inline constexpr std::array<std::uint16_t, 17> kStatuses = {200, 204, 400, 404, 405, 408, 411, 413, 414,
                                                            415, 417, 422, 431, 500, 501, 503, 505};

inline constexpr std::size_t kErrorCodes = 14;  // planish::kErrcCount; telemetry uses no other room

// As the labels say it. `i` is below kErrorCodes; a test holds the names to planish::code().
[[nodiscard]] std::string_view name_of(Route) noexcept;
[[nodiscard]] std::string_view name_of(Rejected) noexcept;
[[nodiscard]] std::string_view error_code_name(std::size_t i) noexcept;

struct alignas(64) Counters {
  using ByStatus = std::array<Counter, kStatuses.size()>;
  std::array<ByStatus, kRouteCount> requests;  // but for those of the transforms
  std::array<ByStatus, kTransformsCounted> transforms;
  std::array<Counter, kErrorCodes> event_errors;
  std::array<Counter, kRejectedCount> rejected;
  Counter events_ok, events_invalid;
  Counter request_bytes, response_bytes;
  Counter active_requests, connections;  // gauges
  Counter log_dropped;
  Histogram request_duration, transform_duration;

  // Counts one answer with a final status; `transform` is the row of Route::transform. An unknown status counts as 500.
  void answered(Route, std::size_t transform, unsigned status) noexcept;
};

}  // namespace planish::telemetry
