// Metrics: what is known of the process, around what the rooms have counted.
#include <app/metrics.hpp>

#include <string_view>

namespace planish::app {
namespace {

using telemetry::Exposition;

void build_info(Exposition& out, const BuildLabels& build) noexcept {
  out.metric("planish_build_info", "gauge", "The build that runs; always 1.");
  out.sample()
      .label("version", build.version)
      .label("commit", build.commit)
      .label("compiler", build.compiler)
      .label("kernel", build.kernel)
      .value(1);
}

void process(Exposition& out, const ProcessSample& sample) noexcept {
  const auto plain = [&](std::string_view name, std::string_view help, std::uint64_t value) {
    out.metric(name, "gauge", help);
    out.sample().value(value);
  };
  out.metric("process_cpu_seconds_total", "counter", "Processor time of the process, user and system, in seconds.");
  out.sample().seconds(static_cast<std::uint64_t>(sample.cpu.count()));
  plain("process_resident_memory_bytes", "Resident memory in bytes.", sample.resident_bytes);
  plain("process_virtual_memory_bytes", "Virtual memory in bytes.", sample.virtual_bytes);
  plain("process_open_fds", "Open file descriptors.", sample.open_descriptors);
  plain("process_max_fds", "File descriptors that the process may open.", sample.descriptors_max);
  out.metric("process_start_time_seconds", "gauge", "When the process started, in seconds since 1970-01-01.");
  out.sample().seconds(static_cast<std::uint64_t>(sample.started_at.count()) * 1'000'000, 3);
}

}  // namespace

std::size_t write_metrics(const ThreadCounters& threads, const Scraped& scraped, std::span<char> out) noexcept {
  Exposition text(out);
  build_info(text, scraped.build);
  http::write_request_metrics(text, threads.of_http(), scraped.transforms);
  net::write_metrics(text, threads.of_net());
  http::write_event_metrics(text, threads.of_http());
  text.metric("planish_log_dropped_total", "counter", "Log lines that were lost, whatever the reason.");
  text.sample().value(scraped.log_dropped);
  if (scraped.upstreams) net::write_upstream_metrics(text, threads.of_upstreams());
  process(text, scraped.process);
  return text.bytes();
}

}  // namespace planish::app
