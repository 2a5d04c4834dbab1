// Any bytes as a head: the same is said however they are cut and wherever they lie, what passes has the shape that is
// promised, and Beast's parser reads the same in it.
#include <http/field_value.hpp>
#include <http/head_scan.hpp>
#include <http/request_parser.hpp>
#include <http/second_opinion.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace planish::http;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

bool is_field(std::string_view line) {
  const std::size_t colon = std::min(line.find(':'), line.size());
  const std::string_view name = line.substr(0, colon);
  return colon < line.size() && !name.empty() && std::all_of(name.begin(), name.end(), is_token_character) &&
         std::none_of(line.begin(), line.end(), [](char c) { return c != '\t' && ((c >= 0 && c < ' ') || c == 0x7f); });
}

// The head read again, in the plainest way.
void check_head(std::string_view head) {
  require(head.size() <= Limits{}.head_bytes_max && head.ends_with("\r\n\r\n"));
  std::size_t fields = 0;
  std::string_view rest = head.substr(head.find("\r\n") + 2);
  require(head.size() - rest.size() - 2 <= kRequestLineBytesMax);
  const std::string_view line = head.substr(0, head.size() - rest.size() - 2);
  require(std::count(line.begin(), line.end(), ' ') == 2);
  require(line.find('#', line.find(' ')) == std::string_view::npos);  // a method may have one, a target may not
  for (; rest != "\r\n"; ++fields) {
    const std::size_t end = rest.find("\r\n");
    require(end != std::string_view::npos && is_field(rest.substr(0, end)));
    rest.remove_prefix(end + 2);
  }
  require(fields <= kFieldsMax);
  RequestHead read;
  const RequestParser::Result parsed = RequestParser().read(head, {}, read);
  require(parsed.kind != RequestParser::Result::Kind::need_more);
  if (parsed.kind == RequestParser::Result::Kind::fault) return;
  const Request request = read.over(head);
  require(request.path == "*" || request.path.starts_with('/'));
  require(request.framing != Framing::chunked || (!request.http_1_0 && request.content_length == 0));
  require(second_opinion(head, request.framing, request.content_length));
}

HeadScan::Result scan_on(HeadScan& scan, std::string_view input) {
  for (;;) {
    const HeadScan::Result result = scan.next(input, {});
    if (result.kind != HeadScan::Result::Kind::field) return result;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  HeadScan at_once;
  const HeadScan::Result whole = scan_on(at_once, input);
  HeadScan by_byte;
  RequestParser parser;
  RequestHead head;
  HeadScan::Result last{HeadScan::Result::Kind::need_more};
  RequestParser::Result parsed{RequestParser::Result::Kind::need_more};
  for (std::size_t seen = 0; seen <= size && last.kind == HeadScan::Result::Kind::need_more; ++seen) {
    // Wherever the bytes are now.
    const std::string so_far(input.substr(0, seen));
    last = scan_on(by_byte, so_far);
    parsed = parser.read(so_far, {}, head);
  }
  require(whole.kind == last.kind && whole.head_bytes == last.head_bytes);
  require(whole.kind != HeadScan::Result::Kind::fault || whole.fault == last.fault);
  require((last.kind == HeadScan::Result::Kind::need_more) == (parsed.kind == RequestParser::Result::Kind::need_more));
  if (whole.kind != HeadScan::Result::Kind::done) return 0;
  const std::string_view bytes = input.substr(0, whole.head_bytes);
  RequestHead again;
  const RequestParser::Result result = RequestParser().read(bytes, {}, again);
  require(result.kind == parsed.kind && result.fault == parsed.fault);
  require(again.over(bytes).request_id == head.over(bytes).request_id);
  require(again.over(bytes).origin == head.over(bytes).origin);
  check_head(bytes);
  return 0;
}
