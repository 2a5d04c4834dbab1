// UpstreamAnswer: a status line, FieldScan's fields, BodyFraming's content, or content up to the end of the stream.
#include <http/field_list.hpp>
#include <http/field_value.hpp>
#include <http/upstream_answer.hpp>

#include <algorithm>
#include <cstring>
#include <optional>

namespace planish::http {
namespace {

//   HTTP/1.1 200 OK          d: a digit, v: 0 or 1; what follows the second blank is the reason
constexpr std::string_view kLineShape = "HTTP/1.v ddd ";

bool fits(char c, char wanted) noexcept {
  if (wanted == 'v') return c == '0' || c == '1';
  return wanted == 'd' ? c >= '0' && c <= '9' : c == wanted;
}

bool is_reason(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return c == '\t' || (byte >= 0x20 && byte != 0x7f);
}

// What may go on to a client: no byte that it could take for something else.
bool is_ascii_text(char c) noexcept {
  return is_reason(c) && static_cast<unsigned char>(c) < 0x80;
}

// RFC 9110, section 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT". Its shape alone: whoever reads it judges the rest.
bool is_fixdate(std::string_view text) noexcept {
  constexpr std::string_view kShape = "aaa, 00 aaa 0000 00:00:00 GMT";
  if (text.size() != kShape.size()) return false;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    const char c = text[i];
    const bool letter = lower(c) >= 'a' && lower(c) <= 'z';
    const bool digit = c >= '0' && c <= '9';
    if (kShape[i] == 'a' ? !letter : kShape[i] == '0' ? !digit : c != kShape[i]) return false;
  }
  return true;
}

// Seconds of at most nine digits, or a date.
bool is_retry_after(std::string_view text) noexcept {
  return (text.size() <= 9 && length_of(text).has_value()) || is_fixdate(text);
}

template <std::size_t size>
std::uint8_t copy_into(std::array<char, size>& to, std::string_view text) noexcept {
  static_assert(size <= 255);
  if (text.size() > size) return 0;
  std::copy(text.begin(), text.end(), to.begin());
  return static_cast<std::uint8_t>(text.size());
}

}  // namespace

// A field is read once, as it passes.
void UpstreamAnswer::take_field(std::string_view name, std::string_view value) noexcept {
  if (equals_no_case(name, "content-length")) {
    ++fields_.lengths;
    const std::optional<std::uint64_t> length = length_of(value);
    fields_.length_is_bad = !length;
    fields_.length = length.value_or(0);
  } else if (equals_no_case(name, "transfer-encoding")) {
    ++fields_.transfer_encodings;
    fields_.chunked = equals_no_case(value, "chunked");
  } else if (equals_no_case(name, "content-type")) {
    const bool counts = fields_.media_types++ == 0 && std::all_of(value.begin(), value.end(), is_ascii_text);
    media_type_size_ = counts ? copy_into(media_type_, value) : std::uint8_t{0};
  } else if (equals_no_case(name, "retry-after")) {
    const bool counts = fields_.retries++ == 0 && is_retry_after(value);
    retry_after_size_ = counts ? copy_into(retry_after_, value) : std::uint8_t{0};
  } else if (equals_no_case(name, "content-encoding")) {
    each_element(value, [this](std::string_view coding) { coded_ = coded_ || !equals_no_case(coding, "identity"); });
  } else if (equals_no_case(name, "connection")) {
    each_element(value, [this](std::string_view option) {
      fields_.says_close = fields_.says_close || equals_no_case(option, "close");
      fields_.says_keep_alive = fields_.says_keep_alive || equals_no_case(option, "keep-alive");
    });
  }
}

UpstreamAnswer::Progress UpstreamAnswer::advance(std::span<char> input, bool end_of_stream) noexcept {
  std::size_t at = 0;
  while (state_ == State::head) {
    if (!read_head({input.data() + at, input.size() - at})) {
      if (state_ != State::broken && end_of_stream) break_off();
      return state_ == State::broken ? Progress{state_} : Progress{state_, at, input.size() - at};
    }
    at += head_bytes_;
    head_bytes_ = 0;
    line_bytes_ = 0;
  }
  //   input: [heads: at][content so far, closed up][new bytes]
  const std::size_t begin = at;
  at += content_bytes_;
  std::size_t read = 0;
  std::size_t written = 0;
  take_content(input.subspan(at), content_ == Content::keep ? input.data() + at : nullptr, read, written);
  if (content_ == Content::keep) content_bytes_ += written;
  at += read;
  if (state_ == State::content && end_of_stream) {
    keeps_ = false;
    state_ = until_close_ ? State::done : State::broken;
  }
  // Whatever stands after the answer was not asked for.
  if (state_ == State::done && (at != input.size() || end_of_stream)) keeps_ = false;
  if (state_ == State::broken) return {state_};
  return {state_, begin, content_bytes_};
}

