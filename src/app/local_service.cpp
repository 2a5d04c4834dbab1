// One request after the other through the service; the head of the answer is read for its status and dropped.
#include <app/local_service.hpp>

#include <app/values.hpp>

#include <planish/padded_view.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace planish::app {
namespace {

std::chrono::nanoseconds now() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

}  // namespace

Options transform_options(const Settings& settings) {
  Options options;
  options.hash = settings.hash;
  options.canonical = settings.canonical;
  options.timestamp_unit = settings.timestamp_unit;
  if (!allows_all_event_types(settings)) options.event_types = std::make_shared<const EventTypes>(settings.event_types);
  return options;
}

planish::Limits transform_limits(const Settings& settings) {
  return {.body_bytes_max = settings.body_bytes_max, .events_max = settings.events_max};
}

http::ServiceOptions service_options(const Settings& settings) {
  http::ServiceOptions options;
  options.path = settings.path;
  options.skip_invalid_events = settings.invalid_events == InvalidEvents::skip;
  options.cors_origins = settings.cors_origins;
  options.cors_headers = settings.cors_headers;
  options.admin_apart = !settings.admin_listen.empty();
  options.body_bytes_max = settings.body_bytes_max;
  return options;
}

LocalService::LocalService(const Settings& settings)
    : options_(service_options(settings)),
      body_bytes_max_(settings.body_bytes_max),
      transform_(transform_options(settings)),
      transformer_(transform_limits(settings)),
      service_(options_, transformer_, transform_, *counters_, health_, &now, "0000000000000000", false),
      outbox_(service_.outbox_bytes_max()) {
  service_.set_date(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
}

LocalService::Answer LocalService::answer(std::span<char> buffer, std::size_t size) {
  http::Request request;
  request.method = http::Method::post;
  request.path = options_.path;
  request.framing = http::Framing::length;
  request.content_length = size;
  outbox_.clear();
  if (size > body_bytes_max_) {
    service_.refuse(http::Fault::length_long, &request, false, now(), outbox_);
  } else {
    service_.answer(request, PaddedView{buffer, size}, now(), false, outbox_);
  }
  // "HTTP/1.1 200 OK\r\n…\r\n\r\n{…}"
  const std::string_view all = outbox_.pieces().front();
  const auto status = parse_unsigned(all.substr(9, 3));
  const std::size_t head_end = all.find("\r\n\r\n");
  return {static_cast<unsigned>(status.value_or(500)), all.substr(std::min(head_end, all.size() - 4) + 4)};
}

}  // namespace planish::app
