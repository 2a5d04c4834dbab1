// Service: from a request to the one function that answers it, or to the row of its fault.
#include <http/fault_table.hpp>
#include <http/openapi.hpp>
#include <http/problem.hpp>
#include <http/service.hpp>
#include <http/upstream_answer.hpp>

#include <algorithm>
#include <cassert>
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
      sender_(options.cors_origins, options.cors_headers, counters, now),
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
  sender_.set_date(std::chrono::floor<std::chrono::seconds>(wall));
  wall_ahead_ = wall.time_since_epoch() - now_();
}

std::span<const Coding> Service::codings_of(const Request& request, const Routed& routed,
                                            std::string_view content) noexcept {
  static constexpr Coding kGzip[] = {Coding::gzip};
  if (request.codings_count != 0) return {request.codings, request.codings_count};
  if (!content.starts_with("\x1f\x8b")) return {};
  const bool wanted = routed.endpoint != nullptr && routed.endpoint->shape().undeclared_gzip;
  return wanted ? std::span<const Coding>(kGzip) : std::span<const Coding>{};
}

std::size_t Service::answer_bytes_max(const Request& request, const Routed& routed,
                                      std::size_t body_bytes) const noexcept {
  if (request.method == Method::options) return std::max(kPreflightBytesMax, kRefusalBytesMax);
  return kHeadBytesMax + std::max(routed.row->bytes_max(*this, routed.endpoint, body_bytes), kPlainProblemBytesMax);
}

std::size_t Service::headroom(const Request& request, const Routed& routed) noexcept {
  const std::size_t own = request.method == Method::options ? kPreflightBytesMax : kHeadBytesMax;
  if (routed.endpoint == nullptr || routed.endpoint->upstream == nullptr) return own;
  return std::max(own, headroom_of(*routed.endpoint->upstream));
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

Response Service::answer(const Request& request, const Routed& routed, PaddedView body,
                         std::chrono::nanoseconds received_at, std::span<char> room) {
  forward_.upstream = nullptr;
  // Between its head and its content, a reload may have changed what the endpoint takes.
  if (routed.fault) return refuse(*routed.fault, &request, routed, room);
  const Asked asked{request, routed, received_at, id_of(&request), room};
  Response response;
  if (request.method == Method::options) {
    const bool preflight = !request.origin.empty() && request.names_preflight_method;
    response = {
        .status = 204, .allow = allow_of(routed.row->methods), .preflight = preflight, .content = room.first(0)};
  } else {
    response = routed.row->answer(*this, asked, body);
  }
  response.request_id = asked.request_id;
  return response;
}

Response Service::refuse(Fault fault, const Request* request, const Routed& routed, std::span<char> room) noexcept {
  const FaultRow& row = row_of(fault);
  if (row.counted) counters_->rejected(*row.counted);
  Response response{.fields = fields_of(row), .request_id = id_of(request)};
  if (row.fields == FaultRow::Fields::allow) response.allow = allow_of(routed.row->methods);
  Problem problem{.kind = row.problem, .detail = row.detail, .request_id = response.request_id};
  // What is refused before it has a route may have a path: a batch too long by its length is no rare thing.
  const bool unrouted = request != nullptr && routed.row->route == Route::none && !request->path.empty();
  const Endpoint* const endpoint = unrouted ? route(*request).endpoint : routed.endpoint;
  if (endpoint != nullptr) {
    problem.sdk = endpoint->shape().sdk;
  } else if (fault == Fault::connections) {
    problem.sdk = endpoints_->sdk_of_all();  // a request to any of them would have been told this
  }
  return this->problem(room, problem, response);
}

Response Service::problem(std::span<char> room, const Problem& problem, Response response) noexcept {
  response.status = row_of(problem.kind).status;
  response.content_type = kProblemJson;
  response.content = room.first(write(problem, room));
  return response;
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
