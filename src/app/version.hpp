// What this binary is: for `planish version`, GET /version, and the label of a metric.
#pragma once

#include <app/settings.hpp>
#include <telemetry/metrics.hpp>

#include <string>
#include <string_view>

namespace planish::app {

// Of version_json(): what the compiler and its flags are called is the longest.
inline constexpr std::size_t kVersionBytesMax = std::size_t{16} << 10;

// The answer of GET /version. `settings` gives what payloads are hashed with.
[[nodiscard]] std::string version_json(const Settings& settings);
// For people, a line each.
[[nodiscard]] std::string version_text();
// Views of static storage, but for `path`.
[[nodiscard]] telemetry::BuildLabels build_labels(std::string_view path);
// The list of components and their licences, all of their texts.
[[nodiscard]] std::string_view licenses_text() noexcept;

}  // namespace planish::app
