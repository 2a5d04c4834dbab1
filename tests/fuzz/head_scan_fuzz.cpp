// Any bytes as a head: the scan says the same however they are cut, and what passes it has the shape that it promises.
#include <http/field_value.hpp>
#include <http/head_scan.hpp>
#include <http/request_parser.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
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
  Request request;
  if (!parse_request(head, std::size_t{1} << 20, request)) {
    require(request.path == "*" || request.path.starts_with('/'));
    require(request.framing != Framing::chunked || (!request.http_1_0 && request.content_length == 0));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const HeadScan::Result whole = HeadScan().scan(input, {});
  HeadScan by_byte;
  HeadScan::Result last{HeadScan::Result::Kind::need_more};
  for (std::size_t seen = 0; seen <= size && last.kind == HeadScan::Result::Kind::need_more; ++seen) {
    last = by_byte.scan(input.substr(0, seen), {});
  }
  require(whole.kind == last.kind && whole.head_bytes == last.head_bytes);
  require(whole.kind != HeadScan::Result::Kind::fault || whole.fault == last.fault);
  if (whole.kind == HeadScan::Result::Kind::done) check_head(input.substr(0, whole.head_bytes));
  return 0;
}
