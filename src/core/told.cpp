// The values of an answer's members, and the key: the hash of [user,type,ms,payload] in canonical form.
#include <core/told.hpp>

#include <core/answer.hpp>
#include <core/bytes16.hpp>
#include <core/check.hpp>
#include <core/copy.hpp>
#include <core/escape.hpp>
#include <core/found.hpp>
#include <core/json_string.hpp>
#include <core/results.hpp>
#include <core/time_value.hpp>
#include <core/tokens.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace planish::core {
namespace {

// As one word from each end, which overlap: most of what is told has a few bytes, and a call is dearer than they are.
template <std::size_t kWord>
char* put_ends(std::string_view text, char* out) noexcept {
  std::array<char, kWord> first, last;
  std::memcpy(first.data(), text.data(), kWord);
  std::memcpy(last.data(), text.data() + text.size() - kWord, kWord);
  std::memcpy(out, first.data(), kWord);
  std::memcpy(out + text.size() - kWord, last.data(), kWord);
  return out + text.size();
}

// In steps of 16 bytes, the last of which overlaps the one before it: up to kStepsBytesMax they are cheaper than a
// call.
constexpr std::size_t kStep = sizeof(Bytes16);
constexpr std::size_t kStepsBytesMax = 256;
template <typename Step>
inline void in_steps(std::size_t size, Step step) noexcept {
  const std::size_t last = size - kStep;
  for (std::size_t at = 0; at < last; at += kStep) step(at);
  step(last);
}

inline char* put(std::string_view text, char* out) noexcept {
  if (text.size() - 4 < 4) return put_ends<4>(text, out);
  if (text.size() - 8 < 8) return put_ends<8>(text, out);
  if (text.size() - kStep > kStepsBytesMax - kStep) [[unlikely]]
    return std::copy(text.begin(), text.end(), out);
  in_steps(text.size(), [&](std::size_t at) { std::memcpy(out + at, text.data() + at, kStep); });
  return out + text.size();
}

char* put_or_null(std::string_view text, char* out) noexcept {
  return text.empty() ? put("null", out) : put(text, out);
}

// In one step: so many bytes can be read wherever the digits stand.
char* put_ms(const Event& event, char* out) noexcept {
  std::memcpy(out, event.ms.data(), Event::kMsBytesMax);
  return out + event.ms.size();
}

char* put_type(const Event& event, char* out) noexcept {
  *out++ = '"';
  out = event.type_has_escapes ? out + write_shortest(event.type, out) : put(event.type, out);
  *out++ = '"';
  return out;
}

// A string, its escapes the shortest, or digits.
char* put_canonical(std::string_view value, char* out) noexcept {
  if (value.empty()) return put("null", out);
  if (value[0] != '"' || !has_escape(value)) return put(value, out);
  *out++ = '"';
  out += write_shortest(value.substr(1, value.size() - 2), out);
  *out++ = '"';
  return out;
}

// What comes from beside the event is told in so many bytes or not at all.
char* put_bounded(std::string_view text, char* out) noexcept {
  if (text.empty() || text.size() > kToldBytesMax) return put("null", out);
  return out + write_string(text, out);
}

// The same of a trace as it stands in JSON: what counts is what it says, however it is spelled.
[[gnu::noinline]] bool is_long_trace(std::string_view trace) noexcept {
  std::array<char, kToldBytesMax * kEscapeBytesMax> plain;
  return trace.size() > plain.size() + 2 || unescaped(trace.substr(1, trace.size() - 2), plain).size() > kToldBytesMax;
}
char* put_trace(std::string_view trace, char* out) noexcept {
  if (trace.size() > kToldBytesMax + 2 && is_long_trace(trace)) return put("null", out);
  return put_or_null(trace, out);
}

// Copies, and says whether there may be a line's end in the text: a control character, none of which stands inside of a
// string.
bool copy_and_look(std::string_view text, char* out) noexcept {
  if (text.size() < kStep) {
    std::copy(text.begin(), text.end(), out);
    return true;
  }
  Bytes16 least = load_bytes16(text.data());
  in_steps(text.size(), [&](std::size_t at) {
    const Bytes16 bytes = load_bytes16(text.data() + at);
    std::memcpy(out + at, &bytes, kStep);
    least = least_of(least, bytes);
  });
  return any_bit(reinterpret_cast<Bytes16>(least < ' '));
}

char* put_as_sent(std::string_view text, const Plan& plan, char* out) noexcept {
  if (text.empty() || plan.options.answer != Answer::ndjson) return put_or_null(text, out);
  char* const end = out + text.size();
  // White space is seldom a line end.
  if (copy_and_look(text, out)) [[unlikely]]
    std::replace_if(
        out, end, [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return end;
}

std::string_view key_text(const Event& event, std::span<char> bytes) noexcept {
  check(event.user.size() + event.type.size() + event.hashed.size() + kKeyTextSlack <= bytes.size());
  char* out = bytes.data();
  *out++ = '[';
  out = put_canonical(event.user, out);
  *out++ = ',';
  out = put_type(event, out);
  *out++ = ',';
  out = event.time_stays ? put_ms(event, out) : put("null", out);
  *out++ = ',';
  out = put(event.hashed, out);
  *out++ = ']';
  return {bytes.data(), out};
}

// Of the payload, then of the key's text: an answer that tells both has them made at once.
using BothDigests = std::array<char, 4 * kSha256Bytes>;

char* put_digest(const char* digits, char* out) noexcept {
  *out++ = '"';
  std::memcpy(out, digits, 2 * kSha256Bytes);
  out[2 * kSha256Bytes] = '"';
  return out + 2 * kSha256Bytes + 1;
}

char* put_hash(HashAlgorithm algorithm, std::string_view text, char* out) noexcept {
  *out++ = '"';
  out += write_hash_of(algorithm, text, out);
  *out++ = '"';
  return out;
}

char* put_time(const Event& event, char* out) noexcept {
  std::int64_t ms = 0;
  std::from_chars(event.ms.data(), event.ms.data() + event.ms.size(), ms);
  return out + write_time(ms, out);
}

template <typename Number>
char* put_number(Number number, char* out) noexcept {
  return std::to_chars(out, out + 20, number).ptr;
}

// `digests`: where the plan has them made at once, else it is null.
[[gnu::always_inline]] inline char* put_value(AnswerValue value, const Event& event, const Telling& telling,
                                              const char* digests, char* out) noexcept {
  const HashAlgorithm algorithm = telling.plan.options.hash;
  switch (value) {
    case AnswerValue::event_type:
      return put_type(event, out);
    case AnswerValue::normalized_timestamp:
      return put_ms(event, out);
    case AnswerValue::time:
      return put_time(event, out);
    case AnswerValue::received_at:
      return put_number(telling.context.received_at_ms, out);
    case AnswerValue::user_id:
      return put_or_null(event.user, out);
    case AnswerValue::id:
      return put_or_null(event.id, out);
    case AnswerValue::hash:
      if (digests != nullptr) return put_digest(digests, out);
      return put_hash(algorithm, event.hashed, out);
    case AnswerValue::key:
      if (digests != nullptr) return put_digest(digests + 2 * kSha256Bytes, out);
      return put_hash(algorithm, key_text(event, telling.key_bytes), out);
    case AnswerValue::payload:
      return put_as_sent(event.payload, telling.plan, out);
    case AnswerValue::event:
      return put_as_sent(event.whole, telling.plan, out);
    case AnswerValue::attributes:
      return put_as_sent(event.attributes.empty() ? "{}" : event.attributes, telling.plan, out);
    case AnswerValue::index:
      return put_number(event.index, out);
    case AnswerValue::trace_id:
      return put_trace(event.trace.empty() ? telling.trace : event.trace, out);
    case AnswerValue::request_id:
      return put_bounded(telling.context.request_id, out);
    case AnswerValue::path:
      return put_bounded(telling.context.path, out);
  }
  return out;
}

void check_room(const Event& event, const Plan& plan, const char* out, const char* out_end) noexcept {
  check(told_bytes_max(plan, event.whole.size()) + kWriteSlack <= static_cast<std::size_t>(out_end - out));
}

template <Literal before, AnswerValue value>
[[gnu::always_inline]] inline char* put_member(const Event& event, const Telling& telling, const char* digests,
                                               char* out) noexcept {
  return put_value(value, event, telling, digests, copy_literal<before>(out));
}

// The names of the default members are known to the compiler.
char* put_default_members(const Event& event, const Telling& telling, const char* digests, char* out) noexcept {
  using Value = AnswerValue;
  out = put_member<"{\"event_type\":", Value::event_type>(event, telling, digests, out);
  out = put_member<",\"normalized_timestamp\":", Value::normalized_timestamp>(event, telling, digests, out);
  out = put_member<",\"user_id\":", Value::user_id>(event, telling, digests, out);
  out = put_member<",\"id\":", Value::id>(event, telling, digests, out);
  out = put_member<",\"hash\":", Value::hash>(event, telling, digests, out);
  out = put_member<",\"key\":", Value::key>(event, telling, digests, out);
  return put_member<",\"event\":", Value::event>(event, telling, digests, out);
}

char* put_members(const Event& event, const Telling& telling, const char* digests, char* out) noexcept {
  for (const Piece& piece : telling.plan.pieces) {
    out = copy_short_text({piece.before.data(), piece.before_size}, out);
    out = put_value(piece.value, event, telling, digests, out);
  }
  return out;
}

}  // namespace

char* write_told(const Event& event, const Telling& telling, char* out, const char* out_end) noexcept {
  check_room(event, telling.plan, out, out_end);
  BothDigests both;
  const char* digests = nullptr;
  if (telling.plan.tells_two_digests) {
    write_sha256_of_two(event.hashed, key_text(event, telling.key_bytes), both.data());
    digests = both.data();
  }
  out = telling.plan.tells_default_members ? put_default_members(event, telling, digests, out)
                                           : put_members(event, telling, digests, out);
  if (telling.plan.pieces.empty()) return out;
  *out++ = '}';
  *out++ = telling.plan.options.answer == Answer::ndjson ? '\n' : ',';
  return out;
}

char* write_result_by_id(const Event& event, bool ok, char* out, const char* out_end) noexcept {
  // A rule may have set it to what is no name.
  if (event.id.empty() || (event.id[0] != '"' && event.id[0] != '-' && !is_digit(event.id[0]))) return out;
  check(event.id.size() + kResultByIdBytes + kWriteSlack <= static_cast<std::size_t>(out_end - out));
  const bool is_string = event.id[0] == '"';
  if (!is_string) *out++ = '"';
  out = put(event.id, out);
  if (!is_string) *out++ = '"';
  return put(ok ? R"(:{"result":"ok"},)" : R"(:{"result":"drop"},)", out);
}

}  // namespace planish::core
