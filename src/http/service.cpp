// Service: from a request to the one function that answers it, and from there into the outbox.
#include <http/fault_table.hpp>
#include <http/openapi.hpp>
#include <http/problem.hpp>
#include <http/service.hpp>

#include <algorithm>
#include <cassert>
#include <utility>

namespace planish::http {
namespace {

constexpr std::string_view kProblemJson = "application/problem+json";

constexpr std::string_view kMediaTypes =
    "Accept: application/json, text/json, text/plain, application/x-www-form-urlencoded\r\n";
constexpr std::string_view kCodings = "Accept-Encoding: gzip, zstd, deflate\r\n";

}  // namespace

Service::Service(const ServiceOptions& options, Transformer& transformer, const Transform& transform,
                 telemetry::Counters& counters, const telemetry::Health& health, Clock now, std::string_view id_prefix,
                 bool admin)
    : options_(&options),
      transformer_(&transformer),
      transform_(&transform),
      counters_(&counters),
      health_(&health),
      now_(now),
      routes_(options.path, options.admin_apart, admin),
      heads_(options.cors_origins, options.cors_headers),
      retry_after_("Retry-After: " + std::to_string(options.retry_after.count()) + "\r\n") {
  id_.fill('0');
  std::copy_n(id_prefix.begin(), std::min<std::size_t>(id_prefix.size(), 16), id_.begin());
}

void Service::set_date(std::chrono::sys_seconds now) noexcept {
  heads_.set_date(now);
}

void Service::set_observer(std::function<void(const Answered&)> observer) {
  observer_ = std::move(observer);
}

std::optional<Fault> Service::route_fault(const Request& request) const noexcept {
  return routes_.fault_of(request);
}

bool Service::uses_content(const Request& request) const noexcept {
  return request.method == Method::post;
}

std::size_t Service::answer_bytes_max(const Request& request, std::size_t body_bytes) const noexcept {
  const std::optional<Routes::Match> match = routes_.find(request.path);
  if (!match) return kRefusalBytesMax;
  if (request.method == Method::options) return std::max(kPreflightBytesMax, kRefusalBytesMax);
  switch (match->route) {
    case telemetry::Route::transform:
      return kHeadBytesMax + std::max(transformer_->answer_bytes_max(*transform_, body_bytes), kProblemBytesMax);
    case telemetry::Route::metrics:
      return std::max(kHeadBytesMax + options_->metrics.bytes_max, kRefusalBytesMax);
    case telemetry::Route::version:
      return std::max(kHeadBytesMax + options_->version.bytes_max, kRefusalBytesMax);
    case telemetry::Route::openapi:
      return kHeadBytesMax + openapi_bytes(options_->path);
    default:
      return kRefusalBytesMax;
  }
}

std::size_t Service::outbox_bytes_max() const noexcept {
  return std::max({kHeadBytesMax + transformer_->answer_bytes_max(*transform_, options_->body_bytes_max),
                   kHeadBytesMax + kProblemBytesMax, kHeadBytesMax + options_->metrics.bytes_max,
                   kHeadBytesMax + options_->version.bytes_max, kHeadBytesMax + openapi_bytes(options_->path),
                   kPreflightBytesMax, kRefusalBytesMax});
}

void Service::answer(const Request& request, PaddedView body, std::chrono::nanoseconds received_at, bool close,
                     Outbox& outbox) {
  const std::optional<Routes::Match> match = routes_.find(request.path);
  assert(match && !route_fault(request));
  const std::string_view id = request.request_id.empty() ? make_id() : request.request_id;
  Exchanged exchanged{&request, outbox, received_at, close, match->route, id};
  if (request.method == Method::options) return serve_options(exchanged, match->methods);
  if (match->route == telemetry::Route::transform) return transform(exchanged, body);
  serve(exchanged);
}

void Service::refuse(Fault fault, const Request* request, bool close, std::chrono::nanoseconds received_at,
                     Outbox& outbox) {
  const FaultRow& row = row_of(fault);
  const std::string_view id = request == nullptr || request->request_id.empty() ? make_id() : request->request_id;
  Exchanged exchanged{request, outbox, received_at, close, route_of_refusal(row, request), id};
  if (row.counted) counters_->rejected[static_cast<std::size_t>(*row.counted)].add();
  Head head{.fields = fields_of(row)};
  if (row.fields == FaultRow::Fields::allow && request != nullptr) {
    if (const auto match = routes_.find(request->path)) head.allow = allow_of(match->methods);
  }
  send_problem(exchanged, head, {.kind = row.problem, .detail = row.detail});
}

void Service::send_text(Exchanged& exchanged, Head head, std::string_view content) {
  const std::span<char> room = exchanged.content_room();
  std::copy(content.begin(), content.end(), room.data());
  send(exchanged, head, room.first(content.size()));
}

void Service::send_problem(Exchanged& exchanged, Head head, Problem problem) {
  problem.request_id = exchanged.request_id;
  head.status = row_of(problem.kind).status;
  head.content_type = kProblemJson;
  const std::span<char> room = exchanged.content_room();
  send(exchanged, head, room.first(write(problem, room)));
}

// The one way out: `content` lies in the outbox's free room, with kHeadBytesMax bytes of it in front, or those of a
// preflight.
void Service::send(Exchanged& exchanged, Head head, std::span<char> content) {
  const Request* const request = exchanged.request;
  head.request_id = exchanged.request_id;
  if (request != nullptr) head.origin = request->origin;
  if (exchanged.close) {
    head.connection = Head::Connection::close;
  } else if (request != nullptr && request->http_1_0) {
    head.connection = Head::Connection::keep_alive;
  }
  const std::size_t head_bytes = heads_.write_before(content.data(), head, content.size());
  const bool head_only = request != nullptr && request->method == Method::head;
  const std::span<const char> sent(content.data() - head_bytes, head_bytes + (head_only ? 0 : content.size()));
  exchanged.outbox.push(sent);

  const bool timed = exchanged.answered_at.count() != 0;
  answered_at_ = timed ? exchanged.answered_at : now_();
  const std::chrono::nanoseconds elapsed = answered_at_ - exchanged.received_at;
  counters_->answered(exchanged.route, head.status);
  counters_->request_duration.record(elapsed);
  counters_->response_bytes.add(sent.size());
  if (observer_) {
    observer_({request != nullptr ? request->method : Method::other, exchanged.route, head.status, exchanged.request_id,
               exchanged.request_bytes, sent.size(), elapsed});
  }
}

// None before the request is held against the routes; its path is empty where its head was not read to the end.
telemetry::Route Service::route_of_refusal(const FaultRow& row, const Request* request) const noexcept {
  const bool routed = row.found == FaultRow::Found::routing || row.found == FaultRow::Found::content;
  if (request == nullptr || request->path.empty() || !routed) return telemetry::Route::none;
  const std::optional<Routes::Match> match = routes_.find(request->path);
  return match ? match->route : telemetry::Route::other;
}

std::string_view Service::fields_of(const FaultRow& row) const noexcept {
  switch (row.fields) {
    case FaultRow::Fields::none:
    case FaultRow::Fields::allow:
      break;
    case FaultRow::Fields::media_types:
      return kMediaTypes;
    case FaultRow::Fields::codings:
      return kCodings;
    case FaultRow::Fields::retry_after:
      return retry_after_;
  }
  return {};
}

std::string_view Service::make_id() noexcept {
  // Counts in the text itself: nearly always, one digit changes.
  for (auto digit = id_.rbegin(); digit != id_.rbegin() + 16; ++digit) {
    if (*digit != 'f') {
      *digit = *digit == '9' ? 'a' : static_cast<char>(*digit + 1);
      break;
    }
    *digit = '0';
  }
  return {id_.data(), id_.size()};
}

}  // namespace planish::http
