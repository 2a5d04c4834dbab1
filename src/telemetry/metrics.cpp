// Metrics: every name of contract section 7, in its order.
#include <telemetry/exposition.hpp>
#include <telemetry/metrics.hpp>

#include <array>

namespace planish::telemetry {
namespace {

// Histogram::kBoundsUs in seconds, as the label `le` says them.
constexpr std::array<std::string_view, Histogram::kBuckets> kBounds = {
    "0.00001", "0.000025", "0.00005", "0.0001", "0.00025", "0.0005", "0.001", "0.0025",
    "0.005",   "0.01",     "0.025",   "0.05",   "0.1",     "0.25",   "1",     "+Inf"};

template <class Get>
std::uint64_t sum(CountersList threads, Get get) noexcept {
  std::uint64_t total = 0;
  for (const Counters* thread : threads) total += get(*thread);
  return total;
}

// A gauge is counted up and down by several threads; while it is summed it can look negative.
template <class Get>
std::uint64_t sum_of_gauge(CountersList threads, Get get) noexcept {
  const auto total = static_cast<std::int64_t>(sum(threads, get));
  return total < 0 ? 0 : static_cast<std::uint64_t>(total);
}

void histogram(Exposition& out, CountersList threads, Histogram Counters::*which) noexcept {
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < Histogram::kBuckets; ++i) {
    cumulative += sum(threads, [&](const Counters& c) { return (c.*which).bucket(i); });
    out.sample("_bucket").label("le", kBounds[i]).value(cumulative);
  }
  out.sample("_sum").seconds(sum(threads, [&](const Counters& c) { return (c.*which).sum_ns(); }));
  out.sample("_count").value(cumulative);
}

void counter(Exposition& out, CountersList threads, std::string_view name, std::string_view help,
             Counter Counters::*which) noexcept {
  out.metric(name, "counter", help);
  out.sample().value(sum(threads, [&](const Counters& c) { return (c.*which).value(); }));
}

void gauge(Exposition& out, CountersList threads, std::string_view name, std::string_view help,
           Counter Counters::*which) noexcept {
  out.metric(name, "gauge", help);
  out.sample().value(sum_of_gauge(threads, [&](const Counters& c) { return (c.*which).value(); }));
}

void build_info(Exposition& out, const BuildLabels& build) noexcept {
  const auto cut = [](std::string_view value) { return value.substr(0, kLabelBytesMax); };
  out.metric("planish_build_info", "gauge", "The build that runs; always 1.");
  out.sample()
      .label("version", cut(build.version))
      .label("commit", cut(build.commit))
      .label("compiler", cut(build.compiler))
      .label("kernel", cut(build.kernel))
      .value(1);
}

void answers(Exposition& out, std::string_view route, std::size_t status, std::uint64_t count) noexcept {
  const std::uint16_t code = kStatuses[status];
  const char digits[3] = {static_cast<char>('0' + code / 100), static_cast<char>('0' + code / 10 % 10),
                          static_cast<char>('0' + code % 10)};
  out.sample().label("code", {digits, 3}).label("route", route.substr(0, kLabelBytesMax)).value(count);
}

// A series stands here from its first answer on; a transform's 200 always does.
void requests(Exposition& out, CountersList threads, std::span<const std::string> transforms) noexcept {
  out.metric("http_server_requests_total", "counter", "Answers with a final status, by status and route.");
  for (std::size_t row = 0; row < transforms.size() && row < kTransformsCounted; ++row) {
    for (std::size_t status = 0; status < kStatuses.size(); ++status) {
      const std::uint64_t n = sum(threads, [&](const Counters& c) { return c.transforms[row][status].value(); });
      if (n != 0 || kStatuses[status] == 200) answers(out, transforms[row], status, n);
    }
  }
  for (std::size_t route = 0; route < kRouteCount; ++route) {
    for (std::size_t status = 0; status < kStatuses.size(); ++status) {
      const std::uint64_t n = sum(threads, [&](const Counters& c) { return c.requests[route][status].value(); });
      if (n != 0) answers(out, name_of(static_cast<Route>(route)), status, n);
    }
  }
}

void events(Exposition& out, CountersList threads) noexcept {
  out.metric("planish_events_total", "counter", "Events: ok, in an answer; invalid, with a fault.");
  out.sample().label("result", "ok").value(sum(threads, [](const Counters& c) { return c.events_ok.value(); }));
  out.sample().label("result", "invalid").value(sum(threads, [](const Counters& c) {
    return c.events_invalid.value();
  }));
  out.metric("planish_event_errors_total", "counter",
             "Invalid events by their first fault, and the faults of requests outside their events.");
  for (std::size_t i = 0; i < kErrorCodes; ++i) {
    const std::uint64_t n = sum(threads, [&](const Counters& c) { return c.event_errors[i].value(); });
    out.sample().label("code", error_code_name(i)).value(n);
  }
}

void rejections(Exposition& out, CountersList threads) noexcept {
  out.metric("planish_rejected_total", "counter", "Requests and connections cut off by a limit or refused unrouted.");
  for (std::size_t i = 0; i < kRejectedCount; ++i) {
    const std::uint64_t n = sum(threads, [&](const Counters& c) { return c.rejected[i].value(); });
    out.sample().label("reason", name_of(static_cast<Rejected>(i))).value(n);
  }
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

std::size_t write_metrics(CountersList threads, const BuildLabels& build, const ProcessSample& sample,
                          std::span<char> out) noexcept {
  Exposition text(out);
  build_info(text, build);
  requests(text, threads, build.transforms);
  text.metric("http_server_request_duration_seconds", "histogram",
              "From a request's last bytes to its answer being written, in seconds.");
  histogram(text, threads, &Counters::request_duration);
  gauge(text, threads, "http_server_active_requests", "Requests begun and not yet answered.",
        &Counters::active_requests);
  gauge(text, threads, "http_server_connections", "Open connections.", &Counters::connections);
  events(text, threads);
  text.metric("planish_transform_duration_seconds", "histogram", "Time in the transform, in seconds.");
  histogram(text, threads, &Counters::transform_duration);
  counter(text, threads, "planish_request_bytes_total", "Bytes of content that the transform has read, decoded.",
          &Counters::request_bytes);
  counter(text, threads, "planish_response_bytes_total", "Bytes of answers, heads and contents.",
          &Counters::response_bytes);
  rejections(text, threads);
  counter(text, threads, "planish_log_dropped_total", "Log lines dropped because the log was not read.",
          &Counters::log_dropped);
  process(text, sample);
  return text.bytes();
}

}  // namespace planish::telemetry
