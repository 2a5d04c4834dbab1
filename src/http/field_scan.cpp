// FieldScan: one state a kind of byte; names by table, values eight bytes at a step.
#include <http/byte_search.hpp>
#include <http/field_scan.hpp>
#include <http/field_value.hpp>

namespace planish::http {

FieldScan::Result FieldScan::feed(std::string_view more) noexcept {
  const char* const begin = more.data();
  const char* at = begin;
  for (;;) {
    const std::size_t left = more.size() - static_cast<std::size_t>(at - begin);
    const bool clipped = left > bytes_left_;
    const char* const stop = at + (clipped ? bytes_left_ : left);
    bool bad = false;
    Fault fault = Fault::bad_field;
    const char* const from = at;
    at = read(at, stop, bad, fault);
    bytes_left_ -= static_cast<std::uint32_t>(at - from);
    const auto taken = static_cast<std::size_t>(at - begin);
    if (bad) return {Result::Kind::fault, fault, taken};
    if (state_ == State::done) return {Result::Kind::done, fault, taken};
    if (!clipped) return {Result::Kind::need_more, fault, taken};
    // *at is the first byte over the limit.
    if (counts_end_ || state_ != State::line_start || *at != '\r')
      return {Result::Kind::fault, Fault::head_long, taken};
    bytes_left_ = 2;
    counts_end_ = true;
  }
}

const char* FieldScan::read(const char* at, const char* end, bool& bad, Fault& fault) noexcept {
  while (at != end) {
    switch (state_) {
      case State::line_start:
        if (*at == '\r') {
          ++at;
          state_ = State::end_lf;
          break;
        }
        if (*at == ' ' || *at == '\t') fault = fields_ == 0 ? Fault::bad_field : Fault::folded_field;
        if (fault != Fault::folded_field && *at != '\n' && fields_ == fields_max_) fault = Fault::head_long;
        if (fault == Fault::head_long || !is_token_character(*at)) return bad = true, at;
        ++fields_;
        state_ = State::name;
        [[fallthrough]];
      case State::name:
        while (at != end && is_token_character(*at)) ++at;
        if (at == end) break;
        if (*at != ':') return bad = true, at;
        ++at;
        state_ = State::value;
        [[fallthrough]];
      case State::value:
        at = find_value_end(at, end);
        if (at == end) break;
        if (*at != '\r') return bad = true, at;
        ++at;
        state_ = State::line_lf;
        break;
      case State::line_lf:
      case State::end_lf:
        if (*at != '\n') return bad = true, at;
        ++at;
        if (state_ == State::end_lf) {
          state_ = State::done;
          return at;
        }
        state_ = State::line_start;
        break;
      case State::done:
        return at;
    }
  }
  return at;
}

}  // namespace planish::http
