// Counters: which series an answer goes to.
#include <http/counters.hpp>

#include <algorithm>

namespace planish::http {

void Counters::answered(Route route, std::size_t transform, unsigned status) noexcept {
  const auto found = std::find(kStatuses.begin(), kStatuses.end(), status);
  const auto known = found != kStatuses.end() ? found : std::find(kStatuses.begin(), kStatuses.end(), 500);
  ByStatus& row = route == Route::transform ? transforms[transform] : requests[static_cast<std::size_t>(route)];
  row[static_cast<std::size_t>(known - kStatuses.begin())].add();
}

}  // namespace planish::http
