// Writes a scrape with something in every series to standard output, for promtool to judge.
#include <app/metrics.hpp>

#include <cstdio>
#include <vector>

int main() {
  using namespace planish;
  using net::Counters;
  std::vector<Counters> threads(2);
  for (Counters& thread : threads) {
    for (std::size_t route = 0; route < http::kRouteCount; ++route) {
      for (const unsigned status : http::kStatuses) thread.answered(static_cast<http::Route>(route), 0, status);
    }
    for (telemetry::Counter& counter : thread.event_errors) counter.add();
    for (telemetry::Counter& counter : thread.rejected_by) counter.add();
    for (std::int64_t us = 1; us < 5'000'000; us *= 3) {
      thread.request_duration.record(std::chrono::microseconds(us));
      thread.transform_duration.record(std::chrono::microseconds(us));
    }
    for (telemetry::Counter& counter : thread.upstream.answers) counter.add();
    for (telemetry::Counter& counter : thread.upstream.failures) counter.add();
    thread.events_ok.add(7);
    thread.connections.add(2);
  }
  const std::vector<std::string> names = {"/v1/events"};
  app::Scraped scraped{.build = {"0.1.0", "0123abc", "gcc \"12\" \\", "haswell"}, .transforms = names};
  scraped.process.cpu = std::chrono::milliseconds(1'234);
  scraped.process.started_at = std::chrono::milliseconds(1'700'000'000'123);
  scraped.process.descriptors_max = 1 << 20;
  std::vector<char> text(app::kMetricsBytesMax);
  app::ThreadCounters all;
  for (const Counters& thread : threads) all.add(thread);
  const std::size_t bytes = app::write_metrics(all, scraped, text);
  return std::fwrite(text.data(), 1, bytes, stdout) == bytes ? 0 : 1;
}
