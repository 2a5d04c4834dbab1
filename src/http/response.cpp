// Response: the fields of every answer, from pieces that are ready and digits that are written by hand.
#include <bytes/appender.hpp>
#include <http/response.hpp>

#include <algorithm>
#include <cassert>
#include <cstring>

namespace planish::http {
namespace {

// The status line and what stands after it in every answer.
constexpr std::string_view status_line(unsigned status) noexcept {
  switch (status) {
    case 200:
      return "HTTP/1.1 200 OK\r\n";
    case 201:
      return "HTTP/1.1 201 Created\r\n";
    case 202:
      return "HTTP/1.1 202 Accepted\r\n";
    case 204:
      return "HTTP/1.1 204 No Content\r\n";
    case 400:
      return "HTTP/1.1 400 Bad Request\r\n";
    case 404:
      return "HTTP/1.1 404 Not Found\r\n";
    case 405:
      return "HTTP/1.1 405 Method Not Allowed\r\n";
    case 408:
      return "HTTP/1.1 408 Request Timeout\r\n";
    case 411:
      return "HTTP/1.1 411 Length Required\r\n";
    case 413:
      return "HTTP/1.1 413 Content Too Large\r\n";
    case 414:
      return "HTTP/1.1 414 URI Too Long\r\n";
    case 415:
      return "HTTP/1.1 415 Unsupported Media Type\r\n";
    case 417:
      return "HTTP/1.1 417 Expectation Failed\r\n";
    case 422:
      return "HTTP/1.1 422 Unprocessable Content\r\n";
    case 429:
      return "HTTP/1.1 429 Too Many Requests\r\n";
    case 431:
      return "HTTP/1.1 431 Request Header Fields Too Large\r\n";
    case 501:
      return "HTTP/1.1 501 Not Implemented\r\n";
    case 502:
      return "HTTP/1.1 502 Bad Gateway\r\n";
    case 503:
      return "HTTP/1.1 503 Service Unavailable\r\n";
    case 504:
      return "HTTP/1.1 504 Gateway Timeout\r\n";
    case 505:
      return "HTTP/1.1 505 HTTP Version Not Supported\r\n";
    default:
      // A success that only an upstream has a name for.
      return status / 100 == 2 ? "" : "HTTP/1.1 500 Internal Server Error\r\n";
  }
}

// What the lists of CORS-safelisted fields leave out and clients of planish have a use for.
constexpr std::string_view kAllowedHeaders =
    "Access-Control-Allow-Headers: Content-Type, Content-Encoding, Prefer, Traceparent, Tracestate, X-Request-Id";
constexpr std::string_view kMaxAge = "\r\nAccess-Control-Max-Age: 86400\r\n";
constexpr std::string_view kExposed = "Access-Control-Expose-Headers: X-Request-Id, Server-Timing, Planish-Events\r\n";
// Cookies and the like are nothing to planish, but sendBeacon always asks for it. Not for *, as Fetch has it.
constexpr std::string_view kCredentials = "Access-Control-Allow-Credentials: true\r\n";

constexpr std::string_view kAnyOrigin = "*";

// The pieces of a head; kPreflightBytesMax holds all of them together.
class Pieces {
 public:
  explicit Pieces(std::span<char, kPreflightBytesMax> out) noexcept : out_(out) {}

