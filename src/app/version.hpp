// What this binary is: for `planish version`, GET /version, and the label of a metric.
#pragma once

#include <app/setting_table.hpp>
#include <app/settings.hpp>

#include <span>
#include <string>
#include <string_view>

namespace planish::app {

// Of version_json(): what the compiler and its flags are called is the longest.
inline constexpr std::size_t kVersionBytesMax = std::size_t{16} << 10;

// What the settings alone don't tell of a running server.
struct Running {
  bool admin_apart = false;  // there is an admin address, on which this is asked
};

// The answer of GET /version: the build, how payloads are hashed, and all settings that answers depend on.
[[nodiscard]] std::string version_json(const Settings& settings, const Running&);
inline constexpr std::string_view kSettingsMember = "settings";
inline constexpr std::string_view kAdminMember = "admin_apart";

// The endpoint that `smoke` asks, and whose settings are told: the first one whose shape is planish, else the first
// one.
[[nodiscard]] const EndpointSettings& asked_endpoint(const Settings&);

// A setting's value as it is told there: a list is its default, or kListed.
[[nodiscard]] std::string told_value(const Setting&, const Settings&);
inline constexpr std::string_view kListed = "listed";
// Whether its events go through rules, which is told as kListed.
[[nodiscard]] bool has_rules(const Settings&, const EndpointSettings&) noexcept;
inline constexpr std::string_view kRulesMember = "rules";

// For people, a line each.
[[nodiscard]] std::string version_text();
// As planish_build_info says it: version, commit, compiler, kernel. Views of static storage.
struct BuildLabels {
  std::string_view version = {};
  std::string_view commit = {};
  std::string_view compiler = {};
  std::string_view kernel = {};  // that simdjson runs
};
[[nodiscard]] BuildLabels build_labels();
// The list of components and their licences, all of their texts.
[[nodiscard]] std::string_view licenses_text() noexcept;

}  // namespace planish::app
