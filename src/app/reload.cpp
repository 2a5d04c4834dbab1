// All of the file is checked, though only a part of it is taken over.
#include <app/reload.hpp>

#include <app/local_service.hpp>
#include <app/setting_table.hpp>

#include <utility>

namespace planish::app {

Reload::Reload(const Startup& startup, Configuration current, Log& log,
               std::function<void(std::shared_ptr<const EventTypes>)> set_event_types)
    : startup_(&startup), current_(std::move(current)), log_(&log), set_event_types_(std::move(set_event_types)) {}

void Reload::operator()() {
  const std::string& path = startup_->config_path();
  if (path.empty()) {
    log_->info("nothing to reload: there is no configuration file");
    return;
  }
  Complaints complaints;
  Configuration next = configure(*startup_, complaints);
  if (!complaints.empty()) {
    for (const Complaint& complaint : complaints)
      log_->error("configuration not reloaded", {{"fault", complaint.text}});
    return;
  }
  for (std::size_t i = 0; i < next.effective.size(); ++i) {
    const Given& value = next.effective[i];
    if (value.values == current_.effective[i].values) continue;
    if (find_setting(value.key)->reloadable) {
      current_.effective[i] = value;
      log_->info("setting reloaded", {{"setting", value.key}});
    } else {
      log_->warn("setting changed, which takes a restart", {{"setting", value.key}});
    }
  }
  set_event_types_(transform_options(next.settings).event_types);
  log_->set_level(next.settings.log_level);
  log_->info("configuration reloaded", {{"file", path}});
}

}  // namespace planish::app
