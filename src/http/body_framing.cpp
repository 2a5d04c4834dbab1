// BodyFraming: the chunk line goes byte by byte through a table of states, content moves in one piece.
#include <bytes/ascii.hpp>
#include <http/body_framing.hpp>
#include <http/field_value.hpp>

#include <algorithm>
#include <cstring>

namespace planish::http {
namespace {

bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t';
}

// HTAB / SP / VCHAR / obs-text: what may stand after the backslash of a quoted pair (RFC 9110, section 5.6.4).
bool is_text(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return c == '\t' || (byte >= 0x20 && byte != 0x7f);
}

}  // namespace

BodyFraming BodyFraming::length(std::uint64_t bytes) noexcept {
  BodyFraming framing;
  framing.left_ = bytes;
  framing.state_ = bytes == 0 ? State::done : State::content;
  return framing;
}

BodyFraming BodyFraming::chunked() noexcept {
  BodyFraming framing;
  framing.state_ = State::size_first;
  return framing;
}

BodyFraming::Result BodyFraming::take(std::span<char> raw, char* to, std::size_t body_bytes_max) noexcept {
  const char* const begin = raw.data();
  const char* const end = begin + raw.size();
  const char* at = begin;
  std::size_t written = 0;
  while (at != end && state_ != State::done && state_ != State::failed) {
    if (state_ == State::content || state_ == State::data) {
      const auto from = static_cast<std::size_t>(at - begin);
      const std::size_t taken = take_data(raw.subspan(from), to == nullptr ? nullptr : to + written);
      at += taken;
      if (to != nullptr) written += taken;
    } else if (state_ == State::data_cr || state_ == State::data_lf) {
      const bool right = *at == (state_ == State::data_cr ? '\r' : '\n');
      state_ = !right ? fail(Fault::bad_chunk) : state_ == State::data_cr ? State::data_lf : State::size_first;
      if (right) ++at;
    } else if (state_ == State::trailers) {
      const FieldScan::Result trailers = trailers_.pass({at, static_cast<std::size_t>(end - at)});
      at += trailers.taken;
      if (trailers.kind == FieldScan::Result::Kind::done) state_ = State::done;
      if (trailers.kind == FieldScan::Result::Kind::fault) state_ = fail(Fault::bad_trailer);
    } else {
      at = take_chunk_line(at, end, body_bytes_max);
    }
  }
  const auto kind = state_ == State::done     ? Result::Kind::done
                    : state_ == State::failed ? Result::Kind::fault
                                              : Result::Kind::need_more;
  return {kind, fault_, static_cast<std::size_t>(at - begin), written};
}

std::size_t BodyFraming::take_data(std::span<char> raw, char* to) noexcept {
  const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(left_, raw.size()));
  if (to != nullptr && to != raw.data()) std::memmove(to, raw.data(), taken);
  left_ -= taken;
  content_bytes_ += taken;
  if (left_ == 0) state_ = state_ == State::content ? State::done : State::data_cr;
  return taken;
}

const char* BodyFraming::take_chunk_line(const char* at, const char* end, std::size_t body_bytes_max) noexcept {
  for (; at != end; ++at) {
    if (state_ == State::line_lf) {
      if (*at != '\n') return state_ = fail(Fault::bad_chunk), at;
      line_bytes_ = 0;
      state_ = left_ == 0 ? State::trailers : State::data;
      return at + 1;
    }
    const bool sized = state_ == State::size_first || state_ == State::size;
    const State next = sized ? after_size(*at, body_bytes_max) : in_extension(*at);
    if (next == State::failed) return state_ = fail(fault_), at;
    if (next != State::line_lf) {
      if (++line_bytes_ > kChunkLineBytesMax) return state_ = fail(Fault::bad_chunk), at;
      // Digits that no number needs are as good as an extension.
      const bool extends = next != State::size || line_bytes_ > kChunkDigitsMax;
      if (extends && ++extension_bytes_ > kChunkExtensionBytesMax) return state_ = fail(Fault::bad_chunk), at;
    }
    state_ = next;
  }
  return at;
}

BodyFraming::State BodyFraming::after_size(char c, std::size_t body_bytes_max) noexcept {
  const unsigned digit = bytes::hex_value(c);
  if (digit < 16) {
    // left_ never exceeds the limit, so it cannot overflow; a length too long is told at the digit that makes it so.
    left_ = left_ * 16 + digit;
    return left_ > body_bytes_max - content_bytes_ ? fail(Fault::body_long) : State::size;
  }
  if (state_ == State::size_first) return State::failed;
  if (c == '\r') return State::line_lf;
  if (c == ';') return State::name_first;
  return is_blank(c) ? State::before_semicolon : State::failed;
}

BodyFraming::State BodyFraming::in_extension(char c) const noexcept {
  const bool token = is_token_character(c);
  switch (state_) {
    case State::before_semicolon:
      return is_blank(c) ? state_ : c == ';' ? State::name_first : State::failed;
    case State::name_first:
      return is_blank(c) ? state_ : token ? State::name : State::failed;
    case State::after_name:
      return is_blank(c) ? state_ : c == '=' ? State::value_first : c == ';' ? State::name_first : State::failed;
    case State::value_first:
      return is_blank(c) ? state_ : token ? State::value : c == '"' ? State::quoted : State::failed;
    case State::quoted:
      return c == '"' ? State::quoted_end : c == '\\' ? State::quoted_pair : is_text(c) ? state_ : State::failed;
    case State::quoted_pair:
      return is_text(c) ? State::quoted : State::failed;
    default:  // name, value, quoted_end
      if (token && state_ != State::quoted_end) return state_;
      if (c == '\r') return State::line_lf;
      if (c == ';') return State::name_first;
      if (is_blank(c)) return state_ == State::name ? State::after_name : State::before_semicolon;
      return c == '=' && state_ == State::name ? State::value_first : State::failed;
  }
}

BodyFraming::State BodyFraming::fail(Fault fault) noexcept {
  fault_ = fault;
  return state_ = State::failed;
}

}  // namespace planish::http
