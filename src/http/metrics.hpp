// Metrics of requests, answers and events: those of contract section 7 that http counts.
#pragma once

#include <http/counters.hpp>
#include <telemetry/exposition.hpp>

#include <cstddef>
#include <span>
#include <string>

namespace planish::http {

// Those of all threads.
using CountersList = std::span<const Counters* const>;

// What both write at most, every series at its longest; for each transform and status, a line with the route's name.
inline constexpr std::size_t kMetricsBytesMax =
    60 * 1024 + kTransformsCounted * kStatuses.size() * (telemetry::kLabelBytesMax + 80);

// Answers and how long they took. `transforms`: what the routes of the transforms are called, by their rows.
void write_request_metrics(telemetry::Exposition&, CountersList, std::span<const std::string> transforms) noexcept;
// What became of their events and bytes.
void write_event_metrics(telemetry::Exposition&, CountersList) noexcept;

}  // namespace planish::http
