// Request: one HTTP request as a value. Views into the bytes of its head, where they are now; nothing here is owned.
#pragma once

#include <http/media_type.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace planish::http {

enum class Method : std::uint8_t { get, head, post, options, connect, other };

// How the length of the content is known (RFC 9112, section 6.3).
enum class Framing : std::uint8_t { none, length, chunked };

// Content codings (RFC 9110, section 8.4.1), outermost last; more than kCodingsMax is Fault::content_coding. deflate is
// RFC 1950's.
enum class Coding : std::uint8_t { gzip, zstd, deflate };
inline constexpr std::size_t kCodingsMax = 2;

// What RFC 7240's Prefer asks for, of what planish knows. unknown: it was said, with a value that planish does not
// know; the first word counts, so a later one is not looked at.
enum class Handling : std::uint8_t { not_set, strict, lenient, unknown };

// What a head says beside its texts.
struct RequestFacts {
  std::uint64_t content_length = 0;  // Framing::length; saturates at 2^64-1
  Method method = Method::other;
  bool http_1_0 = false;
  bool keep_alive = true;  // what the client wants (RFC 9112, section 9.3)
  bool expect_continue = false;
  Framing framing = Framing::none;
  Handling prefer = Handling::not_set;
  MediaType media_type;                 // of Content-Type; `other` where there are several
  bool names_preflight_method = false;  // in Access-Control-Request-Method
  bool codings_ok = true;               // false: 415 with Accept-Encoding
  std::uint8_t codings_count = 0;
  Coding codings[kCodingsMax] = {};
};

struct Request : RequestFacts {
  std::string_view path;                // of the target, without query, undecoded; "*" for OPTIONS *
  std::string_view query;               // of the target, after the question mark, undecoded
  std::string_view fields;              // all field lines, each with its CRLF, scanned
  std::string_view request_id;          // a sane X-Request-Id, else empty
  std::string_view trace_id;            // 32 hex digits out of a valid traceparent, else empty
  std::string_view origin;              // Origin, else empty
  std::chrono::nanoseconds head_at{0};  // when the head was complete, where its content came later; else 0
};

}  // namespace planish::http