bool UpstreamAnswer::read_head(std::string_view input) noexcept {
  if (line_bytes_ == 0 && !read_status_line(input)) return false;
  for (;;) {
    const FieldScan::Result field = scan_.feed(input.substr(head_bytes_));
    head_bytes_ += field.taken;
    if (field.kind == FieldScan::Result::Kind::fault) return break_off();
    if (field.kind == FieldScan::Result::Kind::need_more) return false;
    if (field.kind == FieldScan::Result::Kind::done) break;
    const std::string_view line = input.substr(head_bytes_ - scan_.line_bytes(), scan_.line_bytes() - 2);
    take_field(line.substr(0, scan_.name_bytes()), without_blanks_around(line.substr(scan_.name_bytes() + 1)));
  }
  const std::string_view line = input.substr(0, line_bytes_);
  http_1_0_ = line[7] == '0';
  const auto digit = [line](std::size_t at) { return static_cast<unsigned>(line[at] - '0'); };
  status_ = static_cast<std::uint16_t>(digit(9) * 100 + digit(10) * 10 + digit(11));
  if (status_ < 100 || status_ > 599) status_ = 0;  // no class has it: RFC 9110, section 15
  if (status_ == 0 || status_ == 101) return break_off();
  if (status_ < 200) {
    status_ = 0;
    interim_bytes_ += head_bytes_;
    return ++interim_ <= limits_.interim_max || break_off();
  }
  keeps_ = !fields_.says_close && (!http_1_0_ || fields_.says_keep_alive);
  if (status_ >= 300) content_ = Content::drop;  // nobody has a use for it
  state_ = State::content;
  return frame() || break_off();
}

// Reads the line from its beginning, which is at most line_bytes_max bytes a call; false: more is needed, or it
// is broken.
bool UpstreamAnswer::read_status_line(std::string_view input) noexcept {
  std::size_t at = 0;
  for (; at < input.size() && at < kLineShape.size(); ++at) {
    if (!fits(input[at], kLineShape[at])) return break_off();
  }
  while (at < input.size() && at >= kLineShape.size() && is_reason(input[at])) {
    if (++at > limits_.line_bytes_max) return break_off();
  }
  if (at == input.size()) return false;
  if (input[at] != '\r') return break_off();
  if (at + 1 == input.size()) return false;
  if (input[at + 1] != '\n') return break_off();
  line_bytes_ = static_cast<std::uint32_t>(at + 2);
  head_bytes_ = line_bytes_;
  const std::size_t before = interim_bytes_ + line_bytes_;
  fields_ = {};
  media_type_size_ = retry_after_size_ = 0;
  coded_ = false;
  scan_ = FieldScan(before < limits_.head_bytes_max ? limits_.head_bytes_max - before : 0, kFieldsMax, true);
  return true;
}

// RFC 9112, section 6.3, but for what two readers could take in two ways: that is refused.
bool UpstreamAnswer::frame() noexcept {
  if (fields_.lengths > 1 || fields_.length_is_bad) return false;
  const bool is_coded = fields_.transfer_encodings > 0;
  if (is_coded && (fields_.transfer_encodings > 1 || !fields_.chunked || fields_.lengths > 0 || http_1_0_))
    return false;
  if (status_ == 204 || status_ == 304) return !is_coded;
  if (is_coded) {
    framing_ = BodyFraming::chunked();
  } else if (fields_.lengths == 0) {
    until_close_ = true;
    keeps_ = false;
  } else if (fields_.length > limits_.content_bytes_max) {
    exceed();
  } else {
    framing_ = BodyFraming::length(fields_.length);
  }
  return state_ != State::broken;
}

void UpstreamAnswer::take_content(std::span<char> raw, char* to, std::size_t& read, std::size_t& written) noexcept {
  if (state_ != State::content) return;
  if (until_close_) {
    read = raw.size();
    if (to != nullptr) written = raw.size();
    until_close_bytes_ += raw.size();
    if (until_close_bytes_ > limits_.content_bytes_max) exceed();
    return;
  }
  const BodyFraming::Result result = framing_.take(raw, to, limits_.content_bytes_max);
  read = result.read;
  written = result.written;
  if (result.kind == BodyFraming::Result::Kind::done) state_ = State::done;
  if (result.kind != BodyFraming::Result::Kind::fault) return;
  if (result.fault == Fault::body_long) return exceed();
  break_off();
}

// More content than is read: of one that is dropped the status is all that matters.
void UpstreamAnswer::exceed() noexcept {
  keeps_ = false;
  state_ = content_ == Content::drop ? State::done : State::broken;
}

bool UpstreamAnswer::break_off() noexcept {
  keeps_ = false;
  state_ = State::broken;
  return false;
}

}  // namespace planish::http
