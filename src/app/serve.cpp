// planish serve: assembles the server, runs it, and turns signals into what it does.
#include <app/commands.hpp>
#include <app/contract_folder.hpp>
#include <app/endpoints.hpp>
#include <app/errand.hpp>
#include <app/last_words.hpp>
#include <app/local_service.hpp>
#include <app/log.hpp>
#include <app/machine.hpp>
#include <app/metrics.hpp>
#include <app/plugin_command.hpp>
#include <app/process_sample.hpp>
#include <app/program_pages.hpp>
#include <app/reload.hpp>
#include <app/run.hpp>
#include <app/server_setup.hpp>
#include <app/signals.hpp>
#include <app/systemd.hpp>
#include <app/traffic_log.hpp>
#include <app/upstream_settings.hpp>
#include <app/version.hpp>
#include <net/clock.hpp>
#include <net/server.hpp>

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace planish::app {
namespace {

constexpr std::size_t kScrapeBytesMax = kMetricsBytesMax + kPluginMetricsBytesMax;

// The counters of all threads.
class Telemetry {
 public:
  Telemetry(const Log& log, EndpointNames names, bool upstreams)
      : log_(&log), names_(std::move(names)), upstreams_(upstreams) {
    all_.add(first_);
  }

  [[nodiscard]] net::Counters& of_first_thread() noexcept { return first_; }

  // Before there are other threads.
  std::span<net::Counters> add_threads(unsigned count) {
    others_ = std::make_unique<net::Counters[]>(count);
    for (unsigned i = 0; i < count; ++i) all_.add(others_[i]);
    return {others_.get(), count};
  }

  // From any thread.
  std::size_t write(std::span<char> out) {
    const std::lock_guard lock{scrape_};
    const std::size_t own = write_metrics(
        all_, {build_labels(), process_now_.sample(net::now()), log_->dropped(), names_.all(), upstreams_}, out);
    return own + write_plugin_metrics(out.subspan(own));
  }

  // From one thread at a time.
  std::shared_ptr<const http::Endpoints> compile(const Settings& settings) {
    const std::lock_guard lock{scrape_};
    upstreams_ = has_upstreams(settings);
    return compile_endpoints(settings, names_);
  }

 private:
  ProcessSampler process_now_;
  net::Counters first_;
  std::unique_ptr<net::Counters[]> others_;
  ThreadCounters all_;
  const Log* log_;
  EndpointNames names_;
  bool upstreams_;
  std::mutex scrape_;
};

// A text that may be replaced while it is read.
class Published {
 public:
  explicit Published(std::string text) : text_(std::move(text)) {}
  void set(std::string text) {
    const std::lock_guard lock{mutex_};
    text_ = std::move(text);
  }
  std::size_t write(std::span<char> out) {
    const std::lock_guard lock{mutex_};
    return text_.copy(out.data(), out.size());
  }

 private:
  std::mutex mutex_;
  std::string text_;
};

// A second signal: the loops may take this long to see it. Then the process ends without them.
constexpr std::chrono::milliseconds kStopPatience{500};
// The time for a stop is over: the loops cut what is left by themselves. One that a request holds doesn't; it is told
// once more, and then not waited for. All of it takes less than a second.
constexpr std::chrono::milliseconds kCutGrace{50};
constexpr std::chrono::milliseconds kCutPatience{250};
constexpr std::chrono::milliseconds kLastWordsPatience{100};

// Everything that lives as long as the server runs.
class Serving {
 public:
  Serving(const Startup& startup, const Configuration& configuration, net::ServerOptions options, EndpointNames names,
          Log& log)
      : log_(log),
        supervisor_(startup.environment.notify_socket),
        telemetry_(log, std::move(names), has_upstreams(configuration.settings)),
        version_(version_json(configuration.settings, {.admin_apart = !options.admin.empty()})),
        notices_(log),
        admin_count_(options.admin.size()),
        contract_bytes_(contract_bytes_max(configuration.settings)),
        plugin_warnings_(plugin_warnings(configuration.settings)),
        server_(
            std::move(options), describe_service(configuration.settings), telemetry_.of_first_thread(), health_,
            [this](net::Notice notice) { notices_(notice); }, access_log(log, configuration.settings.access_log)),
        reload_(startup, configuration, log, supervisor_,
                [this](const Settings& settings) { return set_endpoints(settings); }),
        memory_check_(
            [this]() -> Errand::Result {
              return [this, allowed = cgroup_memory_bytes()] {
                check_memory(log_, memory_bytes_max_, kernel_bytes_max_, allowed);
                forget_startup_pages();
              };
            },
            [this](const std::exception& error) { miss_out(error); }) {}

  // The start is three lists, a step a line, in the order in which they have to happen. The first answers come before
  // the first words: what a start has to say and to find out can wait, those who ask should not.
  void before_the_first_answer() {
    listen_to_signals();  // first: none is lost, also by process 1
    server_.begin();      // binds, and answers who waits already
  }

  void before_ready(Configuration& configuration) {
    if (configuration.settings.threads == 0) settle_threads(configuration, usable_cpus());
    threads_ = configuration.settings.threads;
    files_ = fit_open_files(server_.options(), threads_);
    server_.add_loops(telemetry_.add_threads(threads_ - 1), files_.connections_max);
    log_start(log_, server_.options(), threads_, files_);
    // While the loops are this thread's: a reload may change theirs.
    memory_bytes_max_ = server_.memory_bytes_max() + contract_bytes_;
    kernel_bytes_max_ = server_.kernel_bytes_max();
    log_memory(log_, memory_bytes_max_, kernel_bytes_max_);
    log_addresses(log_, server_.bound_addresses(), admin_count_);
    for (const std::string& warning : plugin_warnings_) log_.warn(warning);
    assembled_ = true;
  }

  // On the thread of the signals, a tenth of a second later. The files of the cgroup may be a mount that hangs, as
  // those of a container can be, and so are read by a thread of their own.
  bool when_quiet() {
    try {
      log_.start_queue();
      memory_check_.start();
    } catch (const std::exception& error) {
      miss_out(error);
    }
    return true;
  }

  int run() {
    const bool complete = server_.run([this] {
      log_.info("ready");
      supervisor_.ready();
    });
    finished_ = true;
    if (stopped_twice_) return kExitFailed;
    log_.info("stopped", {{"complete", complete ? std::string_view{"yes"} : std::string_view{"no"}}});
    return kExitOk;
  }

 private:
  http::ServiceOptions describe_service(const Settings& settings) {
    http::ServiceOptions service = service_options(settings);
    service.admin_apart = admin_count_ > 0;
    service.version = {[this](std::span<char> out) { return version_.write(out); }, kVersionBytesMax};
    service.metrics = {[this](std::span<char> out) { return telemetry_.write(out); }, kScrapeBytesMax};
    return service;
  }

  // What a configuration says of endpoints, in the place of what was said before. False: it can't be.
  bool set_endpoints(const Settings& settings) {
    const auto endpoints = telemetry_.compile(settings);
    if (endpoints == nullptr) return false;
    if (assembled_) check_descriptors(log_, *endpoints, files_);
    server_.set_endpoints(endpoints);
    version_.set(version_json(settings, {.admin_apart = admin_count_ > 0}));
    return true;
  }

  void listen_to_signals() {
    const net::Timeouts& timeouts = server_.options().timeouts;
    signals_.emplace(SignalActions{.stop = [this](int signal) { stop(signal); },
                                   .stop_again = [this](int signal) { stop_again(signal); },
                                   .reload = [this] { reload_(); },
                                   .settled = [this] { return assembled_ && when_quiet(); },
                                   .overdue = [this] { cut(); },
                                   .stop_within = timeouts.drain_delay + timeouts.shutdown + kCutGrace});
  }

  // The log has no thread of its own, or nobody looks at the cgroup: it runs all the same.
  void miss_out(const std::exception& error) {
    log_.warn("something is left out of the start", {{"reason", reason_of(error)}});
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
    if (!finishes_within(kStopPatience)) ::_exit(kExitFailed);
  }

  void cut() {
    server_.stop();
    if (finishes_within(kCutPatience)) return;
    server_.remove_paths();
    log_.warn("stopped",
              {{"complete", std::string_view{"no"}}, {"reason", std::string_view{"a request takes too long"}}});
    log_.flush(kLastWordsPatience);
    ::_exit(kExitOk);
  }

  [[nodiscard]] bool finishes_within(std::chrono::milliseconds patience) const {
    const std::chrono::nanoseconds until = net::now() + patience;
    while (!finished_ && net::now() < until) std::this_thread::sleep_for(std::chrono::milliseconds{5});
    return finished_;
  }

  Log& log_;
  unsigned threads_ = 0;
  std::size_t memory_bytes_max_ = 0;
  std::size_t kernel_bytes_max_ = 0;
  FittedFiles files_;
  Supervisor supervisor_;
  telemetry::Health health_;
  Telemetry telemetry_;
  Published version_;
  NoticeLog notices_;
  std::size_t admin_count_;
  std::size_t contract_bytes_;
  std::vector<std::string> plugin_warnings_;
  net::Server server_;
  Reload reload_;
  Errand memory_check_;
  std::atomic<bool> assembled_{false};  // all threads' loops are there
  std::atomic<bool> finished_{false};
  std::atomic<bool> stopped_twice_{false};
  std::optional<SignalWatch> signals_;  // the last member: its thread uses the others
};

}  // namespace

int serve(const Startup& startup, Configuration configuration) {
  block_signals();
  set_last_words(configuration.settings.log_format);
  Log log{STDERR_FILENO, configuration.settings.log_format, configuration.settings.log_level};
  set_plugin_log(&log);
  const InheritedSockets inherited = inherited_sockets(startup.environment, ::getpid());
  if (!inherited.wrong.empty()) {
    log.error(inherited.wrong);
    return kExitSystem;
  }
  EndpointNames names;
  net::ServerOptions options = server_options(configuration, inherited, names);
  Serving serving{startup, configuration, std::move(options), std::move(names), log};
  serving.before_the_first_answer();
  serving.before_ready(configuration);
  return serving.run();
}

}  // namespace planish::app
