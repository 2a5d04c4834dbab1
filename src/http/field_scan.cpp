// FieldScan: one state a kind of byte; names by table, values eight bytes at a step.
#include <http/byte_search.hpp>
#include <http/field_scan.hpp>
#include <http/field_value.hpp>

namespace planish::http {

FieldScan::Result FieldScan::feed(std::string_view more) noexcept {
  const char* const begin = more.data();
  const char* at = begin;
  if (state_ == State::line_start) line_bytes_ = name_bytes_ = 0;
  for (;;) {
    const std::size_t left = more.size() - static_cast<std::size_t>(at - begin);
    const bool clipped = left > bytes_left_;
    const char* const stop = at + (clipped ? bytes_left_ : left);
    Result::Kind kind = Result::Kind::need_more;
    Fault fault = Fault::bad_field;
    const char* const from = at;
    at = read(at, stop, kind, fault);
    bytes_left_ -= static_cast<std::uint32_t>(at - from);
    line_bytes_ += static_cast<std::uint32_t>(at - from);
    const auto taken = static_cast<std::size_t>(at - begin);
    if (kind != Result::Kind::need_more || !clipped) return {kind, fault, taken};
    // *at is the first byte over the limit: what is left of the empty line, where that doesn't count, is let by.
    const bool at_end = state_ == State::end_lf || (state_ == State::line_start && *at == '\r');
    if (counts_end_ || !at_end) return {Result::Kind::fault, Fault::head_long, taken};
    bytes_left_ = state_ == State::end_lf ? 1 : 2;
    counts_end_ = true;
  }
}

FieldScan::Result FieldScan::pass(std::string_view more) noexcept {
  for (std::size_t taken = 0;;) {
    const Result result = feed(more.substr(taken));
    taken += result.taken;
    if (result.kind != Result::Kind::field) return {result.kind, result.fault, taken};
  }
}

const char* FieldScan::read(const char* at, const char* end, Result::Kind& kind, Fault& fault) noexcept {
  const auto bad = [&kind](const char* stopped) { return kind = Result::Kind::fault, stopped; };
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
        if (fault == Fault::head_long || !is_token_character(*at)) return bad(at);
        ++fields_;
        state_ = State::name;
        [[fallthrough]];
      case State::name: {
        const char* const from = at;
        while (at != end && is_token_character(*at)) ++at;
        name_bytes_ += static_cast<std::uint32_t>(at - from);
        if (at == end) break;
        if (*at != ':') return bad(at);
        ++at;
        state_ = State::value;
        [[fallthrough]];
      }
      case State::value:
        at = find_value_end(at, end);
        if (at == end) break;
        if (*at != '\r') return bad(at);
        ++at;
        state_ = State::line_lf;
        break;
      case State::line_lf:
      case State::end_lf:
        if (*at != '\n') return bad(at);
        kind = state_ == State::end_lf ? Result::Kind::done : Result::Kind::field;
        state_ = state_ == State::end_lf ? State::done : State::line_start;
        return at + 1;
      case State::done:
        return at;
    }
  }
  return at;
}

}  // namespace planish::http
