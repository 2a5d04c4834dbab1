// THE route table: a route is a row here, and its answer stands above. What the transform's verdicts become.
#include <bytes/appender.hpp>
#include <http/body_guess.hpp>
#include <http/content_rules.hpp>
#include <http/fault_table.hpp>
#include <http/form_data.hpp>
#include <http/openapi.hpp>
#include <http/prefer.hpp>
#include <http/problem.hpp>
#include <http/service.hpp>

#include <algorithm>
#include <array>
#include <limits>

namespace planish::http {
namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kLines = "application/x-ndjson";
constexpr std::string_view kPlainText = "text/plain; charset=utf-8";
constexpr std::string_view kPrometheusText = "text/plain; version=0.0.4; charset=utf-8";
// Of what an upstream is asked: more than any outbox that is not empty has.
constexpr std::size_t kAllOfTheOutbox = std::numeric_limits<std::size_t>::max() / 2;
constexpr std::string_view kNotStored = "Cache-Control: no-store\r\n";

}  // namespace

struct RouteTable {
  static Response text(const Asked& asked, std::string_view content_type, std::string_view fields,
                       std::string_view content) {
    std::copy(content.begin(), content.end(), asked.room.data());
    return {.content_type = content_type, .fields = fields, .content = asked.room.first(content.size())};
  }
  static Response document(const Asked& asked, std::string_view content_type, std::string_view fields,
                           const Document& document) {
    const std::size_t bytes = document.write ? document.write(asked.room) : 0;
    return {.content_type = content_type,
            .fields = fields,
            .content = asked.room.first(std::min(bytes, asked.room.size()))};
  }

  static Response transform(Service& service, const Asked& asked, PaddedView body) {
    return service.answer_transform(asked, body);
  }
  static Response healthz(Service&, const Asked& asked, PaddedView) {
    return text(asked, kJson, kNotStored, R"({"status":"ok"})");
  }
  static Response readyz(Service& service, const Asked& asked, PaddedView) {
    const telemetry::Phase phase = service.health_->phase();
    if (phase == telemetry::Phase::ready) return text(asked, kJson, kNotStored, R"({"status":"ready"})");
    const Problem problem{
        .kind = ProblemKind::service_unavailable,
        .detail = phase == telemetry::Phase::starting ? "The service is starting" : "The service is stopping",
        .request_id = asked.request_id};
    return Service::problem(asked.room, problem, {.fields = service.retry_after_});
  }
  static Response metrics(Service& service, const Asked& asked, PaddedView) {
    return document(asked, kPrometheusText, kNotStored, service.options_->metrics);
  }
  static Response version(Service& service, const Asked& asked, PaddedView) {
    return document(asked, kJson, {}, service.options_->version);
  }
  static Response openapi(Service& service, const Asked& asked, PaddedView) {
    return {.content_type = kJson, .content = asked.room.first(write_openapi(*service.endpoints_, asked.room))};
  }
  static Response problem_page(Service&, const Asked& asked, PaddedView) {
    return text(asked, kPlainText, {}, page_of(find_problem(slug_of(asked.request.path))->kind));
  }

  // How much their contents may come to; a refusal has its own bound beside.
  static std::size_t small(const Service&, const Endpoint*, std::size_t) noexcept { return kPlainProblemBytesMax; }
  static std::size_t of_events(const Service& service, const Endpoint* endpoint, std::size_t body_bytes) noexcept {
    if (endpoint->upstream != nullptr) return kAllOfTheOutbox;
    return std::max(service.transformer_->answer_bytes_max(endpoint->transform, body_bytes), kProblemBytesMax);
  }
  static std::size_t of_metrics(const Service& service, const Endpoint*, std::size_t) noexcept {
    return service.options_->metrics.bytes_max;
  }
  static std::size_t of_version(const Service& service, const Endpoint*, std::size_t) noexcept {
    return service.options_->version.bytes_max;
  }
  static std::size_t of_openapi(const Service& service, const Endpoint*, std::size_t) noexcept {
    return openapi_bytes_max(*service.endpoints_);
  }

  using enum Methods;
  using enum ServedOn;
  static constexpr std::nullptr_t unused = nullptr;
  static constexpr std::nullptr_t nothing = nullptr;

  // The endpoints' paths are settings.
  static constexpr std::array<RouteRow, kRouteCount> kRows = {{
      {Route::transform, "other", post, nowhere, content_fault, transform, of_events},
      {Route::healthz, "/healthz", get, everywhere, unused, healthz, small},
      {Route::readyz, "/readyz", get, admin, unused, readyz, small},
      {Route::metrics, "/metrics", get, admin, unused, metrics, of_metrics},
      {Route::version, "/version", get, admin, unused, version, of_version},
      {Route::openapi, "/openapi.json", get, open, unused, openapi, of_openapi},
      {Route::problems, "/problems/{slug}", get, everywhere, unused, problem_page, small},
      {Route::asterisk, "*", all, everywhere, unused, nothing, small},
      {Route::other, "other", get, nowhere, unused, nothing, small},
      {Route::none, "none", get, nowhere, unused, nothing, small},
  }};
};

namespace {

constexpr bool in_order() {
  for (std::size_t i = 0; i < kRouteCount; ++i) {
    if (RouteTable::kRows[i].route != static_cast<Route>(i)) return false;
  }
  return true;
}
static_assert(in_order(), "a route is its own row");

}  // namespace

