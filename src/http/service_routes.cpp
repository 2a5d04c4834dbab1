// Service: what each route says, and what the transform's verdicts become.
#include <http/body_guess.hpp>
#include <http/fault_table.hpp>
#include <http/openapi.hpp>
#include <http/problem.hpp>
#include <http/service.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace planish::http {
namespace {

static_assert(kErrcCount == telemetry::kErrorCodes);

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kPlainText = "text/plain; charset=utf-8";
constexpr std::string_view kPrometheusText = "text/plain; version=0.0.4; charset=utf-8";
constexpr std::string_view kNotStored = "Cache-Control: no-store\r\n";
constexpr std::string_view kLenientApplied = "Preference-Applied: handling=lenient\r\n";
constexpr std::string_view kStrictApplied = "Preference-Applied: handling=strict\r\n";

std::string_view applied(Handling handling) noexcept {
  if (handling == Handling::lenient) return kLenientApplied;
  if (handling == Handling::strict) return kStrictApplied;
  return {};
}

// The words of a refusal, with its numbers; cut at kDetailBytesMax.
class Detail {
 public:
  Detail& text(std::string_view piece) noexcept {
    const std::size_t bytes = std::min(piece.size(), memory_.size() - used_);
    std::copy_n(piece.data(), bytes, memory_.data() + used_);
    used_ += bytes;
    return *this;
  }
  Detail& number(std::size_t value) noexcept {
    char digits[20];
    const char* const end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    return text({digits, static_cast<std::size_t>(end - digits)});
  }
  [[nodiscard]] std::string_view text() const noexcept { return {memory_.data(), used_}; }

 private:
  std::array<char, kDetailBytesMax> memory_;
  std::size_t used_ = 0;
};

}  // namespace

void Service::transform(Exchanged& exchanged, PaddedView body) {
  const Request& request = *exchanged.request;
  const bool lenient =
      request.prefer == Handling::lenient || (request.prefer != Handling::strict && options_->skip_invalid_events);
  const std::chrono::nanoseconds begin = now_();
  const Context context{.invalid_events = lenient ? InvalidEvents::skip : InvalidEvents::refuse,
                        .trace_id = request.trace_id};
  const Outcome& outcome = transformer_->transform(*transform_, body, context, exchanged.content_room());
  exchanged.answered_at = now_();
  const std::chrono::nanoseconds elapsed = exchanged.answered_at - begin;

  exchanged.request_bytes = body.size();
  counters_->request_bytes.add(body.size());
  counters_->transform_duration.record(elapsed);
  count_events(outcome);
  const Head head{.content_type = kJson, .fields = applied(request.prefer), .transform_time = elapsed};
  if (outcome.verdict != Verdict::ok) return send_refusal(exchanged, outcome, body.text(), head);
  send(exchanged, head, transformer_->finish(elapsed));
}

void Service::send_refusal(Exchanged& exchanged, const Outcome& outcome, std::string_view body, Head head) {
  Detail detail;
  if (outcome.verdict == Verdict::not_json) {
    head.fields = {};  // no preference was applied to what is not even JSON
    const std::size_t offset = outcome.syntax_offset;
    std::string_view words = body_guess(body);
    if (words.empty()) words = detail.text("The body stops being JSON at byte ").number(offset).text();
    return send_problem(exchanged, head, {.kind = ProblemKind::not_json, .detail = words, .offset = offset});
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
  const auto kind =
      outcome.verdict == Verdict::invalid_events ? ProblemKind::invalid_events : ProblemKind::invalid_request;
  send_problem(exchanged, head, {.kind = kind, .detail = detail.text(), .errors = outcome.faults});
}

// "ok" are the events that an answer carries; those of a refused batch that had no fault are neither.
void Service::count_events(const Outcome& outcome) noexcept {
  if (outcome.verdict == Verdict::not_json) return;
  const std::uint32_t invalid = outcome.events_invalid;
  if (outcome.verdict == Verdict::ok) {
    counters_->events_ok.add(outcome.events_ok());
    if (invalid == 0) return;
  }
  counters_->events_invalid.add(invalid);
  for (std::size_t i = 0; i < kErrcCount; ++i) {
    if (const std::uint32_t n = outcome.count[i]) counters_->event_errors[i].add(n);
  }
}

void Service::serve(Exchanged& exchanged) {
  switch (exchanged.route) {
    case telemetry::Route::healthz:
      return send_text(exchanged, {.content_type = kJson, .fields = kNotStored}, R"({"status":"ok"})");
    case telemetry::Route::readyz:
      return serve_ready(exchanged);
    case telemetry::Route::metrics:
      return serve_document(exchanged, {.content_type = kPrometheusText, .fields = kNotStored}, options_->metrics);
    case telemetry::Route::version:
      return serve_document(exchanged, {.content_type = kJson}, options_->version);
    case telemetry::Route::openapi: {
      const std::span<char> room = exchanged.content_room();
      return send(exchanged, {.content_type = kJson}, room.first(write_openapi(options_->path, room)));
    }
    case telemetry::Route::problems: {
      const ProblemRow* const row = find_problem(slug_of(exchanged.request->path));
      return send_text(exchanged, {.content_type = kPlainText}, page_of(row->kind));
    }
    case telemetry::Route::transform:
    case telemetry::Route::asterisk:
    case telemetry::Route::other:
    case telemetry::Route::none:
      break;
  }
  const FaultRow& row = row_of(Fault::internal);
  send_problem(exchanged, {}, {.kind = row.problem, .detail = row.detail});
}

void Service::serve_options(Exchanged& exchanged, Methods methods) {
  const bool preflight = !exchanged.request->origin.empty() && !exchanged.request->preflight_method.empty();
  const std::span<char> room = exchanged.outbox.free().subspan(kPreflightBytesMax);
  send(exchanged, {.status = 204, .allow = allow_of(methods), .preflight = preflight}, room.first(0));
}

void Service::serve_ready(Exchanged& exchanged) {
  switch (health_->phase()) {
    case telemetry::Phase::ready:
      return send_text(exchanged, {.content_type = kJson, .fields = kNotStored}, R"({"status":"ready"})");
    case telemetry::Phase::starting:
      return send_problem(exchanged, {.fields = retry_after_},
                          {.kind = ProblemKind::service_unavailable, .detail = "The service is starting"});
    case telemetry::Phase::draining:
      return send_problem(exchanged, {.fields = retry_after_},
                          {.kind = ProblemKind::service_unavailable, .detail = "The service is stopping"});
  }
}

void Service::serve_document(Exchanged& exchanged, const Head& head, const Document& document) {
  const std::span<char> room = exchanged.content_room();
  const std::size_t bytes = document.write ? document.write(room) : 0;
  send(exchanged, head, room.first(std::min(bytes, room.size())));
}

}  // namespace planish::http
