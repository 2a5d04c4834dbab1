// Metrics of http: names, words and labels; a label's values are those of the tables of routes, statuses and faults.
#include <http/metrics.hpp>

#include <telemetry/families.hpp>

#include <cstdint>
#include <string_view>

namespace planish::http {
namespace {

using telemetry::Exposition;
using Families = telemetry::Families<Counters>;

void answers(Exposition& out, std::string_view route, std::size_t status, std::uint64_t count) noexcept {
  const std::uint16_t code = kStatuses[status];
  const char digits[3] = {static_cast<char>('0' + code / 100), static_cast<char>('0' + code / 10 % 10),
                          static_cast<char>('0' + code % 10)};
  out.sample().label("code", {digits, 3}).label("route", route).value(count);
}

// A series stands here from its first answer on; a transform's 200 always does.
void requests(Exposition& out, const Families& threads, std::span<const std::string> transforms) noexcept {
  out.metric("http_server_requests_total", "counter", "Answers with a final status, by status and route.");
  for (std::size_t row = 0; row < transforms.size() && row < kTransformsCounted; ++row) {
    for (std::size_t status = 0; status < kStatuses.size(); ++status) {
      const std::uint64_t n = threads.sum([&](const Counters& c) { return c.transforms[row][status].value(); });
      if (n != 0 || kStatuses[status] == 200) answers(out, transforms[row], status, n);
    }
  }
  for (std::size_t route = 0; route < kRouteCount; ++route) {
    for (std::size_t status = 0; status < kStatuses.size(); ++status) {
      const std::uint64_t n = threads.sum([&](const Counters& c) { return c.requests[route][status].value(); });
      if (n != 0) answers(out, row_of(static_cast<Route>(route)).name, status, n);
    }
  }
}

void events(Exposition& out, const Families& threads) noexcept {
  out.metric("planish_events_total", "counter", "Events: ok, in an answer; invalid, with a fault; dropped, by a rule.");
  out.sample().label("result", "ok").value(threads.sum([](const Counters& c) { return c.events_ok.value(); }));
  out.sample().label("result", "invalid").value(threads.sum([](const Counters& c) {
    return c.events_invalid.value();
  }));
  out.sample().label("result", "dropped").value(threads.sum([](const Counters& c) {
    return c.events_dropped.value();
  }));
  out.metric("planish_event_errors_total", "counter",
             "Invalid events by their first fault, and the faults of requests outside their events.");
  for (std::size_t i = 0; i < kErrcCount; ++i) {
    const std::uint64_t n = threads.sum([&](const Counters& c) { return c.event_errors[i].value(); });
    out.sample().label("code", code(static_cast<Errc>(i))).value(n);
  }
}

void rejections(Exposition& out, const Families& threads) noexcept {
  out.metric("planish_rejected_total", "counter", "Requests and connections cut off by a limit or refused unrouted.");
  for (std::size_t i = 0; i < kRejected.size(); ++i) {
    out.sample().label("reason", kRejected[i]).value(threads.sum([&](const Counters& c) {
      return c.rejected_by[i].value();
    }));
  }
}

}  // namespace

void write_request_metrics(Exposition& out, CountersList list, std::span<const std::string> transforms) noexcept {
  Families threads(out, list);
  requests(out, threads, transforms);
  threads.histogram("http_server_request_duration_seconds",
                    "From a request's last bytes to its answer being written, in seconds.",
                    &Counters::request_duration);
}

void write_event_metrics(Exposition& out, CountersList list) noexcept {
  Families threads(out, list);
  events(out, threads);
  threads.histogram("planish_transform_duration_seconds", "Time in the transform, in seconds.",
                    &Counters::transform_duration);
  threads.counter("planish_request_bytes_total", "Bytes of content that the transform has read, decoded.",
                  &Counters::request_bytes);
  threads.counter("planish_response_bytes_total", "Bytes of answers, heads and contents.", &Counters::response_bytes);
  rejections(out, threads);
}

}  // namespace planish::http