std::span<const RouteRow, kRouteCount> route_rows() noexcept {
  return RouteTable::kRows;
}

Response Service::answer_transform(const Asked& asked, PaddedView body) {
  const Request& request = asked.request;
  const Endpoint& endpoint = *asked.routed.endpoint;
  const std::chrono::nanoseconds begin = now_();
  const std::chrono::nanoseconds came = request.head_at.count() != 0 ? request.head_at : asked.received_at;
  Context context{.invalid_events = endpoint.invalid_events,
                  .received_at_ms = std::chrono::floor<std::chrono::milliseconds>(came + wall_ahead_).count(),
                  .trace_id = request.trace_id,
                  .request_id = asked.request_id,
                  .path = request.path,
                  .endpoint = endpoint.paths.front()};
  if (request.prefer == Handling::lenient) context.invalid_events = InvalidEvents::skip;
  if (request.prefer == Handling::strict) context.invalid_events = InvalidEvents::refuse;
  const std::size_t body_bytes = body.size();
  if (!is_body_alone(endpoint.shape())) body = prepare(endpoint.shape(), request, body, context);
  const Outcome& outcome = transformer_->transform(endpoint.transform, body, context, asked.room);
  const std::chrono::nanoseconds end = now_();
  counters_->transform_duration.record(end - begin);
  if (endpoint.transform.options().batch != nullptr) transformer_->ended(end);
  count(outcome, body_bytes);

  Response response{.content_type = kJson,
                    .fields = preference_applied(request.prefer),
                    .transform_time = end - begin,
                    .request_bytes = body_bytes,
                    .answered_at = end};
  if (outcome.verdict != Verdict::ok) return respond_refused(asked, outcome, body.text(), response);
  if (endpoint.upstream != nullptr) {
    response.events = EventTotals{outcome.events_ok(), outcome.events_invalid, outcome.events_dropped};
    return respond_forwarded(asked, response);
  }
  const Answer answer = endpoint.transform.options().answer;
  if (answer != Answer::results || outcome.events_dropped != 0) {
    response.events = EventTotals{outcome.events_ok(), outcome.events_invalid, outcome.events_dropped};
  }
  response.content = transformer_->finish(end - begin);
  if (answer == Answer::ndjson) {
    response.content_type = kLines;
  } else if (response.content.empty()) {
    response.status = 204;
    response.content_type = {};
  }
  if (response.content.data() == nullptr) response.content = asked.room.first(0);
  return response;
}

// What only some shapes want to know of a request, and the JSON within a form.
PaddedView Service::prepare(const Shape& shape, const Request& request, PaddedView body, Context& context) {
  context.framing = framing_of(shape, request);
  std::string_view form;
  if (shape.form_data && is_form_data(body.text())) {
    if (const auto data = take_form_data({body.data(), body.size()})) {
      form = data->other;  // at least six bytes after the JSON: what is put after a body does not reach it
      body = PaddedView({body.data(), body.size() + kPadding}, data->json_bytes);
    }
  }
  if (context_ != nullptr) {
    context_->begin(request, form);
    context_->fill(context);
  }
  return body;
}

Response Service::respond_refused(const Asked& asked, const Outcome& outcome, std::string_view body,
                                  Response response) {
  std::array<char, kDetailBytesMax> memory;  // the words of the refusal, with its numbers
  bytes::Appender detail(memory);
  Problem problem{
      .kind = ProblemKind::invalid_request, .request_id = asked.request_id, .sdk = asked.routed.endpoint->shape().sdk};
  if (outcome.verdict == Verdict::not_json) {
    response.fields = {};  // no preference was applied to what is not even JSON
    problem.kind = ProblemKind::not_json;
    problem.offset = outcome.syntax_offset;
    problem.detail = body_guess(body);
    if (problem.detail.empty()) {
      problem.detail = detail.text("The body stops being JSON at byte ").number(outcome.syntax_offset).text();
    }
    return this->problem(asked.room, problem, response);
  }
  const std::size_t invalid = outcome.events_invalid;
  if (outcome.verdict == Verdict::invalid_request) {
    const std::size_t outside = outcome.request_faults;
    detail.number(outside).text(outside == 1 ? " fault outside the events" : " faults outside the events");
    if (invalid > 0) detail.text("; ");
  }
  if (outcome.verdict == Verdict::invalid_events || invalid > 0) {
    detail.number(invalid).text(" of ").number(outcome.events_total).text(" events are invalid");
  }
  if (outcome.verdict == Verdict::invalid_events) problem.kind = ProblemKind::invalid_events;
  problem.detail = detail.text();
  problem.errors = outcome.faults;
  return this->problem(asked.room, problem, response);
}

// "ok" are the events that an answer carries; those of a refused batch that had no fault are neither.
void Service::count(const Outcome& outcome, std::size_t body_bytes) noexcept {
  counters_->request_bytes.add(body_bytes);
  if (outcome.verdict == Verdict::not_json) return;
  const std::uint32_t invalid = outcome.events_invalid;
  if (outcome.verdict == Verdict::ok) {
    counters_->events_ok.add(outcome.events_ok());
    if (outcome.events_dropped != 0) counters_->events_dropped.add(outcome.events_dropped);
    if (invalid == 0) return;
  }
  counters_->events_invalid.add(invalid);
  for (std::size_t i = 0; i < kErrcCount; ++i) {
    if (const std::uint32_t n = outcome.count[i]) counters_->event_errors[i].add(n);
  }
}

}  // namespace planish::http
