// THE error table: a fault of a message is a row here, and its problem has a page in problems/.
#include <http/fault_table.hpp>

#include <array>

namespace planish::http {
namespace {

using enum ProblemKind;
using enum FaultRow::Found;
using enum FaultRow::Fields;

constexpr bool keeps = false, closes = true;
constexpr auto connections = Rejected::connections;
constexpr auto buffered = Rejected::buffered;
constexpr auto header_timeout = Rejected::header_timeout;
constexpr auto body_timeout = Rejected::body_timeout;
constexpr auto malformed = Rejected::malformed;
constexpr auto too_large = Rejected::too_large;
constexpr std::nullopt_t nothing = std::nullopt;

constexpr std::array<FaultRow, kFaultCount> kRows = {{
    {Fault::bad_request_line, bad_request, "The request line is malformed", head, closes, malformed, none},
    {Fault::tls, bad_request, "This is TLS, which is for the proxy in front; here is plain HTTP/1.1", head, closes,
     malformed, none},
    {Fault::proxy_line, bad_request, "This is the PROXY protocol, which is not understood; send HTTP/1.1 alone", head,
     closes, malformed, none},
    {Fault::empty_lines, bad_request,
     "Two empty lines come first, as in the PROXY protocol version 2, which is not understood; send HTTP/1.1 alone",
     head, closes, malformed, none},
    {Fault::request_line_long, uri_too_long, "The request line is over its limit", head, closes, too_large, none},
    {Fault::bad_field, bad_request, "A header field is malformed", head, closes, malformed, none},
    {Fault::folded_field, bad_request, "A header field is folded over several lines", head, closes, malformed, none},
    {Fault::head_long, request_header_fields_too_large, "The head is over its limit of bytes or fields", head, closes,
     too_large, none},
    {Fault::bad_target, bad_request, "The request target has a form that the method does not allow", head, closes,
     malformed, none},
    {Fault::http_2, http_version_not_supported, "HTTP/2 is for the proxy in front; here is HTTP/1.1", head, closes,
     malformed, none},
    {Fault::version, http_version_not_supported, "Only HTTP/1.1 and HTTP/1.0 are supported", head, closes, malformed,
     none},
    {Fault::bad_host, bad_request, "The Host field is missing, doubled or invalid", head, closes, malformed, none},
    {Fault::bad_length, bad_request, "Content-Length is doubled, a list, or not a number", head, closes, malformed,
     none},
    {Fault::bad_transfer, bad_request, "Transfer-Encoding is in HTTP/1.0, beside Content-Length, or not one coding",
     head, closes, malformed, none},
    {Fault::transfer_coding, not_implemented, "The only transfer coding is chunked", head, closes, malformed, none},
    {Fault::expectation, expectation_failed, "The only expectation is 100-continue", head, closes, malformed, none},
    {Fault::length_long, content_too_large, "The body is over the limit", head, closes, too_large, none},
    {Fault::not_found, not_found, "No route has this path", routing, keeps, nothing, none},
    {Fault::method, method_not_allowed, "The path does not take this method", routing, keeps, nothing, allow},
    {Fault::length_required, length_required, "There is neither Content-Length nor Transfer-Encoding", routing, keeps,
     nothing, none},
    {Fault::media_type, unsupported_media_type, "The Content-Type is not that of JSON in UTF-8", routing, keeps,
     nothing, media_types},
    {Fault::lines, unsupported_media_type, "This endpoint needs what stands around the events, which lines don't have",
     routing, keeps, nothing, media_types},
    {Fault::data_type, unsupported_media_type, "The data of an event in binary mode must be of a JSON type", routing,
     keeps, nothing, media_types},
    {Fault::content_coding, unsupported_media_type,
     "The content codings are gzip, zstd and deflate, at most two of them", routing, keeps, nothing, codings},
    {Fault::body_long, content_too_large, "The body is over the limit", content, closes, too_large, none},
    {Fault::bad_chunk, bad_request, "The chunked framing is malformed", content, closes, malformed, none},
    {Fault::bad_trailer, bad_request, "A trailer field is malformed, or the trailers are over their limit", content,
     closes, malformed, none},
    {Fault::bad_content_coding, bad_content_coding, "The body is corrupt, cut short, or followed by other bytes",
     content, keeps, nothing, none},
    {Fault::costly_content_coding, bad_content_coding,
     "The body is far more work to decode than a body of its size may be", content, keeps, nothing, none},
    {Fault::timeout_head, request_timeout, "The head was not complete in time", head, closes, header_timeout, none},
    {Fault::timeout_body, request_timeout, "The body was not complete in time", content, closes, body_timeout, none},
    {Fault::connections, service_unavailable, "There are as many connections as there may be", connection, closes,
     connections, retry_after},
    {Fault::buffered, service_unavailable, "There are as many unfinished bodies as there may be", content, closes,
     buffered, retry_after},
    {Fault::upstream_unreachable, bad_gateway, "There is no connection to the upstream", content, keeps, nothing, none},
    {Fault::upstream_broken, bad_gateway, "The upstream gave no answer that could be read", content, keeps, nothing,
     none},
    {Fault::upstream_refused, bad_gateway, "The upstream answered, but not that it has the events", content, keeps,
     nothing, none},
    {Fault::upstream_late, gateway_timeout, "The upstream has not answered in time", content, keeps, nothing, none},
    {Fault::upstream_busy, too_many_requests, "The upstream has too many requests", content, keeps, nothing, upstreams},
    {Fault::upstream_unavailable, service_unavailable, "The upstream is not available now", content, keeps, nothing,
     upstreams},
    {Fault::internal, internal_server_error, "The fault is the server's", routing, keeps, nothing, none},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (kRows[i].fault != static_cast<Fault>(i) || kRows[i].detail.empty()) return false;
  }
  return true;
}
static_assert(in_order(), "a fault is its own row");

}  // namespace

const FaultRow& row_of(Fault fault) noexcept {
  return kRows[static_cast<std::size_t>(fault)];
}

}  // namespace planish::http
