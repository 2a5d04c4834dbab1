// Metrics: the scrape as text.
#include <app/metrics.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace planish::app {
namespace {

using namespace std::chrono_literals;

using http::kTransformsCounted;
using http::Route;
using net::Counters;
using telemetry::Counter;
using telemetry::kLabelBytesMax;

ThreadCounters list(std::span<const Counters> counters) {
  ThreadCounters out;
  for (const Counters& one : counters) out.add(one);
  return out;
}

std::string scrape(std::span<const Counters> threads, const Scraped& scraped = {}) {
  std::string text(kMetricsBytesMax, '#');
  text.resize(write_metrics(list(threads), scraped, text));
  return text;
}

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST(Metrics, HaveEveryNameOfTheContractBeforeAnythingWasCounted) {
  const std::vector<std::string> names = {"/"};
  const std::string text =
      scrape(std::vector<Counters>(1), {.build = {"0.1.0", "abc", "gcc 12", "haswell"}, .transforms = names});
  for (const std::string line :
       {"planish_build_info{version=\"0.1.0\",commit=\"abc\",compiler=\"gcc 12\",kernel=\"haswell\"} 1",
        "http_server_requests_total{code=\"200\",route=\"/\"} 0",
        "# TYPE http_server_requests_total counter",
        "# TYPE http_server_request_duration_seconds histogram",
        "http_server_request_duration_seconds_bucket{le=\"0.00001\"} 0",
        "http_server_request_duration_seconds_bucket{le=\"+Inf\"} 0",
        "http_server_request_duration_seconds_sum 0.000000000",
        "http_server_request_duration_seconds_count 0",
        "# TYPE http_server_active_requests gauge",
        "http_server_active_requests 0",
        "http_server_connections 0",
        "planish_events_total{result=\"ok\"} 0",
        "planish_events_total{result=\"invalid\"} 0",
        "planish_events_total{result=\"dropped\"} 0",
        "planish_event_errors_total{code=\"bad_timestamp\"} 0",
        "planish_transform_duration_seconds_count 0",
        "planish_request_bytes_total 0",
        "planish_response_bytes_total 0",
        "planish_rejected_total{reason=\"malformed\"} 0",
        "planish_log_dropped_total 0",
        "process_cpu_seconds_total 0.000000000",
        "process_resident_memory_bytes 0",
        "process_virtual_memory_bytes 0",
        "process_open_fds 0",
        "process_max_fds 0",
        "process_start_time_seconds 0.000"}) {
    EXPECT_TRUE(has_line(text, line)) << line;
  }
}

TEST(Metrics, SumTheThreads) {
  std::vector<Counters> threads(3);
  for (std::size_t i = 0; i < threads.size(); ++i) {
    for (std::size_t n = 0; n <= i; ++n) threads[i].answered(Route::transform, 0, 422);
    threads[i].events_ok.add(100);
    threads[i].event_errors[8].add(i);
    threads[i].rejected(http::Rejected::buffered);
    threads[i].request_bytes.add(1'000);
  }
  const std::vector<std::string> names = {"/v1"};
  const std::string text = scrape(threads, {.transforms = names});
  EXPECT_TRUE(has_line(text, "http_server_requests_total{code=\"422\",route=\"/v1\"} 6"));
  EXPECT_TRUE(has_line(text, "planish_events_total{result=\"ok\"} 300"));
  EXPECT_TRUE(has_line(text, "planish_event_errors_total{code=\"bad_timestamp\"} 3"));
  EXPECT_TRUE(has_line(text, "planish_rejected_total{reason=\"buffered\"} 3"));
  EXPECT_TRUE(has_line(text, "planish_request_bytes_total 3000"));
}

TEST(Metrics, CumulateBuckets) {
  std::vector<Counters> threads(2);
  threads[0].request_duration.record(10us);
  threads[1].request_duration.record(11us);
  threads[1].request_duration.record(400us);
  threads[0].request_duration.record(2s);
  const std::string text = scrape(threads);
  const auto at_most = [&](const std::string& le, int n) {
    return has_line(text, "http_server_request_duration_seconds_bucket{le=\"" + le + "\"} " + std::to_string(n));
  };
  EXPECT_TRUE(at_most("0.00001", 1));
  EXPECT_TRUE(at_most("0.000025", 2));
  EXPECT_TRUE(at_most("0.00025", 2));
  EXPECT_TRUE(at_most("0.0005", 3));
  EXPECT_TRUE(at_most("1", 3));
  EXPECT_TRUE(at_most("+Inf", 4));
  EXPECT_TRUE(has_line(text, "http_server_request_duration_seconds_sum 2.000421000"));
  EXPECT_TRUE(has_line(text, "http_server_request_duration_seconds_count 4"));
}

TEST(Metrics, TellGaugesThatOneThreadRaisesAndAnotherLowers) {
  std::vector<Counters> threads(2);
  threads[0].connections.add(3);
  threads[1].connections.subtract(1);
  threads[1].active_requests.subtract(1);
  const std::string text = scrape(threads);
  EXPECT_TRUE(has_line(text, "http_server_connections 2"));
  EXPECT_TRUE(has_line(text, "http_server_active_requests 0"));
}

TEST(Metrics, TellTheProcess) {
  ProcessSample sample;
  sample.cpu = 1'500ms;
  sample.started_at = 1'700'000'000'250ms;
  sample.resident_bytes = 1;
  sample.virtual_bytes = 2;
  sample.open_descriptors = 3;
  sample.descriptors_max = 4;
  const std::string text = scrape(std::vector<Counters>(1), {.process = sample});
  EXPECT_TRUE(has_line(text, "process_cpu_seconds_total 1.500000000"));
  EXPECT_TRUE(has_line(text, "process_start_time_seconds 1700000000.250"));
  EXPECT_TRUE(has_line(text, "process_max_fds 4"));
}

TEST(Metrics, OfUpstreamsStandWhereThereAreSome) {
  const std::string text = scrape(std::vector<Counters>(1), {.upstreams = true});
  for (const std::string line :
       {"planish_upstream_requests_total{code=\"connect\"} 0", "planish_upstream_requests_total{code=\"timeout\"} 0",
        "planish_upstream_requests_total{code=\"broken\"} 0", "planish_upstream_duration_seconds_count 0",
        "planish_upstream_connections 0", "planish_upstream_waiting 0"}) {
    EXPECT_TRUE(has_line(text, line)) << line;
  }
  EXPECT_EQ(scrape(std::vector<Counters>(1), {}).find("planish_upstream"), std::string::npos);
}

TEST(Metrics, EscapeLabelValues) {
  const std::string text = scrape(std::vector<Counters>(1), {.build = {.version = "a\"b\\c\nd"}});
  EXPECT_NE(text.find("version=\"a\\\"b\\\\c\\nd\""), std::string::npos);
}

// Every series there, every number and label at its longest.
std::string longest() {
  std::vector<Counters> threads(1);
  Counters& thread = threads[0];
  const std::uint64_t most = std::uint64_t{1} << 63;
  for (auto& route : thread.requests) {
    for (Counter& counter : route) counter.add(most);
  }
  for (Counter& counter : thread.event_errors) counter.add(most);
  for (Counter& counter : thread.rejected_by) counter.add(most);
  for (Counter& counter : thread.upstream.answers) counter.add(most);
  for (Counter& counter : thread.upstream.failures) counter.add(most);
  for (Counter* const counter : {&thread.events_ok, &thread.events_invalid, &thread.events_dropped,
                                 &thread.request_bytes, &thread.response_bytes}) {
    counter->add(most);
  }
  const std::string label(2 * kLabelBytesMax, '\\');
  ProcessSample sample;
  sample.cpu = std::chrono::nanoseconds::max();
  sample.resident_bytes = sample.virtual_bytes = sample.open_descriptors = sample.descriptors_max = most;
  const std::vector<std::string> names(kTransformsCounted, std::string(kLabelBytesMax, 'p'));
  for (auto& row : thread.transforms) {
    for (Counter& count : row) count.add(most);
  }
  return scrape(threads, {{label, label, label, label}, sample, most, names, true});
}

TEST(Metrics, FitTheirBoundWithEverythingAtItsLongest) {
  const std::string text = longest();
  EXPECT_LT(text.size() + 54 * 20, kMetricsBytesMax);  // the numbers of three histograms may be longer
  EXPECT_NE(text.find("process_start_time_seconds 0.000\n"), std::string::npos);
}

TEST(Metrics, AreCutAtALinesEndWhereTheRoomIsTooSmall) {
  const std::vector<Counters> threads(1);
  const std::string whole = scrape(threads);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    std::vector<char> room(size);
    const std::string text(room.data(), write_metrics(list(threads), {}, room));
    ASSERT_TRUE(text.empty() || text.ends_with('\n')) << size;
  }
  std::vector<char> room(1'000);
  const std::string text(room.data(), write_metrics(list(threads), {}, room));
  EXPECT_EQ(text, whole.substr(0, text.size()));
  EXPECT_GT(text.size(), 800U);
}

}  // namespace
}  // namespace planish::app