  void text(std::string_view piece) noexcept { out_.text(piece); }
  void field(std::string_view name_and_colon, std::string_view value) noexcept {
    out_.text(name_and_colon).text(value).text("\r\n");
  }
  void number(std::uint64_t value) noexcept { out_.number(value); }
  // Milliseconds with three decimals, cut off.
  void milliseconds(std::chrono::nanoseconds time) noexcept {
    const auto us = static_cast<std::uint64_t>(std::max<std::int64_t>(time.count() / 1'000, 0));
    number(us / 1'000);
    const auto rest = static_cast<unsigned>(us % 1'000);
    const char digits[4] = {'.', static_cast<char>('0' + rest / 100), static_cast<char>('0' + rest / 10 % 10),
                            static_cast<char>('0' + rest % 10)};
    text({digits, 4});
  }
  [[nodiscard]] std::size_t size() const noexcept {
    assert(!out_.cut());
    return out_.size();
  }

 private:
  bytes::Appender out_;
};

void two_digits(char* out, unsigned value) noexcept {
  out[0] = static_cast<char>('0' + value / 10);
  out[1] = static_cast<char>('0' + value % 10);
}

}  // namespace

HeadWriter::HeadWriter(const std::vector<std::string>& cors_origins, std::span<const std::string> cors_headers)
    : cors_origins_(&cors_origins), preflight_(kAllowedHeaders) {
  for (const std::string& name : cors_headers) {
    if (preflight_.size() + 2 + name.size() > kAllowedHeaders.size() + kCorsHeadersBytesMax) break;
    preflight_ += ", " + name;
  }
  preflight_ += kMaxAge;
  set_date(std::chrono::sys_seconds{});
}

//   Date: Sun, 06 Nov 1994 08:49:37 GMT
//   0     6    11 14  18   23 26 29
void HeadWriter::set_date(std::chrono::sys_seconds now) noexcept {
  constexpr std::string_view days = "SunMonTueWedThuFriSat";
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const auto today = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(today);
  const std::chrono::hh_mm_ss time(now - today);
  const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
  std::memcpy(date_.data(), "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", date_.size());
  std::memcpy(date_.data() + 6, days.data() + 3 * std::chrono::weekday(today).c_encoding(), 3);
  two_digits(date_.data() + 11, static_cast<unsigned>(date.day()));
  std::memcpy(date_.data() + 14, months.data() + 3 * (static_cast<unsigned>(date.month()) - 1), 3);
  two_digits(date_.data() + 18, year / 100 % 100);
  two_digits(date_.data() + 20, year % 100);
  two_digits(date_.data() + 23, static_cast<unsigned>(time.hours().count()));
  two_digits(date_.data() + 26, static_cast<unsigned>(time.minutes().count()));
  two_digits(date_.data() + 29, static_cast<unsigned>(time.seconds().count()));
}

std::string_view HeadWriter::allowed(std::string_view origin) const noexcept {
  if (origin.empty() || origin == kAnyOrigin) return {};
  std::string_view any;
  for (const std::string& configured : *cors_origins_) {
    if (configured.size() > kOriginBytesMax) continue;  // would not fit into the head
    if (configured == origin) return configured;
    if (configured == kAnyOrigin) any = kAnyOrigin;
  }
  return any;
}

std::size_t HeadWriter::write_before(char* content_begin, const Response& response,
                                     const Delivery& delivery) const noexcept {
  char memory[kPreflightBytesMax];
  Pieces out{memory};
  if (const std::string_view line = status_line(response.status); !line.empty()) {
    out.text(line);
  } else {
    out.text("HTTP/1.1 ");
    out.number(response.status);
    out.text(" \r\n");
  }
  out.text({date_.data(), date_.size()});
  if (!response.content_type.empty()) out.field("Content-Type: ", response.content_type);
  if (!response.content_type.empty() || response.untyped) {
    out.text("Content-Length: ");
    out.number(response.content.size());
    out.text("\r\n");
  }
  out.field("X-Request-Id: ", response.request_id);
  if (response.transform_time) {
    out.text("Server-Timing: transform;dur=");
    out.milliseconds(*response.transform_time);
    out.text("\r\n");
  }
  if (response.events) {
    out.text("Planish-Events: ok=");
    out.number(response.events->ok);
    out.text(", invalid=");
    out.number(response.events->invalid);
    out.text(", dropped=");
    out.number(response.events->dropped);
    out.text("\r\n");
  }
  if (!response.allow.empty()) out.field("Allow: ", response.allow);
  out.text(response.fields);
  if (!cors_origins_->empty()) {
    out.text("Vary: Origin\r\n");
    if (const std::string_view origin = allowed(delivery.origin); !origin.empty()) {
      out.field("Access-Control-Allow-Origin: ", origin);
      if (origin != kAnyOrigin) out.text(kCredentials);
      if (response.preflight) out.field("Access-Control-Allow-Methods: ", response.allow);
      out.text(response.preflight ? preflight_ : kExposed);
    }
  }
  if (delivery.connection == Delivery::Connection::close) out.text("Connection: close\r\n");
  if (delivery.connection == Delivery::Connection::keep_alive) out.text("Connection: keep-alive\r\n");
  out.text("\r\n");
  const std::size_t bytes = out.size();
  assert(response.preflight || bytes <= kHeadBytesMax);
  std::memcpy(content_begin - bytes, memory, bytes);
  return bytes;
}

}  // namespace planish::http
