// Counters: which series an answer goes to.
#include <http/counters.hpp>

#include <algorithm>

namespace planish::http {

void Counters::answered(Route route, std::size_t transform, unsigned status) noexcept {
  const auto row_of = [](unsigned of) { return std::find(kStatuses.begin(), kStatuses.end(), of); };
  auto known = row_of(status);
  // Of an upstream's own successes, those that are rare count as 200.
  if (known == kStatuses.end()) known = row_of(status / 100 == 2 ? 200 : 500);
  ByStatus& row = route == Route::transform ? transforms[transform] : requests[static_cast<std::size_t>(route)];
  row[static_cast<std::size_t>(known - kStatuses.begin())].add();
}

}  // namespace planish::http
