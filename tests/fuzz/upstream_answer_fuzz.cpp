// Any bytes as an upstream's answer: how they are cut changes nothing, what is done is what the plainest reading finds
// in them, and what is dropped ends where what is kept does. The first three bytes say how: what becomes of the content
// and whether the stream ends, the pieces, and how small the limits are.
#include <http/field_list.hpp>
#include <http/field_value.hpp>
#include <http/upstream_answer.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

using namespace planish::http;

namespace {

using Content = UpstreamAnswer::Content;
using State = UpstreamAnswer::State;

void require(bool condition) {
  if (!condition) std::abort();
}

struct Told {
  State state;
  unsigned status;
  bool keeps;
  std::string content;
};

// As a connection does it: what is asked for again stands in front of what comes next, in memory of just that size.
Told read(std::string_view bytes, std::size_t step, bool ends, Content content, const UpstreamLimits& limits) {
  UpstreamAnswer answer(content, limits);
  std::vector<char> held;
  const auto going = [&] { return answer.state() == State::head || answer.state() == State::content; };
  const auto give = [&](std::string_view piece, bool end) {
    std::vector<char> input(held);
    input.insert(input.end(), piece.begin(), piece.end());
    const UpstreamAnswer::Progress progress = answer.advance(input, end);
    require(progress.from <= input.size() && progress.size <= input.size() - progress.from);
    require(progress.state == answer.state());
    const auto from = input.begin() + static_cast<std::ptrdiff_t>(progress.from);
    held.assign(from, from + static_cast<std::ptrdiff_t>(progress.size));
    require(held.size() <= std::size_t{limits.head_bytes_max} + limits.content_bytes_max + step);
  };
  for (std::size_t at = 0; at < bytes.size() && going(); at += step) give(bytes.substr(at, step), false);
  if (ends && going()) give({}, true);
  require(!ends || !going());
  require(answer.state() == State::content || answer.state() == State::done || answer.status() < 600);
  require(!answer.keeps_connection() || answer.state() == State::done || answer.state() == State::content);
  for (const char c : answer.media_type()) require(c == '\t' || (c >= ' ' && c != 0x7F));
  for (const char c : answer.retry_after()) require(c >= ' ' && c < 0x7F);
  const bool done = answer.state() == State::done;
  return {answer.state(), answer.status(), done && answer.keeps_connection(),
          done ? std::string(held.begin(), held.end()) : ""};
}

// Content in chunks; only of what has been found to be right.
std::string unchunked(std::string_view rest) {
  std::string out;
  for (;;) {
    const std::size_t size = std::strtoul(
        std::string(rest.substr(0, rest.find_first_not_of("0123456789abcdefABCDEF"))).c_str(), nullptr, 16);
    rest.remove_prefix(rest.find("\r\n") + 2);
    if (size == 0) return out;
    out += rest.substr(0, size);
    rest.remove_prefix(size + 2);
  }
}

// The answer read again, in the plainest way: it is known to have a whole head.
void check_done(std::string_view bytes, const Told& told, const UpstreamLimits& limits) {
  std::size_t heads = 0;
  for (;;) {
    require(bytes.starts_with("HTTP/1."));
    const std::size_t end = bytes.find("\r\n\r\n");
    require(end != std::string_view::npos);
    heads += end + 4;
    if (bytes[9] != '1') break;
    bytes.remove_prefix(end + 4);
  }
  require(heads <= limits.head_bytes_max);
  require(std::to_string(told.status) == bytes.substr(9, 3));
  const std::size_t end = bytes.find("\r\n\r\n") + 4;
  const std::string_view rest = bytes.substr(end);
  bool chunked = false;
  std::string_view length;
  for (std::string_view lines = bytes.substr(0, end - 2); !lines.empty(); lines.remove_prefix(lines.find("\r\n") + 2)) {
    const std::string_view line = lines.substr(0, lines.find("\r\n"));
    const std::size_t colon = std::min(line.find(':'), line.size());
    if (equals_no_case(line.substr(0, colon), "transfer-encoding")) chunked = true;
    if (equals_no_case(line.substr(0, colon), "content-length")) length = without_blanks_around(line.substr(colon + 1));
  }
  require(!chunked || length.empty());
  require(told.content.size() <= limits.content_bytes_max);
  if (told.status == 204 || told.status >= 300) return require(told.content.empty());
  if (chunked) return require(told.content == unchunked(rest));
  if (length.empty()) return require(told.content == rest && !told.keeps);
  require(told.content == rest.substr(0, std::strtoul(std::string(length).c_str(), nullptr, 10)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 3, size - 3);
  const bool ends = data[0] % 2 == 0;
  UpstreamLimits limits;
  if (const std::uint32_t small = data[2]; small != 0) {
    limits = {.head_bytes_max = 16 + 2 * small,
              .line_bytes_max = 13 + small / 4,
              .content_bytes_max = small,
              .interim_max = small % 4};
  }
  const Told whole = read(bytes, std::max<std::size_t>(bytes.size(), 1), ends, Content::keep, limits);
  const Told dropped = read(bytes, std::max<std::size_t>(bytes.size(), 1), ends, Content::drop, limits);
  for (const std::size_t step : {std::size_t{1}, std::size_t{1} + data[1]}) {
    const Told cut = read(bytes, step, ends, Content::keep, limits);
    require(cut.state == whole.state && cut.status == whole.status && cut.content == whole.content);
    require(cut.keeps || !whole.keeps);  // what stands behind an answer may not have come yet
    const Told drop = read(bytes, step, ends, Content::drop, limits);
    require(drop.state == dropped.state && drop.status == dropped.status);
  }
  if (whole.state == State::done) {
    check_done(bytes, whole, limits);
    require(dropped.state == State::done && dropped.status == whole.status && dropped.keeps == whole.keeps);
  }
  // Of what is dropped, more than is kept is no fault.
  if (dropped.state == State::broken) require(whole.state == State::broken);
  return 0;
}
