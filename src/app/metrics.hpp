// Metrics: the scrape, Prometheus text 0.0.4: the metrics of all rooms in the order of contract section 7.
#pragma once

#include <app/process_sample.hpp>
#include <app/version.hpp>
#include <http/metrics.hpp>
#include <net/counters.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace planish::app {

// The counters of all threads, as each room wants them.
class ThreadCounters {
 public:
  void add(const net::Counters& thread) {
    of_net_.push_back(&thread);
    of_http_.push_back(&thread);
    of_upstreams_.push_back(&thread.upstream);
  }
  [[nodiscard]] std::span<const net::Counters* const> of_net() const noexcept { return of_net_; }
  [[nodiscard]] http::CountersList of_http() const noexcept { return of_http_; }
  [[nodiscard]] std::span<const net::UpstreamCounters* const> of_upstreams() const noexcept { return of_upstreams_; }

 private:
  std::vector<const net::Counters*> of_net_;
  std::vector<const http::Counters*> of_http_;
  std::vector<const net::UpstreamCounters*> of_upstreams_;
};

// What is said beside them.
struct Scraped {
  BuildLabels build = {};
  ProcessSample process = {};
  std::uint64_t log_dropped = 0;
  std::span<const std::string> transforms = {};  // what their routes are called, by their rows among the counters
  bool upstreams = false;                        // whether an endpoint has one
};

// Upper bound of a scrape: every series at its longest.
inline constexpr std::size_t kMetricsBytesMax = http::kMetricsBytesMax + net::kUpstreamMetricsBytesMax + 4 * 1024;

// Writes the scrape to the front of `out` (at least kMetricsBytesMax bytes) and returns the number of bytes.
std::size_t write_metrics(const ThreadCounters&, const Scraped&, std::span<char> out) noexcept;

}  // namespace planish::app
