// RequestParser: HeadScan finds the fields, RequestFields gathers them; then the request line, and all of it together.
#include <http/request_parser.hpp>
#include <http/second_opinion.hpp>
#include <http/target.hpp>

namespace planish::http {
namespace {

constexpr std::string_view kHttp2Preface =
    "PRI * HTTP/2.0\r\n\r\n";  // RFC 9113, section 3.4: up to what would be its body
constexpr std::size_t kVersionBytes = 8;

Method method_of(std::string_view text) noexcept {
  if (text == "POST") return Method::post;
  if (text == "GET") return Method::get;
  if (text == "HEAD") return Method::head;
  if (text == "OPTIONS") return Method::options;
  return text == "CONNECT" ? Method::connect : Method::other;
}

std::uint16_t offset(std::string_view of, std::string_view within) noexcept {
  return static_cast<std::uint16_t>(of.data() - within.data());
}

}  // namespace

RequestParser::Result RequestParser::read(std::string_view input, const Limits& limits, RequestHead& head) noexcept {
  using Kind = HeadScan::Result::Kind;
  for (;;) {
    const HeadScan::Result scan = scan_.next(input, limits);
    if (head.target_at == 0 && scan_.target_at() != 0) {
      head.target_at = scan_.target_at();
      head.method = method_of(input.substr(0, head.target_at - std::size_t{1}));
    }
    if (scan.kind == Kind::field) {
      fields_.add(scan.name, scan.value, static_cast<std::size_t>(scan.value.data() - input.data()), head);
      continue;
    }
    if (scan.kind == Kind::need_more) return {Result::Kind::need_more};
    if (scan.kind == Kind::fault) return {Result::Kind::fault, scan.fault};
    const auto fault = judge(input.substr(0, scan.head_bytes), limits.body_bytes_max, head);
    if (fault) return {Result::Kind::fault, *fault};
    return {Result::Kind::done, {}, scan.head_bytes};
  }
}

//   POST /path HTTP/1.1\r\n
//        ^ target_at    ^ line_bytes
std::optional<Fault> RequestParser::judge(std::string_view bytes, std::size_t body_bytes_max,
                                          RequestHead& head) const noexcept {
  if (bytes == kHttp2Preface) return Fault::http_2;
  const std::size_t line_bytes = scan_.line_bytes();
  const std::string_view version = bytes.substr(line_bytes - kVersionBytes, kVersionBytes);
  head.http_1_0 = version == "HTTP/1.0";
  const bool known_version = head.http_1_0 || version == "HTTP/1.1";
  if (known_version && fields_.has_bad_list()) return Fault::bad_field;
  const std::optional<Fault> judged = fields_.judge(body_bytes_max, head);

  const std::string_view target = bytes.substr(head.target_at, line_bytes - kVersionBytes - 1 - head.target_at);
  const std::optional<std::string_view> path = path_of(target, head.method);
  if (!path) return Fault::bad_target;
  const bool sent = path->data() >= target.data() && path->data() < target.data() + target.size();
  head.path = sent ? RequestHead::Path::sent : *path == "*" ? RequestHead::Path::asterisk : RequestHead::Path::root;
  if (sent) {
    head.path_at = offset(*path, bytes);
    head.path_size = static_cast<std::uint16_t>(path->size());
  }
  if (const std::string_view query = query_of(target); !query.empty()) {
    head.query_at = offset(query, bytes);
    head.query_size = static_cast<std::uint16_t>(query.size());
  }
  head.fields_at = static_cast<std::uint16_t>(line_bytes + 2);
  if (!known_version) return Fault::version;
  if (judged) return judged;
  if (head.framing == Framing::chunked && !second_opinion(bytes, head.framing, head.content_length)) {
    return Fault::bad_field;
  }
  return std::nullopt;
}

}  // namespace planish::http
