// All of the file is checked, though only a part of it is taken over.
#include <app/reload.hpp>

#include <app/last_words.hpp>
#include <app/local_service.hpp>
#include <app/setting_table.hpp>

#include <exception>
#include <utility>

namespace planish::app {

Reload::Reload(const Startup& startup, Configuration current, Log& log, Supervisor& supervisor,
               std::function<void(const Transform&)> set_transform)
    : startup_(&startup),
      current_(std::move(current)),
      log_(&log),
      supervisor_(&supervisor),
      set_transform_(std::move(set_transform)),
      errand_(
          [this, own = startup]() -> Errand::Result {
            Complaints complaints;
            Configuration next = configure(own, complaints);
            return [this, next = std::move(next), complaints = std::move(complaints)] { take_over(next, complaints); };
          },
          [this](const std::exception& error) { give_up(error); }) {}

void Reload::operator()() {
  supervisor_->reloading();
  if (startup_->config_path().empty()) {
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
  for (const Complaint& complaint : complaints) log_->error("configuration not reloaded", {{"fault", complaint.text}});
  if (complaints.empty()) {
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
    Options options = transform_options(current_.settings);
    options.event_types = transform_options(next.settings).event_types;
    set_transform_(Transform(options));
    log_->set_level(next.settings.log_level);
    log_->info("configuration reloaded", {{"file", startup_->config_path()}});
  }
  supervisor_->ready();
}

}  // namespace planish::app
