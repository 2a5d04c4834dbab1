// One request after the other through the service, which answers with a value.
#include <app/local_service.hpp>

#include <app/setting_checks.hpp>

#include <planish/padded_view.hpp>

#include <fmt/format.h>

#include <chrono>
#include <stdexcept>
#include <utility>

namespace planish::app {
namespace {

std::chrono::nanoseconds now() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

}  // namespace

planish::Limits transform_limits(const Settings& settings) {
  return {.body_bytes_max = settings.body_bytes_max, .events_max = settings.events_max};
}

http::ServiceOptions service_options(const Settings& settings) {
  http::ServiceOptions options;
  options.cors_origins = settings.cors_origins;
  options.cors_headers = settings.cors_headers;
  options.admin_apart = !settings.admin_listen.empty();
  options.body_bytes_max = settings.body_bytes_max;
  options.head_bytes_max = settings.head_bytes_max;
  return options;
}

LocalService::LocalService(const Settings& settings, Head head)
    : options_(service_options(settings)),
      head_(std::move(head)),
      body_bytes_max_(settings.body_bytes_max),
      transformer_(transform_limits(settings)),
      service_(options_, transformer_, compile_endpoints(settings, names_), *counters_, health_, &now,
               "0000000000000000", false),
      room_bytes_(service_.outbox_bytes_max()),
      room_(std::make_unique_for_overwrite<char[]>(room_bytes_)) {
  service_.set_time(std::chrono::system_clock::now());
  if (head_.path.empty()) head_.path = settings.endpoints.front().paths.front();
  http::Request request;
  request.method = http::Method::post;
  request.path = head_.path;
  if (service_.route(request).fault == http::Fault::not_found) {
    throw std::runtime_error(fmt::format("--endpoint: no endpoint has the path {}", in_quotes(head_.path)));
  }
}

LocalService::Answer LocalService::answer(std::span<char> buffer, std::size_t size) {
  http::Request request;
  request.method = http::Method::post;
  request.path = head_.path;
  request.media_type = http::media_type_of(head_.content_type);
  request.framing = http::Framing::length;
  request.content_length = size;
  const std::span<char> room(room_.get(), room_bytes_);
  const http::Routed routed = service_.route(request);
  const http::Response response = size > body_bytes_max_
                                      ? service_.refuse(http::Fault::length_long, &request, routed, room)
                                      : service_.answer(request, routed, PaddedView{buffer, size}, now(), room);
  return {response.status, {response.content.data(), response.content.size()}};
}

}  // namespace planish::app
