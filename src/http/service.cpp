// Service: from a request to the one function that answers it, and from there into the outbox.
#include <http/fault_table.hpp>
#include <http/openapi.hpp>
#include <http/problem.hpp>
#include <http/service.hpp>
#include <http/upstream_answer.hpp>

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

namespace planish::http {
namespace {

constexpr std::string_view kProblemJson = "application/problem+json";

constexpr std::string_view kMediaTypes =
    "Accept: application/json, text/json, text/plain, application/x-www-form-urlencoded\r\n";
constexpr std::string_view kCodings = "Accept-Encoding: gzip, zstd, deflate\r\n";

// In front of what may be an upstream's content or the client's.
std::size_t headroom_of(const Upstream& upstream) noexcept {
  return std::max(kHeadBytesMax, upstream.head.size() + kUpstreamFieldsBytesMax);
}

}  // namespace

Service::Service(const ServiceOptions& options, Transformer& transformer, std::shared_ptr<const Endpoints> endpoints,
                 Counters& counters, const telemetry::Health& health, Clock now, std::string_view id_prefix, bool admin)
    : options_(&options),
      transformer_(&transformer),
      counters_(&counters),
      health_(&health),
      now_(now),
      routes_(options.admin_apart, admin),
      heads_(options.cors_origins, options.cors_headers),
      retry_after_("Retry-After: " + std::to_string(options.retry_after.count()) + "\r\n") {
  id_.fill('0');
  std::copy_n(id_prefix.begin(), std::min<std::size_t>(id_prefix.size(), 16), id_.begin());
  set_endpoints(std::move(endpoints));
}

void Service::set_endpoints(std::shared_ptr<const Endpoints> endpoints) {
  const auto looks = [](const Endpoint& endpoint) { return looks_into_head(endpoint.shape()); };
  if (context_ == nullptr && std::any_of(endpoints->all().begin(), endpoints->all().end(), looks)) {
    context_ = std::make_unique<RequestContext>(options_->head_bytes_max);
  }
  endpoints_ = std::move(endpoints);
}

void Service::set_time(std::chrono::system_clock::time_point wall) noexcept {
  heads_.set_date(std::chrono::floor<std::chrono::seconds>(wall));
  wall_ahead_ = wall.time_since_epoch() - now_();
}

void Service::set_observer(std::function<void(const Answered&)> observer) {
  observer_ = std::move(observer);
}

std::optional<Fault> Service::route_fault(const Request& request) const noexcept {
  return routes_.fault_of(routes_.find(*endpoints_, request.path), request);
}

bool Service::uses_content(const Request& request) const noexcept {
  return request.method == Method::post;
}

std::span<const Coding> Service::codings_of(const Request& request, std::string_view content) const noexcept {
  static constexpr Coding kGzip[] = {Coding::gzip};
  if (request.codings_count != 0) return {request.codings, request.codings_count};
  if (!content.starts_with("\x1f\x8b")) return {};
  const auto match = routes_.find(*endpoints_, request.path);
  const bool wanted = match && match->endpoint != nullptr && match->endpoint->shape().undeclared_gzip;
  return wanted ? std::span<const Coding>(kGzip) : std::span<const Coding>{};
}

std::size_t Service::answer_bytes_max(const Request& request, std::size_t body_bytes) const noexcept {
  const std::optional<Routes::Match> match = routes_.find(*endpoints_, request.path);
  if (!match) return kRefusalBytesMax;
  if (request.method == Method::options) return std::max(kPreflightBytesMax, kRefusalBytesMax);
  switch (match->route) {
    case Route::transform:
      if (match->endpoint->upstream != nullptr) return std::numeric_limits<std::size_t>::max();
      return kHeadBytesMax +
             std::max(transformer_->answer_bytes_max(match->endpoint->transform, body_bytes), kProblemBytesMax);
    case Route::metrics:
      return std::max(kHeadBytesMax + options_->metrics.bytes_max, kRefusalBytesMax);
    case Route::version:
      return std::max(kHeadBytesMax + options_->version.bytes_max, kRefusalBytesMax);
    case Route::openapi:
      return std::max(kHeadBytesMax + openapi_bytes_max(*endpoints_), kRefusalBytesMax);
    default:
      return kRefusalBytesMax;
  }
}

std::size_t Service::outbox_bytes_max(const Endpoints& endpoints) const noexcept {
  std::size_t headroom = kHeadBytesMax;
  std::size_t most = std::max({kProblemBytesMax, options_->metrics.bytes_max, options_->version.bytes_max,
                               openapi_bytes_max(endpoints), kPreflightBytesMax, kRefusalBytesMax});
  for (const Endpoint& endpoint : endpoints.all()) {
    most = std::max(most, transformer_->answer_bytes_max(endpoint.transform, options_->body_bytes_max));
    if (endpoint.upstream == nullptr) continue;
    headroom = std::max(headroom, headroom_of(*endpoint.upstream));
    if (endpoint.upstream->relays) most = std::max(most, kUpstreamContentBytesMax);
  }
  return headroom + most;
}

void Service::answer(const Request& request, PaddedView body, std::chrono::nanoseconds received_at, bool close,
                     Outbox& outbox) {
  const std::optional<Routes::Match> match = routes_.find(*endpoints_, request.path);
  // Between its head and its content, a reload may have changed what the endpoint takes.
  if (const auto fault = routes_.fault_of(match, request)) return refuse(*fault, &request, close, received_at, outbox);
  const bool preflight = request.method == Method::options;
  std::size_t headroom = preflight ? kPreflightBytesMax : kHeadBytesMax;
  forward_.upstream = nullptr;
  if (match->endpoint != nullptr && match->endpoint->upstream != nullptr) {
    headroom = std::max(headroom, headroom_of(*match->endpoint->upstream));
  }
  const Asked asked{request, *match, received_at, id_of(&request), outbox.free().subspan(headroom)};
  const Response response = respond(asked, body);
  if (forward_.upstream != nullptr) return;
  send(&request, match, asked.request_id, received_at, close, response, outbox);
}

Response Service::respond(const Request& request, PaddedView body, std::chrono::nanoseconds received_at,
                          std::span<char> room) {
  const std::optional<Routes::Match> match = routes_.find(*endpoints_, request.path);
  if (const auto fault = routes_.fault_of(match, request)) return refusal(*fault, match, id_of(&request), room);
  return respond({request, *match, received_at, id_of(&request), room}, body);
}

void Service::refuse(Fault fault, const Request* request, bool close, std::chrono::nanoseconds received_at,
                     Outbox& outbox) {
  const FaultRow& row = row_of(fault);
  if (row.counted) counters_->rejected(*row.counted);
  // None before the request is held against the routes; its path is empty where its head was not read to the end.
  const bool routed = row.found == FaultRow::Found::routing || row.found == FaultRow::Found::content;
  const bool known = request != nullptr && !request->path.empty() && routed;
  std::optional<Routes::Match> match = Routes::Match{Route::none, Methods::get};
  if (known) match = routes_.find(*endpoints_, request->path);
  const std::string_view id = id_of(request);
  send(request, match, id, received_at, close, refusal(fault, match, id, outbox.free().subspan(kHeadBytesMax)), outbox);
}

Response Service::refuse(Fault fault, const Request& request, std::span<char> room) {
  return refusal(fault, routes_.find(*endpoints_, request.path), id_of(&request), room);
}

Response Service::refusal(Fault fault, const std::optional<Routes::Match>& match, std::string_view request_id,
                          std::span<char> room) const noexcept {
  const FaultRow& row = row_of(fault);
  Response response{.fields = fields_of(row)};
  if (row.fields == FaultRow::Fields::allow && match) response.allow = allow_of(match->methods);
  Problem problem{.kind = row.problem, .detail = row.detail, .request_id = request_id};
  if (match && match->endpoint != nullptr) problem.sdk = match->endpoint->shape().sdk;
  return this->problem(room, problem, response);
}

Response Service::problem(std::span<char> room, const Problem& problem, Response response) noexcept {
  response.status = row_of(problem.kind).status;
  response.content_type = kProblemJson;
  response.content = room.first(write(problem, room));
  return response;
}

// The one way out: the response's content lies in the outbox's free room, with room for its head in front.
void Service::send(const Request* request, const std::optional<Routes::Match>& match, std::string_view request_id,
                   std::chrono::nanoseconds received_at, bool close, const Response& response, Outbox& outbox) {
  Delivery delivery{.request_id = request_id};
  if (request != nullptr) delivery.origin = request->origin;
  if (close) {
    delivery.connection = Delivery::Connection::close;
  } else if (request != nullptr && request->http_1_0) {
    delivery.connection = Delivery::Connection::keep_alive;
  }
  const std::size_t head_bytes = heads_.write_before(response.content.data(), response, delivery);
  const bool head_only = request != nullptr && request->method == Method::head;
  const std::span<const char> sent(response.content.data() - head_bytes,
                                   head_bytes + (head_only ? 0 : response.content.size()));
  outbox.push(sent);

  const bool timed = response.answered_at.count() != 0;
  answered_at_ = timed ? response.answered_at : now_();
  const std::chrono::nanoseconds elapsed = answered_at_ - received_at;
  const Route route = match ? match->route : Route::other;
  const Endpoint* const endpoint = match ? match->endpoint : nullptr;
  counters_->answered(route, endpoint != nullptr ? endpoint->counted_as : 0, response.status);
  counters_->request_duration.record(elapsed);
  counters_->response_bytes.add(sent.size());
  if (observer_) {
    observer_({request != nullptr ? request->method : Method::other,
               endpoint != nullptr ? endpoint->name() : name_of(route), response.status, request_id,
               response.request_bytes, sent.size(), elapsed});
  }
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
    case FaultRow::Fields::upstreams:
      return retry_after_;
  }
  return {};
}

std::string_view Service::id_of(const Request* request) noexcept {
  return request == nullptr || request->request_id.empty() ? make_id() : request->request_id;
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
