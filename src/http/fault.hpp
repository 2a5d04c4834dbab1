// Fault: why a message is refused. What is known of each stands in fault_table.cpp.
#pragma once

#include <cstddef>
#include <cstdint>

namespace planish::http {

enum class Fault : std::uint8_t {
  // Request line and fields: the first byte that breaks a rule or a limit decides. All of these close.
  bad_request_line,   // 400
  tls,                // 400: a TLS handshake
  proxy_line,         // 400: the line of the PROXY protocol
  empty_lines,        // 400: two before a request, as the PROXY protocol's binary form begins
  request_line_long,  // 414
  bad_field,          // 400: name, colon, value, bare CR or LF
  folded_field,       // 400: obs-fold
  head_long,          // 431: bytes or number of fields
  bad_target,         // 400: a form that the method does not allow
  http_2,             // 505: the preface of HTTP/2
  version,            // 505
  bad_host,           // 400: missing, doubled or invalid
  bad_length,         // 400: Content-Length doubled, listed, not digits
  bad_transfer,       // 400: TE in HTTP/1.0, TE with CL, several codings
  transfer_coding,    // 501: one coding, other than chunked
  expectation,        // 417
  length_long,        // 413: of the content, by Content-Length
  // Routing. These keep the connection.
  not_found,        // 404
  method,           // 405
  length_required,  // 411
  media_type,       // 415
  lines,            // 415: one event a line, where the shape needs what stands around them
  data_type,        // 415: of a CloudEvent in binary mode whose data is not JSON
  content_coding,   // 415 + Accept-Encoding
  // The content.
  body_long,              // 413, closes: as it comes, or decoded
  bad_chunk,              // 400, closes
  bad_trailer,            // 400, closes; also trailers over their limits
  bad_content_coding,     // 400: corrupt, truncated, trailing bytes; keeps
  costly_content_coding,  // 400: more work than a body of its size may be; keeps
  // The connection; these close.
  timeout_head,  // 408
  timeout_body,  // 408
  connections,   // 503 + Retry-After
  buffered,      // 503 + Retry-After
  // The upstream, which is asked once the content is known to be right; these keep the connection.
  upstream_unreachable,  // 502
  upstream_broken,       // 502: no answer, or none that could be read
  upstream_refused,      // 502: another status than the ones below
  upstream_late,         // 504
  upstream_busy,         // 429 + Retry-After
  upstream_unavailable,  // 503 + Retry-After
  // The process.
  internal,  // 500: never for a client's fault
};
inline constexpr std::size_t kFaultCount = static_cast<std::size_t>(Fault::internal) + 1;

}  // namespace planish::http
