// Service: what a request is answered with. One per thread; pure but for the clock it is given.
#pragma once

#include <http/fault.hpp>
#include <http/outbox.hpp>
#include <http/request.hpp>

#include <planish/transformer.hpp>
#include <telemetry/counters.hpp>
#include <telemetry/health.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace planish::http {

// What happened, for the access log and nobody else. Views are valid during the call only.
struct Answered {
  Method method;
  telemetry::Route route;
  unsigned status;
  std::string_view request_id;
  std::size_t request_bytes;   // of the content
  std::size_t response_bytes;  // head and content
  std::chrono::nanoseconds elapsed;
};

// The slice of the configuration that answers depend on. Shared by all threads, immutable.
struct ServiceOptions {
  std::string path = "/";
  bool skip_invalid_events = false;        // --invalid-events skip
  std::vector<std::string> cors_origins;   // exact origins, or "*"
  bool admin_apart = false;                // /metrics, /version, /readyz answer on the admin address only
  std::size_t body_bytes_max = std::size_t{1} << 20;
  std::chrono::seconds retry_after{1};
  std::string version_json;                // the answer of /version, made at start
  // Writes the scrape into the span and returns its bytes; sums all threads.
  std::function<std::size_t(std::span<char>)> write_metrics;
  std::size_t metrics_bytes_max = 0;
};

class Service {
 public:
  // References must outlive the service. `now` is a monotonic clock. `id_prefix`: 16 hex digits, unique to the thread.
  Service(const ServiceOptions&, Transformer&, telemetry::Counters&, const telemetry::Health&,
          std::chrono::nanoseconds (*now)(), std::string_view id_prefix, bool admin);

  // Called once a second at most: the Date field of the answers that follow (RFC 9110, section 6.6.1).
  void set_date(std::chrono::sys_seconds);
  // Null: no access log.
  void set_observer(std::function<void(const Answered&)>);
};

}  // namespace planish::http
