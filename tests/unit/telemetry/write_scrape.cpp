// Writes a scrape with something in every series to standard output, for promtool to judge.
#include <telemetry/metrics.hpp>

#include <cstdio>
#include <vector>

int main() {
  using namespace planish::telemetry;
  std::vector<Counters> threads(2);
  for (Counters& thread : threads) {
    for (std::size_t route = 0; route < kRouteCount; ++route) {
      for (const unsigned status : kStatuses) thread.answered(static_cast<Route>(route), 0, status);
    }
    for (Counter& counter : thread.event_errors) counter.add();
    for (Counter& counter : thread.rejected) counter.add();
    for (std::int64_t us = 1; us < 5'000'000; us *= 3) {
      thread.request_duration.record(std::chrono::microseconds(us));
      thread.transform_duration.record(std::chrono::microseconds(us));
    }
    thread.events_ok.add(7);
    thread.connections.add(2);
  }
  const std::vector<std::string> names = {"/v1/events"};
  const BuildLabels build{"0.1.0", "0123abc", "gcc \"12\" \\", "haswell", names};
  ProcessSample sample;
  sample.cpu = std::chrono::milliseconds(1'234);
  sample.started_at = std::chrono::milliseconds(1'700'000'000'123);
  sample.descriptors_max = 1 << 20;
  std::vector<char> text(kMetricsBytesMax);
  const Counters* const all[] = {&threads[0], &threads[1]};
  const std::size_t bytes = write_metrics(all, build, sample, text);
  return std::fwrite(text.data(), 1, bytes, stdout) == bytes ? 0 : 1;
}
