// planish serve: assembles the server, runs it, and turns signals into what it does.
#include <app/commands.hpp>
#include <app/local_service.hpp>
#include <app/log.hpp>
#include <app/machine.hpp>
#include <app/process_sample.hpp>
#include <app/reload.hpp>
#include <app/run.hpp>
#include <app/server_setup.hpp>
#include <app/signals.hpp>
#include <app/systemd.hpp>
#include <app/traffic_log.hpp>
#include <app/version.hpp>
#include <net/server.hpp>
#include <telemetry/metrics.hpp>

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <system_error>
#include <thread>

namespace planish::app {
namespace {

// The counters of all threads, and of the process itself behind them.
class Telemetry {
 public:
  Telemetry(unsigned threads, const Log& log, std::string_view path)
      : threads_(threads), counters_(std::make_unique<telemetry::Counters[]>(threads + 1)), log_(&log), path_(path) {}

  [[nodiscard]] std::span<telemetry::Counters> of_threads() noexcept { return {counters_.get(), threads_}; }

  // From any thread.
  std::size_t write(std::span<char> out) {
    const std::lock_guard lock{scrape_};
    telemetry::Counter& dropped = counters_[threads_].log_dropped;
    dropped.add(log_->dropped() - dropped.value());
    return telemetry::write_metrics({counters_.get(), threads_ + 1}, build_labels(path_), sample_process(), out);
  }

 private:
  unsigned threads_;
  std::unique_ptr<telemetry::Counters[]> counters_;
  const Log* log_;
  std::string_view path_;
  std::mutex scrape_;
};

// What a second signal leaves to chance is ended here: the loops may take this long to see the stop.
constexpr std::chrono::milliseconds kStopPatience{1'000};

// Everything that lives as long as the server runs.
class Serving {
 public:
  Serving(const Startup& startup, const Configuration& configuration, net::ServerOptions options, Log& log)
      : log_(log),
        supervisor_(startup.environment.notify_socket),
        telemetry_(options.threads, log, configuration.settings.path),
        notices_(log),
        admin_count_(options.admin.size()),
        server_(
            std::move(options), describe_service(configuration.settings), telemetry_.of_threads(), health_,
            [this](net::Notice notice) { notices_(notice); },
            access_log(log, configuration.settings.access_log, configuration.settings.path)),
        reload_(startup, configuration, log, [this](auto types) { server_.set_event_types(std::move(types)); }) {}

  int run() {
    log_memory(log_, server_.memory_bytes_max());
    log_addresses(log_, server_.bound_addresses(), admin_count_);
    const SignalWatch signals{{.stop = [this](int signal) { stop(signal); },
                               .stop_again = [this](int signal) { stop_again(signal); },
                               .reload = [this] { reload(); },
                               .settled = [this] { settle(); }}};
    log_.info("ready");
    supervisor_.ready();
    const bool complete = server_.run();
    finished_ = true;
    if (stopped_twice_) return kExitFailed;
    log_.info("stopped", {{"complete", complete ? std::string_view{"yes"} : std::string_view{"no"}}});
    return kExitOk;
  }

 private:
  http::ServiceOptions describe_service(const Settings& settings) {
    http::ServiceOptions service = service_options(settings);
    service.admin_apart = admin_count_ > 0;
    service.version_json = version_json(settings);
    service.write_metrics = [this](std::span<char> out) { return telemetry_.write(out); };
    service.metrics_bytes_max = telemetry::kMetricsBytesMax;
    return service;
  }

  // What can wait until the first requests are answered.
  void settle() {
    try {
      log_.start_queue();
    } catch (const std::exception& error) {
      log_.warn("no thread for the log", {{"reason", std::string_view{error.what()}}});
    }
    check_memory(log_, server_.memory_bytes_max());
    forget_startup_pages();
  }

  void stop(int signal) {
    health_.set(telemetry::Phase::draining);
    supervisor_.stopping();
    log_.info("stopping", {{"signal", static_cast<std::int64_t>(signal)}});
    server_.drain();
  }

  void stop_again(int signal) {
    stopped_twice_ = true;
    log_.warn("stopping at once", {{"signal", static_cast<std::int64_t>(signal)}});
    server_.stop();
    for (auto waited = kStopPatience; waited.count() > 0 && !finished_; waited -= std::chrono::milliseconds{5}) {
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    if (!finished_) ::_exit(kExitFailed);
  }

  void reload() {
    supervisor_.reloading();
    reload_();
    supervisor_.ready();
  }

  Log& log_;
  Supervisor supervisor_;
  telemetry::Health health_;
  Telemetry telemetry_;
  NoticeLog notices_;
  std::size_t admin_count_;
  net::Server server_;
  Reload reload_;
  std::atomic<bool> finished_{false};
  std::atomic<bool> stopped_twice_{false};
};

// Raises the limit of open files; where it is too small, fewer connections have to do.
void fit_connections(net::ServerOptions& options, Log& log) {
  const OpenFiles files = raise_open_files();
  const std::size_t wanted = options.connections_max;
  options.connections_max = connections_within(files.now, wanted, options);
  const auto number = [](std::size_t n) { return static_cast<std::int64_t>(n); };
  log.info("open files", {{"limit", number(files.now)}, {"limit_before", number(files.before)}});
  if (options.connections_max < wanted) {
    log.warn("max_connections is lowered: too few open files are allowed",
             {{"max_connections", number(options.connections_max)},
              {"asked", number(wanted)},
              {"open_files", number(files.now)}});
  }
}

}  // namespace

int serve(const Startup& startup, const Configuration& configuration) {
  block_signals();
  Log log{STDERR_FILENO, configuration.settings.log_format, configuration.settings.log_level};
  const InheritedSockets inherited = inherited_sockets(startup.environment, ::getpid());
  if (!inherited.wrong.empty()) {
    log.error(inherited.wrong);
    return kExitCannotBind;
  }
  net::ServerOptions options = server_options(configuration, inherited);
  fit_connections(options, log);
  log_start(log, options);
  std::optional<Serving> serving;
  try {
    serving.emplace(startup, configuration, std::move(options), log);
  } catch (const std::system_error& error) {
    log.error("cannot listen", {{"reason", std::string_view{error.what()}}});
    return kExitCannotBind;
  }
  return serving->run();
}

}  // namespace planish::app
