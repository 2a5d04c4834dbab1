// HeadScan: the request line state by state; the fields are FieldScan's.
#include <http/byte_search.hpp>
#include <http/field_list.hpp>
#include <http/field_value.hpp>
#include <http/head_scan.hpp>

#include <algorithm>

namespace planish::http {
namespace {

constexpr char kTlsHandshake = '\x16';                  // the type of the first record: RFC 8446, section 5.1
constexpr std::string_view kVersionShape = "HTTP/0.0";  // 0 stands for a digit

// What speaks where a request line breaks the rules. `begin`: up to the byte that breaks them, and perhaps beyond.
Fault line_fault(std::string_view begin) noexcept {
  if (begin.starts_with(kTlsHandshake)) return Fault::tls;
  // The one that may stand before a request is not among what is scanned.
  if (begin.starts_with('\r')) return Fault::empty_lines;
  return begin.starts_with("PROXY ") ? Fault::proxy_line : Fault::bad_request_line;
}

bool fits_version(char c, std::size_t at) noexcept {
  return kVersionShape[at] == '0' ? c >= '0' && c <= '9' : c == kVersionShape[at];
}

}  // namespace

bool HeadScan::is_in_line(State state) noexcept {
  switch (state) {
    case State::method_first:
    case State::method:
    case State::target_first:
    case State::target:
    case State::version:
      return true;
    default:
      return false;
  }
}

HeadScan::Result HeadScan::next(std::string_view input, const Limits& limits) noexcept {
  if (is_in_line(state_)) {
    const std::size_t room = std::min(kRequestLineBytesMax, limits.head_bytes_max);
    at_ = static_cast<std::uint32_t>(read_line(input, input.data() + std::min(input.size(), room)) - input.data());
    if (state_ == State::failed) return fail(line_fault(input));
    if (is_in_line(state_))
      return at_ < input.size() ? fail(Fault::request_line_long) : Result{Result::Kind::need_more};
  }
  if (state_ == State::line_cr || state_ == State::line_lf) {
    if (!read_line_end(input, limits) && state_ != State::failed) return {Result::Kind::need_more};
  }
  if (state_ == State::fields) {
    const FieldScan::Result fields = fields_.feed(input.substr(at_));
    at_ += static_cast<std::uint32_t>(fields.taken);
    if (fields.kind == FieldScan::Result::Kind::need_more) return {Result::Kind::need_more};
    if (fields.kind == FieldScan::Result::Kind::fault) return fail(fields.fault);
    if (fields.kind == FieldScan::Result::Kind::field) {
      const std::string_view line = input.substr(at_ - fields_.line_bytes(), fields_.line_bytes() - 2);
      return {.kind = Result::Kind::field,
              .name = line.substr(0, fields_.name_bytes()),
              .value = without_blanks_around(line.substr(fields_.name_bytes() + 1))};
    }
    state_ = State::done;
  }
  if (state_ == State::failed) return {Result::Kind::fault, fault_};
  return {Result::Kind::done, fault_, at_};
}

const char* HeadScan::read_line(std::string_view input, const char* end) noexcept {
  const char* at = input.data() + at_;
  while (at != end) {
    switch (state_) {
      case State::method_first:
      case State::target_first:
        // At least one byte of each: the next states do not ask again.
        if (state_ == State::method_first ? !is_token_character(*at) : find_target_end(at, at + 1) == at) {
          return state_ = State::failed, at;
        }
        ++at;
        state_ = state_ == State::method_first ? State::method : State::target;
        break;
      case State::method:
        while (at != end && is_token_character(*at)) ++at;
        if (at == end) break;
        if (*at != ' ') return state_ = State::failed, at;
        ++at;
        target_at_ = static_cast<std::uint16_t>(at - input.data());
        state_ = State::target_first;
        break;
      case State::target:
        at = find_target_end(at, end);
        if (at == end) break;
        if (*at != ' ') return state_ = State::failed, at;
        ++at;
        state_ = State::version;
        break;
      case State::version:
        if (!fits_version(*at, version_at_)) return state_ = State::failed, at;
        ++at;
        if (++version_at_ == kVersionShape.size()) return state_ = State::line_cr, at;
        break;
      default:
        return at;
    }
  }
  return at;
}

bool HeadScan::read_line_end(std::string_view input, const Limits& limits) noexcept {
  for (; state_ != State::fields; ++at_) {
    if (at_ == input.size()) return false;
    const char wanted = state_ == State::line_cr ? '\r' : '\n';
    const bool right = input[at_] == wanted;
    if (at_ >= limits.head_bytes_max || (!right && at_ == kRequestLineBytesMax))
      return fail(Fault::request_line_long), false;
    if (!right) return fail(Fault::bad_request_line), false;
    state_ = state_ == State::line_cr ? State::line_lf : State::fields;
  }
  line_bytes_ = static_cast<std::uint16_t>(at_ - 2);
  fields_ = FieldScan(limits.head_bytes_max - at_, kFieldsMax, true);
  return true;
}

HeadScan::Result HeadScan::fail(Fault fault) noexcept {
  state_ = State::failed;
  fault_ = fault;
  return {Result::Kind::fault, fault};
}

}  // namespace planish::http
