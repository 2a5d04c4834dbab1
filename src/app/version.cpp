// Version, commit, compiler, libraries, the kernel that simdjson picked, and how payloads are hashed.
#include <app/version.hpp>

#include <app/build_info.hpp>
#include <app/commands.hpp>
#include <app/log_line.hpp>
#include <app/setting_table.hpp>

#include <planish/transformer.hpp>

#include <fmt/format.h>
#include <spdlog/version.h>
#include <boost/version.hpp>

#include <iterator>
#include <utility>
#include <vector>

namespace planish::app {
namespace {

using Pairs = std::vector<std::pair<std::string_view, std::string>>;

std::string object(const Pairs& pairs) {
  std::string out;
  for (const auto& [name, value] : pairs) {
    out += out.empty() ? '{' : ',';
    append_json_string(out, name);
    out += ':';
    if (value.starts_with('{')) {
      out += value;
    } else {
      append_json_string(out, value);
    }
  }
  return out + '}';
}

std::string dotted(int major, int minor, int patch) {
  return fmt::format("{}.{}.{}", major, minor, patch);
}

Pairs libraries() {
  Pairs pairs;
  pairs.emplace_back("boost", dotted(BOOST_VERSION / 100'000, BOOST_VERSION / 100 % 1'000, BOOST_VERSION % 100));
  pairs.emplace_back("fmt", dotted(FMT_VERSION / 10'000, FMT_VERSION / 100 % 100, FMT_VERSION % 100));
  pairs.emplace_back("spdlog", dotted(SPDLOG_VER_MAJOR, SPDLOG_VER_MINOR, SPDLOG_VER_PATCH));
  for (const auto& [name, version] : kLibraries) pairs.emplace_back(name, version);
  pairs.emplace_back("simdjson", simdjson_version());
  pairs.emplace_back("xxhash", xxhash_version());
  return pairs;
}

std::string shown(std::string_view key, const Settings& settings) {
  return told_value(*find_setting(key), settings);
}

// A member each; those of a list that is not its default are not told, there may be many.
std::string answer_settings(const Settings& settings, const Running& running) {
  Pairs pairs;
  for (const Setting& setting : setting_table()) {
    if (!setting.of_answers) continue;
    pairs.emplace_back(setting.key, told_value(setting, settings));
    if (setting.key == "event_types") pairs.back().second = running.all_event_types ? kAllEventTypes : kListed;
  }
  return object(pairs);
}

}  // namespace

std::string told_value(const Setting& setting, const Settings& settings) {
  std::vector<std::string> values = setting.show(setting, settings);
  if (!setting.list) return std::move(values.front());
  const bool fallback =
      values.empty() ? setting.fallback.empty() : values.size() == 1 && values.front() == setting.fallback;
  return std::string(fallback ? setting.fallback : kListed);
}

std::string version_json(const Settings& settings, const Running& running) {
  return object({{"version", std::string(kVersion)},
                 {"commit", std::string(kCommit)},
                 {"compiler", std::string(kCompiler)},
                 {"target", std::string(kTarget)},
                 {"build_type", std::string(kBuildType)},
                 {"flags", std::string(kFlags)},
                 {"libraries", object(libraries())},
                 {"simdjson_kernel", std::string(simd_kernel())},
                 {"hash", shown("hash", settings)},
                 {"canonical", shown("canonical", settings)},
                 {"timestamp_unit", shown("timestamp_unit", settings)},
                 {kAdminMember, running.admin_apart ? "true" : "false"},
                 {kSettingsMember, answer_settings(settings, running)}});
}

std::string version_text() {
  std::string out =
      fmt::format("planish {}\ncommit    {}\ncompiler  {}\ntarget    {}\nbuild     {} {}\nkernel    {}\nlibraries",
                  kVersion, kCommit, kCompiler, kTarget, kBuildType, kFlags, simd_kernel());
  for (const auto& [name, version] : libraries()) fmt::format_to(std::back_inserter(out), " {} {},", name, version);
  out.back() = '\n';
  return out;
}

telemetry::BuildLabels build_labels(std::string_view path) {
  return {.version = kVersion, .commit = kCommit, .compiler = kCompiler, .kernel = simd_kernel(), .path = path};
}

int print_version(bool json) {
  if (!json) return print(version_text());
  Complaints none;
  return print(version_json(merge({}, none).settings, {}) + "\n");
}

int print_licenses() {
  return print(licenses_text());
}

}  // namespace planish::app
