// Counters: what one thread counts, its answers and its connections. Its gauges, and their metrics.
#pragma once

#include <http/counters.hpp>
#include <net/upstream_counters.hpp>
#include <telemetry/counter.hpp>
#include <telemetry/families.hpp>

#include <span>

namespace planish::net {

struct Counters : http::Counters {
  telemetry::Counter active_requests, connections;
  UpstreamCounters upstream;
};

// Those of contract section 7 that connections are counted by.
inline void write_metrics(telemetry::Exposition& out, std::span<const Counters* const> threads) noexcept {
  telemetry::Families<Counters> families(out, threads);
  families.gauge("http_server_active_requests", "Requests begun and not yet answered.", &Counters::active_requests);
  families.gauge("http_server_connections", "Open connections.", &Counters::connections);
}

}  // namespace planish::net
