// Counters: which bucket and which series an observation goes to, and the label values of contract section 7.
#include <telemetry/counters.hpp>

#include <algorithm>

namespace planish::telemetry {

void Histogram::record(std::chrono::nanoseconds observed) noexcept {
  const std::int64_t ns = std::max<std::int64_t>(observed.count(), 0);
  std::size_t i = 0;
  while (i < kBoundsUs.size() && ns > kBoundsUs[i] * 1'000) ++i;
  buckets_[i].add();
  sum_ns_.add(static_cast<std::uint64_t>(ns));
}

void Counters::answered(Route route, std::size_t transform, unsigned status) noexcept {
  const auto found = std::find(kStatuses.begin(), kStatuses.end(), status);
  const auto known = found != kStatuses.end() ? found : std::find(kStatuses.begin(), kStatuses.end(), 500);
  ByStatus& row = route == Route::transform ? transforms[transform] : requests[static_cast<std::size_t>(route)];
  row[static_cast<std::size_t>(known - kStatuses.begin())].add();
}

std::string_view name_of(Route route) noexcept {
  switch (route) {
    case Route::transform:
      return "transform";  // each has a name of its own
    case Route::healthz:
      return "/healthz";
    case Route::readyz:
      return "/readyz";
    case Route::metrics:
      return "/metrics";
    case Route::version:
      return "/version";
    case Route::openapi:
      return "/openapi.json";
    case Route::problems:
      return "/problems/{slug}";
    case Route::asterisk:
      return "*";
    case Route::other:
      return "other";
    case Route::none:
      return "none";
  }
  return "other";
}

std::string_view name_of(Rejected reason) noexcept {
  switch (reason) {
    case Rejected::connections:
      return "connections";
    case Rejected::buffered:
      return "buffered";
    case Rejected::header_timeout:
      return "header_timeout";
    case Rejected::body_timeout:
      return "body_timeout";
    case Rejected::write_timeout:
      return "write_timeout";
    case Rejected::malformed:
      return "malformed";
    case Rejected::too_large:
      return "too_large";
  }
  return "malformed";
}

std::string_view error_code_name(std::size_t i) noexcept {
  constexpr std::array<std::string_view, kErrorCodes> names = {
      "missing_member",  "wrong_type",       "out_of_range",        "duplicate_member",
      "too_many_events", "empty_event_type", "event_type_too_long", "unknown_event_type",
      "bad_timestamp",   "too_deep",         "number_out_of_range", "not_json",
      "contract",        "no_contract"};
  return names[i];
}

}  // namespace planish::telemetry
