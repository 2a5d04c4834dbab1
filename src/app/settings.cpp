// The merge of all sources: flags over environment over file over what the platform says over defaults.
#include <app/settings.hpp>
#include <bytes/utf8.hpp>

#include <app/endpoints.hpp>
#include <app/rule_table.hpp>
#include <app/setting_checks.hpp>
#include <app/setting_table.hpp>
#include <app/shape_table.hpp>
#include <app/values.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace planish::app {
namespace {

const Given* find_given(const std::vector<Given>& source, std::string_view key) {
  const auto found = std::find_if(source.begin(), source.end(), [key](const Given& given) { return given.key == key; });
  return found == source.end() ? nullptr : &*found;
}

std::vector<std::string> fallback_of(const Setting& setting) {
  if (setting.list && setting.fallback.empty()) return {};
  return {std::string(setting.fallback)};
}

// As a comment may have it: a file's name may hold anything.
std::string comment_of(std::string_view place) {
  std::string out(place);
  const bool utf8 = bytes::is_utf8(place);
  for (char& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F || (byte >= 0x80 && !utf8)) c = '?';
  }
  return out;
}

// Takes the value of the highest rank; tries those below, for their faults alone.
Given take(const Setting& setting, const Sources& sources, Settings& settings, Complaints& complaints) {
  Given effective{std::string(setting.key), {}, {}};
  bool taken = false;
  for (const auto* source : {&sources.flags, &sources.environment, &sources.file, &sources.platform}) {
    const Given* given = find_given(*source, setting.key);
    if (given == nullptr || (taken && source == &sources.platform)) continue;
    Settings scratch;
    complain(complaints, given->place, setting.set(setting, taken ? scratch : settings, given->values));
    if (!taken) effective.place = given->place;
    taken = true;
  }
  if (!taken) {
    if (setting.key == "threads") return effective;
    // The table's defaults are right by test.
    static_cast<void>(setting.set(setting, settings, fallback_of(setting)));
  }
  effective.values = setting.show(setting, settings);
  return effective;
}

void check_addresses(const Configuration& configuration, Complaints& complaints) {
  const Settings& settings = configuration.settings;
  std::vector<std::string> all = settings.listen;
  all.insert(all.end(), settings.admin_listen.begin(), settings.admin_listen.end());
  std::erase_if(all, [](const std::string& address) { return address.ends_with(":0"); });
  std::sort(all.begin(), all.end());
  for (auto twice = std::adjacent_find(all.begin(), all.end()); twice != all.end();
       twice = std::adjacent_find(twice + 1, all.end())) {
    complaints.push_back({"listen, admin_listen: " + in_quotes(*twice) + " stands twice"});
  }
}

}  // namespace

void complain(Complaints& complaints, std::string_view place, std::string_view wrong) {
  while (!wrong.empty()) {
    const std::size_t end = std::min(wrong.find('\n'), wrong.size());
    complaints.push_back({fmt::format("{}: {}", place, wrong.substr(0, end))});
    wrong.remove_prefix(std::min(end + 1, wrong.size()));
  }
}

bool allows_all_event_types(const EndpointSettings& endpoint) noexcept {
  return endpoint.event_types.size() == 1 && endpoint.event_types.front() == kAllEventTypes;
}

std::string_view Configuration::place_of(std::string_view key) const noexcept {
  const Given* given = find_given(effective, key);
  return given == nullptr ? std::string_view{} : given->place;
}

Configuration merge(const Sources& sources, Complaints& complaints) {
  Configuration configuration;
  const std::size_t before = complaints.size();
  configuration.effective.reserve(setting_table().size());
  for (const Setting& setting : setting_table()) {
    configuration.effective.push_back(take(setting, sources, configuration.settings, complaints));
  }
  if (complaints.size() == before) check_addresses(configuration, complaints);
  if (sources.plugin_config) {
    configuration.settings.endpoint.plugin_config = sources.plugin_config->values.front();
    configuration.plugin_config = sources.plugin_config;
  }
  settle_endpoints(sources, configuration, complaints);
  return configuration;
}

void settle_threads(Configuration& configuration, unsigned cpus) {
  if (configuration.settings.threads != 0) return;
  configuration.settings.threads = std::clamp(cpus, 1U, 1024U);
  for (Given& given : configuration.effective) {
    if (given.key == "threads") given.values = {std::to_string(configuration.settings.threads)};
  }
}

namespace {

void append_toml(std::string& out, const Given& given) {
  if (given.key == kPluginConfig) {
    out += fmt::format("{} = {}  # {}\n", given.key, given.values.back(), comment_of(given.place));
    return;
  }
  const Setting* setting = find_setting(given.key);
  // What the shape or the answer has.
  if (given.values.empty() && (setting->key == "answer_members" || !setting->list)) return;
  out += given.key;
  out += " = ";
  if (setting->list) out += '[';
  for (std::size_t i = 0; i < given.values.size(); ++i) {
    if (i != 0) out += ", ";
    out += setting->quoted ? toml_string(given.values[i]) : given.values[i];
  }
  if (setting->list) out += ']';
  if (!given.place.empty()) out += "  # " + comment_of(given.place);
  out += '\n';
}

}  // namespace

std::string to_toml(const Configuration& configuration) {
  std::string out;
  for (const Given& given : configuration.effective) {
    // Where there are [[endpoint]]s, each says all of its own.
    if (configuration.endpoints.empty() || !find_setting(given.key)->of_endpoint) append_toml(out, given);
  }
  if (configuration.plugin_config) append_toml(out, *configuration.plugin_config);
  for (const OwnShape& shape : configuration.settings.shapes) out += "\n" + to_toml(shape);
  out += to_toml(configuration.settings.rules, "[[rule]]");
  for (std::size_t i = 0; i < configuration.endpoints.size(); ++i) {
    out += "\n[[endpoint]]\n";
    for (const Given& given : configuration.endpoints[i]) append_toml(out, given);
    out += to_toml(configuration.settings.endpoints[i].rules, "[[endpoint.rule]]");
  }
  return out;
}

}  // namespace planish::app
