// Settings that were said and do nothing, since what they are of is not configured: `planish check` warns of them.
#pragma once

#include <app/settings.hpp>

#include <string>
#include <vector>

namespace planish::app {

// A line each, with its place.
[[nodiscard]] std::vector<std::string> idle_settings(const Configuration&);

}  // namespace planish::app
