// Problem: THE error table. Every fault of a message and every refusal of a body is a row of it.
#include <http/problem.hpp>
#include <telemetry/counters.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>

namespace planish::http {
namespace {

using enum ProblemKind;

constexpr std::array<ProblemRow, kProblemKinds> kRows = {{
    {not_json, 400, "not-json", "The body is not JSON",
     "The body is not one valid JSON text in UTF-8 (RFC 8259). `offset` is the byte at which it stops being one,\n"
     "counted from 0 after content codings are undone. Send exactly one JSON document, without a byte order mark and\n"
     "with nothing behind it. Every payload and every unknown member has to be valid as well.\n"},
    {invalid_request, 422, "invalid-request", "The request is invalid",
     "The body is JSON, but not a request that can be carried out: something outside the events is wrong. `errors` "
     "says\n"
     "where (a JSON Pointer, RFC 6901) and what. Correct it and send the request again; nothing was processed.\n"},
    {invalid_events, 422, "invalid-events", "Some events are invalid",
     "Some events are invalid, so none was processed. `errors` has the first fault of each invalid event, for at most\n"
     "100 of them. Correct or leave out those events, or send `Prefer: handling=lenient` to have the valid ones\n"
     "processed and the others listed in the answer.\n"},
    {bad_content_coding, 400, "bad-content-coding", "The content coding is broken",
     "The body is not what its Content-Encoding says: it is corrupt, cut short, or followed by other bytes. Compress "
     "it\n"
     "again and send all of it, or send it without a content coding.\n"},
    {bad_request, 400, "bad-request", "The message is malformed",
     "The message breaks a rule of HTTP/1.1 (RFC 9110, RFC 9112) that `detail` names. The connection is closed, since "
     "it\n"
     "is not certain where the next message would begin. The program or proxy that wrote the message has to be\n"
     "corrected.\n"},
    {not_found, 404, "not-found", "There is nothing at this path",
     "No route has this path. Paths are compared byte for byte: a slash at the end, or an escaped byte, makes another\n"
     "path. /openapi.json lists the routes.\n"},
    {method_not_allowed, 405, "method-not-allowed", "The path does not take this method",
     "The path exists but does not take this method. The field Allow lists those that it takes.\n"},
    {request_timeout, 408, "request-timeout", "The request took too long to arrive",
     "The head or the body of the request was not complete in time. Send the request again, on a new connection, "
     "without\n"
     "long breaks.\n"},
    {length_required, 411, "length-required", "The request has no content",
     "The request has neither Content-Length nor Transfer-Encoding: chunked, so it has no content. Send one of "
     "them.\n"},
    {content_too_large, 413, "content-too-large", "The body is too large",
     "The body is over the limit, as it was sent or after content codings were undone. Spread the events over several\n"
     "requests. The operator sets the limit with --max-body.\n"},
    {uri_too_long, 414, "uri-too-long", "The request line is too long",
     "The request line is over its limit of 8 KiB, or over that of the whole head. Shorten the target; planish takes\n"
     "nothing from a query.\n"},
    {unsupported_media_type, 415, "unsupported-media-type", "The body's type or coding is not understood",
     "The body's Content-Type or Content-Encoding is not understood. Send JSON in UTF-8 as application/json, one "
     "document\n"
     "a request (newline-delimited JSON is not taken), and without content coding or with gzip or zstd. The field "
     "Accept\n"
     "or Accept-Encoding of the answer lists what is understood.\n"},
    {expectation_failed, 417, "expectation-failed", "The expectation cannot be met",
     "The request has an Expect other than 100-continue. Send it without.\n"},
    {request_header_fields_too_large, 431, "request-header-fields-too-large", "The head is too large",
     "The head of the request is over its limit of bytes or has more than 100 fields. Leave out what is not needed:\n"
     "cookies, mostly. The operator sets the limit of bytes with --max-header.\n"},
    {internal_server_error, 500, "internal-server-error", "The server failed",
     "The fault is the server's. Send the request again later; if it fails again, tell the operator the request id.\n"},
    {not_implemented, 501, "not-implemented", "The transfer coding is not implemented",
     "The request has a transfer coding other than chunked. Compress with Content-Encoding instead.\n"},
    {service_unavailable, 503, "service-unavailable", "The service is not available now",
     "The service is starting, stopping, or holds as many connections or unfinished bodies as it may. Send the "
     "request\n"
     "again after the seconds that Retry-After says, better to another instance.\n"},
    {http_version_not_supported, 505, "http-version-not-supported", "The HTTP version is not supported",
     "The request is of an HTTP version other than 1.0 and 1.1. HTTP/2 belongs to the proxy in front.\n"},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (kRows[i].kind != static_cast<ProblemKind>(i)) return false;
  }
  return true;
}
static_assert(in_order(), "a kind is its own row");

constexpr bool all_counted() {
  return std::all_of(kRows.begin(), kRows.end(), [](const ProblemRow& row) {
    return std::find(telemetry::kStatuses.begin(), telemetry::kStatuses.end(), row.status) !=
           telemetry::kStatuses.end();
  });
}
static_assert(all_counted(), "telemetry knows every status");

// No default: a new fault does not compile before it has its row here.
constexpr Cause cause(Fault fault) noexcept {
  switch (fault) {
    case Fault::bad_request_line:
      return {bad_request, "The request line is malformed"};
    case Fault::tls:
      return {bad_request, "This is TLS, which is for the proxy in front; here is plain HTTP/1.1"};
    case Fault::proxy_line:
      return {bad_request, "This is the PROXY protocol, which is not understood; send HTTP/1.1 alone"};
    case Fault::request_line_long:
      return {uri_too_long, "The request line is over its limit"};
    case Fault::bad_field:
      return {bad_request, "A header field is malformed"};
    case Fault::folded_field:
      return {bad_request, "A header field is folded over several lines"};
    case Fault::head_long:
      return {request_header_fields_too_large, "The head is over its limit of bytes or fields"};
    case Fault::bad_target:
      return {bad_request, "The request target has a form that the method does not allow"};
    case Fault::http_2:
      return {http_version_not_supported, "HTTP/2 is for the proxy in front; here is HTTP/1.1"};
    case Fault::version:
      return {http_version_not_supported, "Only HTTP/1.1 and HTTP/1.0 are supported"};
    case Fault::bad_host:
      return {bad_request, "The Host field is missing, doubled or invalid"};
    case Fault::bad_length:
      return {bad_request, "Content-Length is doubled, a list, or not a number"};
    case Fault::bad_transfer:
      return {bad_request, "Transfer-Encoding is in HTTP/1.0, beside Content-Length, or not one coding"};
    case Fault::transfer_coding:
      return {not_implemented, "The only transfer coding is chunked"};
    case Fault::expectation:
      return {expectation_failed, "The only expectation is 100-continue"};
    case Fault::body_long:
      return {content_too_large, "The body is over the limit"};
    case Fault::not_found:
      return {ProblemKind::not_found, "No route has this path"};
    case Fault::method:
      return {method_not_allowed, "The path does not take this method"};
    case Fault::length_required:
      return {ProblemKind::length_required, "There is neither Content-Length nor Transfer-Encoding"};
    case Fault::media_type:
      return {unsupported_media_type, "The Content-Type is not that of JSON in UTF-8"};
    case Fault::content_coding:
      return {unsupported_media_type, "The content codings are gzip and zstd"};
    case Fault::bad_chunk:
      return {bad_request, "The chunked framing is malformed"};
    case Fault::bad_trailer:
      return {bad_request, "A trailer field is malformed, or the trailers are over their limit"};
    case Fault::bad_content_coding:
      return {ProblemKind::bad_content_coding, "The body is corrupt, cut short, or followed by other bytes"};
    case Fault::timeout_head:
      return {request_timeout, "The head was not complete in time"};
    case Fault::timeout_body:
      return {request_timeout, "The body was not complete in time"};
    case Fault::connections:
      return {service_unavailable, "There are as many connections as there may be"};
    case Fault::buffered:
      return {service_unavailable, "There are as many unfinished bodies as there may be"};
    case Fault::internal:
      return {internal_server_error, "The fault is the server's"};
  }
  return {internal_server_error, "The fault is the server's"};
}

// Appends to a span that is known to be large enough.
class JsonPieces {
 public:
  explicit JsonPieces(std::span<char> out) noexcept : out_(out) {}

