// UpstreamCounters: the metrics of contract section 13.
#include <net/upstream_counters.hpp>

#include <telemetry/families.hpp>

namespace planish::net {

// A series of a status stands here from its first answer on.
void write_upstream_metrics(telemetry::Exposition& out, std::span<const UpstreamCounters* const> threads) noexcept {
  telemetry::Families<UpstreamCounters> families(out, threads);
  out.metric("planish_upstream_requests_total", "counter",
             "Requests to upstreams, by the status of the answer, or by what went wrong.");
  for (std::size_t i = 0; i < kUpstreamStatuses; ++i) {
    const std::uint64_t n = families.sum([i](const UpstreamCounters& thread) { return thread.answers[i].value(); });
    if (n == 0) continue;
    const std::size_t code = kUpstreamStatusMin + i;
    const char digits[3] = {static_cast<char>('0' + code / 100), static_cast<char>('0' + code / 10 % 10),
                            static_cast<char>('0' + code % 10)};
    out.sample().label("code", {digits, 3}).value(n);
  }
  for (std::size_t i = 0; i < kUpstreamFailures.size(); ++i) {
    const std::uint64_t n = families.sum([i](const UpstreamCounters& thread) { return thread.failures[i].value(); });
    out.sample().label("code", kUpstreamFailures[i]).value(n);
  }
  families.histogram("planish_upstream_duration_seconds",
                     "From a request being ready for its upstream to the whole answer, in seconds.",
                     &UpstreamCounters::duration);
  families.gauge("planish_upstream_connections", "Open connections to upstreams.", &UpstreamCounters::connections);
  families.gauge("planish_upstream_waiting", "Requests that wait for a connection to their upstream.",
                 &UpstreamCounters::waiting);
}

}  // namespace planish::net
