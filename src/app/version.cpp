// Version, commit, compiler, libraries, the kernel that simdjson picked, and how payloads are hashed.
#include <app/version.hpp>

#include <app/build_info.hpp>
#include <app/commands.hpp>
#include <app/log_line.hpp>
#include <app/plugin_command.hpp>
#include <app/setting_table.hpp>

#include <planish/transformer.hpp>

#include <fmt/format.h>
#include <spdlog/version.h>
#include <boost/version.hpp>

#include <algorithm>
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
  if (std::string engine = plugin_engine(); !engine.empty()) pairs.emplace_back("plugins", std::move(engine));
  pairs.emplace_back("xxhash", xxhash_version());
  return pairs;
}

std::string shown(std::string_view key, const Settings& settings) {
  return told_value(*find_setting(key), settings);
}

// A member each, of the endpoint that `smoke` can ask.
std::string answer_settings(const Settings& settings) {
  Settings told = settings;
  told.endpoint = asked_endpoint(settings);
  Pairs pairs;
  for (const Setting& setting : setting_table()) {
    if (setting.of_answers) pairs.emplace_back(setting.key, told_value(setting, told));
  }
  if (has_rules(settings, told.endpoint)) pairs.emplace_back(kRulesMember, kListed);
  return object(pairs);
}

}  // namespace

const EndpointSettings& asked_endpoint(const Settings& settings) {
  const auto plain = std::find_if(settings.endpoints.begin(), settings.endpoints.end(),
                                  [](const EndpointSettings& one) { return one.shape == "planish"; });
  if (plain != settings.endpoints.end()) return *plain;
  return settings.endpoints.empty() ? settings.endpoint : settings.endpoints.front();
}

bool has_rules(const Settings& settings, const EndpointSettings& endpoint) noexcept {
  return !settings.rules.empty() || !endpoint.rules.empty();
}

std::string told_value(const Setting& setting, const Settings& settings) {
  std::vector<std::string> values = setting.show(setting, settings);
  if (values.empty()) return {};
  // That there are contracts, a key or an upstream, and not where.
  if (setting.key == "contracts" || setting.key == "rule_key_file" || setting.key == "upstream")
    return values.front().empty() ? std::string{} : std::string(kListed);
  if (!setting.list || setting.key == "path") return std::move(values.front());
  return std::string(values.size() == 1 && values.front() == setting.fallback ? setting.fallback : kListed);
}

std::string version_json(const Settings& settings, const Running& running) {
  Settings told = settings;
  told.endpoint = asked_endpoint(settings);
  return object({{"version", std::string(kVersion)},
                 {"commit", std::string(kCommit)},
                 {"compiler", std::string(kCompiler)},
                 {"target", std::string(kTarget)},
                 {"build_type", std::string(kBuildType)},
                 {"flags", std::string(kFlags)},
                 {"libraries", object(libraries())},
                 {"simdjson_kernel", std::string(simd_kernel())},
                 {"hash", shown("hash", told)},
                 {"canonical", shown("canonical", told)},
                 {"timestamp_unit", shown("timestamp_unit", told)},
                 {kAdminMember, running.admin_apart ? "true" : "false"},
                 {kSettingsMember, answer_settings(settings)}});
}

std::string version_text() {
  std::string out =
      fmt::format("planish {}\ncommit    {}\ncompiler  {}\ntarget    {}\nbuild     {} {}\nkernel    {}\nlibraries",
                  kVersion, kCommit, kCompiler, kTarget, kBuildType, kFlags, simd_kernel());
  for (const auto& [name, version] : libraries()) fmt::format_to(std::back_inserter(out), " {} {},", name, version);
  out.back() = '\n';
  return out;
}

BuildLabels build_labels() {
  return {.version = kVersion, .commit = kCommit, .compiler = kCompiler, .kernel = simd_kernel()};
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