  void text(std::string_view piece) noexcept {
    assert(used_ + piece.size() <= out_.size());
    std::copy(piece.begin(), piece.end(), out_.data() + used_);
    used_ += piece.size();
  }
  void number(std::size_t value) noexcept {
    char* const end = out_.data() + out_.size();
    used_ = static_cast<std::size_t>(std::to_chars(out_.data() + used_, end, value).ptr - out_.data());
  }
  void fault(const planish::Fault& fault) noexcept { used_ += planish::write(fault, out_.subspan(used_)); }
  [[nodiscard]] std::size_t used() const noexcept { return used_; }

 private:
  std::span<char> out_;
  std::size_t used_ = 0;
};

}  // namespace

const ProblemRow& row_of(ProblemKind kind) noexcept {
  return kRows[static_cast<std::size_t>(kind)];
}

const ProblemRow* find_problem(std::string_view slug) noexcept {
  const auto found = std::find_if(kRows.begin(), kRows.end(), [&](const ProblemRow& row) { return row.slug == slug; });
  return found == kRows.end() ? nullptr : &*found;
}

Cause cause_of(Fault fault) noexcept {
  return cause(fault);
}

std::size_t write(const Problem& problem, std::span<char> out) noexcept {
  const ProblemRow& row = row_of(problem.kind);
  JsonPieces json(out);
  json.text(R"({"type":"/problems/)");
  json.text(row.slug);
  json.text(R"(","title":")");
  json.text(row.title);
  json.text(R"(","status":)");
  json.number(row.status);
  json.text(R"(,"detail":")");
  json.text(problem.detail);
  json.text(R"(","request_id":")");
  json.text(problem.request_id);
  json.text("\"");
  if (problem.offset) {
    json.text(R"(,"offset":)");
    json.number(*problem.offset);
  }
  if (problem.errors) {
    json.text(R"(,"errors":[)");
    for (const planish::Fault& fault : *problem.errors) {
      if (&fault != problem.errors->data()) json.text(",");
      json.fault(fault);
    }
    json.text("]");
  }
  json.text("}");
  return json.used();
}

}  // namespace planish::http
