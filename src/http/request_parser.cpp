// Request parser: Beast's basic_parser reads what the scan has passed, a second pair of eyes; RequestFields judges.
#include <http/request_fields.hpp>
#include <http/request_parser.hpp>
#include <http/target.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <limits>

namespace planish::http {
namespace {

namespace beast = boost::beast;

constexpr std::string_view kHttp2Preface =
    "PRI * HTTP/2.0\r\n\r\n";  // RFC 9113, section 3.4: up to what would be its body

using Error = beast::error_code;

// "GET / HTTP/1.1", taken apart at its two spaces.
struct Line {
  explicit Line(std::string_view line) noexcept
      : method(line.substr(0, line.find(' '))),
        target(line.substr(method.size() + 1, line.size() - method.size() - kVersionBytes - 2)),
        version(line.substr(line.size() - kVersionBytes)) {}

  static constexpr std::size_t kVersionBytes = 8;
  std::string_view method, target, version;
};

Method method_of(std::string_view text) noexcept {
  if (text == "POST") return Method::post;
  if (text == "GET") return Method::get;
  if (text == "HEAD") return Method::head;
  if (text == "OPTIONS") return Method::options;
  return text == "CONNECT" ? Method::connect : Method::other;
}

std::string_view view(beast::string_view text) noexcept {
  return {text.data(), text.size()};
}

// Reads a head and no more: skip(true) makes the message end with it.
class HeadReader final : public beast::http::basic_parser<true> {
 public:
  HeadReader(const Line& line, RequestFields& fields) noexcept : line_(line), fields_(fields) {
    header_limit(std::numeric_limits<std::uint32_t>::max());  // the scan has seen to the limits
    body_limit(boost::none);
    skip(true);
  }

 private:
  void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target, int,
                       Error& error) override {
    if (view(method) != line_.method || view(target) != line_.target) error = beast::http::error::bad_target;
  }
  void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value, Error&) override {
    fields_.add(view(name), view(value));
  }
  void on_response_impl(int, beast::string_view, int, Error&) override {}
  void on_header_impl(Error&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override {}
  std::size_t on_body_impl(beast::string_view body, Error&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, Error&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body, Error&) override { return body.size(); }
  void on_finish_impl(Error&) override {}

  const Line& line_;
  RequestFields& fields_;
};

// What Beast leaves unread where it refuses a framing field, or a version: the fields behind may hold a fault that
// comes before it, and the request id of the answer. Whoever needs this refuses the request in any case.
void add_rest(std::string_view lines, RequestFields& fields) noexcept {
  while (!lines.starts_with("\r\n")) {
    const std::size_t end = lines.find("\r\n");
    const std::size_t colon = lines.find(':');
    if (end == std::string_view::npos || colon > end) return;
    std::string_view value = lines.substr(colon + 1, end - colon - 1);
    const std::size_t first = std::min(value.find_first_not_of(" \t"), value.size());
    value.remove_prefix(first);
    value = value.substr(0, value.find_last_not_of(" \t") + 1);
    fields.add(lines.substr(0, colon), value);
    lines.remove_prefix(end + 2);
  }
}

bool is_framing_error(const Error& error) noexcept {
  return error == beast::http::error::bad_content_length || error == beast::http::error::multiple_content_length ||
         error == beast::http::error::bad_transfer_encoding;
}

}  // namespace

std::optional<Fault> parse_request(std::string_view head, std::size_t body_bytes_max, Request& request) noexcept {
  if (head == kHttp2Preface) return Fault::http_2;
  const std::size_t line_bytes = head.find('\r');
  const Line line(head.substr(0, line_bytes));
  const bool known_version = line.version == "HTTP/1.1" || line.version == "HTTP/1.0";
  request.method = method_of(line.method);
  request.http_1_0 = line.version == "HTTP/1.0";

  RequestFields fields(request);
  std::optional<Fault> misread;  // a fault of the head as such: before all that is judged
  std::optional<Fault> misframed;
  if (known_version) {
    HeadReader reader(line, fields);
    Error error;
    const std::size_t read = reader.put(boost::asio::const_buffer(head.data(), head.size()), error);
    if (is_framing_error(error)) {
      add_rest(head.substr(read), fields);
      misframed = Fault::bad_length;
    } else if (error || read != head.size() || !reader.is_done()) {
      misread = read == 0 ? Fault::bad_request_line : Fault::bad_field;
    }
  } else {
    add_rest(head.substr(line_bytes + 2), fields);
  }
  if (misread) {
    read_begun(head, request);
    return misread;
  }
  const std::optional<Fault> judged = fields.judge(body_bytes_max);
  const std::optional<std::string_view> path = path_of(line.target, request.method);
  if (!path) return Fault::bad_target;
  request.path = *path;
  request.query = query_of(line.target);
  request.fields = head.substr(line_bytes + 2, head.size() - line_bytes - 4);  // without the empty line
  if (!known_version) return Fault::version;
  return judged ? judged : misframed;
}

void read_begun(std::string_view head, Request& request) noexcept {
  const std::size_t method_bytes = head.find(' ');
  if (method_bytes != std::string_view::npos) request.method = method_of(head.substr(0, method_bytes));
  const std::size_t line_end = head.find("\r\n");
  if (line_end == std::string_view::npos) return;
  RequestFields fields(request);
  add_rest(head.substr(line_end + 2), fields);
  static_cast<void>(fields.judge(0));
}

}  // namespace planish::http
