// All of the file is checked, though only a part of it is taken over.
#include <app/reload.hpp>

#include <app/contract_folder.hpp>
#include <app/last_words.hpp>
#include <app/plugin_command.hpp>
#include <app/rule_files.hpp>
#include <app/rule_table.hpp>
#include <app/setting_table.hpp>
#include <app/shape_table.hpp>
#include <app/upstream_settings.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace planish::app {
namespace {

// What is said of the endpoints whose settings name files in which something else stands now.
struct FileChange {
  std::string_view message;
  std::size_t EndpointSettings::FileDigests::*digest;
};
constexpr std::array<FileChange, 4> kFileChanges{
    {{"contracts changed", &EndpointSettings::FileDigests::contracts},
     {"rule key changed", &EndpointSettings::FileDigests::rule_key},
     {"plugin changed", &EndpointSettings::FileDigests::plugin},
     {"upstream fields changed", &EndpointSettings::FileDigests::upstream_fields}}};

void log_file_changes(const Settings& before, const Settings& after, Log& log) {
  for (const FileChange& change : kFileChanges) {
    for (const EndpointSettings& now : after.endpoints) {
      for (const EndpointSettings& was : before.endpoints) {
        if (was.paths.front() != now.paths.front()) continue;
        if (was.digests.*change.digest != now.digests.*change.digest) {
          log.info(change.message, {{"path", now.paths.front()}});
        }
      }
    }
  }
}

// The table of an endpoint's own shape, or nothing.
std::string shape_text(const Settings& settings, std::string_view name) {
  for (const OwnShape& own : settings.shapes) {
    if (own.shape.name == name) return to_toml(own);
  }
  return {};
}

// Of each endpoint, by its first path, all that it is made of. What the one endpoint without a table has of settings is
// logged as those.
std::map<std::string, std::string> texts_of_endpoints(const Configuration& configuration) {
  const Settings& settings = configuration.settings;
  std::map<std::string, std::string> out;
  for (std::size_t i = 0; i < settings.endpoints.size(); ++i) {
    const EndpointSettings& endpoint = settings.endpoints[i];
    std::string text = to_toml(endpoint.rules, "rule") + shape_text(settings, endpoint.shape) + endpoint.plugin_config;
    if (i < configuration.endpoints.size()) {
      for (const Given& given : configuration.endpoints[i]) {
        text += given.key;
        for (const std::string& value : given.values) text += '\n' + value;
        text += '\n';
      }
    }
    out.emplace(endpoint.paths.front(), std::move(text));
  }
  return out;
}

// A file of 4 MiB may have 650 000 faults. Who mends it looks at the first ones, and the log has other lines to keep;
// `planish check` says every one.
constexpr std::size_t kFaultLinesMax = 100;
constexpr std::string_view kTooManyNames = "more endpoints since the start than can be counted apart; restart for them";

}  // namespace

Reload::Reload(const Startup& startup, Configuration current, Log& log, Supervisor& supervisor,
               std::function<bool(const Settings&)> set_endpoints)
    : startup_(&startup),
      current_(std::move(current)),
      log_(&log),
      supervisor_(&supervisor),
      set_endpoints_(std::move(set_endpoints)),
      errand_(
          [this, own = startup]() -> Errand::Result {
            Complaints complaints;
            Configuration next = configure(own, complaints);
            read_contracts(next, complaints);
            compile_rules(next, complaints);
            load_plugins(next, complaints);
            read_upstreams(next, complaints);
            return [this, next = std::move(next), complaints = std::move(complaints)] { take_over(next, complaints); };
          },
          [this](const std::exception& error) { give_up(error); }) {}

void Reload::operator()() {
  supervisor_->reloading();
  if (startup_->config_path().empty() && !has_contracts(current_.settings) && !has_plugins(current_.settings) &&
      !has_upstream_files(current_.settings)) {
    log_->info("nothing to reload: there is no configuration file");
    supervisor_->ready();
    return;
  }
  try {
    errand_.start();
  } catch (const std::exception& error) {
    give_up(error);
  }
}

// The system gives no thread, no descriptor, no memory.
void Reload::give_up(const std::exception& error) {
  log_->error("configuration not reloaded", {{"fault", reason_of(error)}});
  supervisor_->ready();
}

void Reload::take_over(const Configuration& next, const Complaints& complaints) {
  for (std::size_t i = 0; i < std::min(complaints.size(), kFaultLinesMax); ++i) {
    log_->error("configuration not reloaded", {{"fault", complaints[i].text}});
  }
  if (complaints.size() > kFaultLinesMax) {
    log_->error("configuration not reloaded",
                {{"more_faults", static_cast<std::int64_t>(complaints.size() - kFaultLinesMax)}});
  }
  if (has_plugins(next.settings)) count_plugin_reload(complaints.empty());
  if (complaints.empty()) {
    if (set_endpoints_(next.settings)) {
      for (const Setting& setting : setting_table()) {
        if (setting.reload != nullptr) setting.reload(next.settings, *log_);
      }
      for (const std::string& warning : contract_warnings(next.settings)) {
        log_->warn("a contract is costly", {{"schema", warning}});
      }
      for (const std::string& warning : plugin_warnings(next.settings)) log_->warn(warning);
      log_changes(next);
      log_->info("configuration reloaded", {{"file", startup_->config_path()}});
    } else {
      log_->error("configuration not reloaded", {{"fault", std::string_view{kTooManyNames}}});
    }
  }
  supervisor_->ready();
}

// What only a new start can take stays what it was, so that the next reload tells it again.
void Reload::log_changes(const Configuration& next) {
  for (std::size_t i = 0; i < next.effective.size(); ++i) {
    const Given& value = next.effective[i];
    if (value.values == current_.effective[i].values) continue;
    if (find_setting(value.key)->reload != nullptr) {
      current_.effective[i] = value;
      log_->info("setting reloaded", {{"setting", value.key}});
    } else {
      log_->warn("setting changed, which takes a restart", {{"setting", value.key}});
    }
  }
  const auto rules_of = [](const Configuration& configuration) {
    return to_toml(configuration.settings.rules, "rule");
  };
  if (rules_of(next) != rules_of(current_)) log_->info("setting reloaded", {{"setting", std::string_view{"rule"}}});
  const auto before = texts_of_endpoints(current_);
  const auto after = texts_of_endpoints(next);
  for (const auto& [path, text] : after) {
    const auto known = before.find(path);
    if (known == before.end()) {
      log_->info("endpoint added", {{"path", path}});
    } else if (known->second != text) {
      log_->info("endpoint changed", {{"path", path}});
    }
  }
  for (const auto& [path, text] : before) {
    if (!after.contains(path)) log_->info("endpoint removed", {{"path", path}});
  }
  log_file_changes(current_.settings, next.settings, *log_);
  current_.endpoints = next.endpoints;
  current_.settings = next.settings;
}

}  // namespace planish::app
