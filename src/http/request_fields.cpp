// RequestFields: tokens compare without case; what smuggling could use is refused. RFC 9110, RFC 9112 section 6.
#include <http/field_list.hpp>
#include <http/field_value.hpp>
#include <http/host.hpp>
#include <http/media_type.hpp>
#include <http/prefer.hpp>
#include <http/request_fields.hpp>
#include <http/request_id.hpp>
#include <http/traceparent.hpp>

#include <cstdint>
#include <cstring>
#include <type_traits>

namespace planish::http {
namespace {

// The fields that a request is judged by; `other` is passed over.
enum class Field : std::uint8_t {
  host,
  transfer_encoding,
  content_length,
  expect,
  connection,
  content_type,
  content_encoding,
  prefer,
  traceparent,
  request_id,
  origin,
  preflight_method,
  other,
};

// transfer-coding = token *( OWS ";" OWS transfer-parameter ): one of it, other than chunked, is a coding that planish
// does not know. Anything else, a list or chunked with a parameter, is a fault of framing.
Fault transfer_fault(std::string_view value) noexcept {
  FieldCursor at(value);
  const std::string_view coding = at.token();
  if (coding.empty() || equals_no_case(coding, "chunked")) return Fault::bad_transfer;
  for (;;) {
    at.skip_white_space();
    if (at.at_end()) return Fault::transfer_coding;
    if (!at.take(';')) return Fault::bad_transfer;
    at.skip_white_space();
    if (at.token().empty()) return Fault::bad_transfer;
    at.skip_white_space();
    if (!at.take('=')) continue;
    at.skip_white_space();
    if (!at.word()) return Fault::bad_transfer;
  }
}

template <typename Word>
Word load(const char* at) noexcept {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// Whether a token of the same size is this text, without case; `lower` has letters and hyphens alone. Of the bytes that
// a token may have, bit 0x20 makes that letter of the upper-case one only, and a hyphen of the hyphen only. Words that
// overlap cover any size.
template <std::size_t size_with_nul>
bool is_name(const char* name, const char (&lower)[size_with_nul]) noexcept {
  constexpr std::size_t kSize = size_with_nul - 1;
  using Word = std::conditional_t<(kSize < 8), std::uint32_t, std::uint64_t>;
  constexpr Word kCase = static_cast<Word>(0x2020'2020'2020'2020);
  const auto same = [&](std::size_t at) { return (load<Word>(name + at) | kCase) == load<Word>(lower + at); };
  for (std::size_t at = 0; at + sizeof(Word) < kSize; at += sizeof(Word)) {
    if (!same(at)) return false;
  }
  return same(kSize - sizeof(Word));
}

// By name, without case.
Field field_of(std::string_view name) noexcept {
  const auto is = [name](const auto& lower) { return is_name(name.data(), lower); };
  switch (name.size()) {
    case 4:
      return is("host") ? Field::host : Field::other;
    case 6:
      if (is("expect")) return Field::expect;
      if (is("prefer")) return Field::prefer;
      return is("origin") ? Field::origin : Field::other;
    case 10:
      return is("connection") ? Field::connection : Field::other;
    case 11:
      return is("traceparent") ? Field::traceparent : Field::other;
    case 12:
      if (is("content-type")) return Field::content_type;
      return is("x-request-id") ? Field::request_id : Field::other;
    case 14:
      return is("content-length") ? Field::content_length : Field::other;
    case 16:
      return is("content-encoding") ? Field::content_encoding : Field::other;
    case 17:
      return is("transfer-encoding") ? Field::transfer_encoding : Field::other;
    case 29:
      return is("access-control-request-method") ? Field::preflight_method : Field::other;
    default:
      return Field::other;
  }
}

}  // namespace

void RequestFields::add(std::string_view name, std::string_view value) noexcept {
  switch (field_of(name)) {
    case Field::host:
      return host_.add(value);
    case Field::transfer_encoding:
      return transfer_encoding_.add(value);
    case Field::content_length:
      return content_length_.add(value);
    case Field::expect:
      if (equals_no_case(value, "100-continue")) {
        request_.expect_continue = true;
      } else {
        expects_other_ = true;
      }
      return;
    case Field::connection:
      return add_connection(value);
    case Field::content_type:
      return content_type_.add(value);
    case Field::content_encoding:
      return add_codings(value);
    case Field::prefer:
      request_.prefer = prefer_handling(value, request_.prefer);
      return;
    case Field::traceparent:
      return traceparent_.add(value);
    case Field::request_id:
      return request_id_.add(value);
    case Field::origin:
      return origin_.add(value);
    case Field::preflight_method:
      return preflight_method_.add(value);
    case Field::other:
      return;
  }
}

std::optional<Fault> RequestFields::judge(std::size_t body_bytes_max) noexcept {
  request_.keep_alive = !says_close_ && (!request_.http_1_0 || says_keep_alive_);
  if (request_.http_1_0) request_.expect_continue = false;  // RFC 9110, section 10.1.1
  request_.origin = origin_.only();
  request_.preflight_method = preflight_method_.only();
  if (request_id_sane(request_id_.only())) request_.request_id = request_id_.first;
  if (traceparent_.times == 1) request_.trace_id = trace_id_of(traceparent_.first);
  request_.content_type = content_type_.first;
  request_.media_type = content_type_.times < 2 ? media_type_of(content_type_.first) : MediaType{MediaKind::other};

  if (host_.times > 1 || (host_.times == 0 && !request_.http_1_0) || !host_valid(host_.first)) return Fault::bad_host;
  if (const std::optional<Fault> fault = judge_framing()) return fault;
  if (expects_other_) return Fault::expectation;
  if (request_.content_length > body_bytes_max) return Fault::length_long;
  return std::nullopt;
}

std::optional<Fault> RequestFields::judge_framing() noexcept {
  if (transfer_encoding_.times > 0) {
    if (transfer_encoding_.times > 1 || content_length_.times > 0 || request_.http_1_0) return Fault::bad_transfer;
    if (!equals_no_case(transfer_encoding_.first, "chunked")) return transfer_fault(transfer_encoding_.first);
    request_.framing = Framing::chunked;
  } else if (content_length_.times > 0) {
    const std::optional<std::uint64_t> length = length_of(content_length_.first);
    if (content_length_.times > 1 || !length) return Fault::bad_length;
    request_.framing = Framing::length;
    request_.content_length = *length;
  }
  return std::nullopt;
}

void RequestFields::add_connection(std::string_view value) noexcept {
  each_element(value, [this](std::string_view option) {
    if (equals_no_case(option, "close")) says_close_ = true;
    if (equals_no_case(option, "keep-alive")) says_keep_alive_ = true;
  });
}

void RequestFields::add_codings(std::string_view value) noexcept {
  if (request_.content_encoding.empty()) request_.content_encoding = value;
  each_element(value, [this](std::string_view coding) { add_coding(coding); });
}

void RequestFields::add_coding(std::string_view coding) noexcept {
  if (equals_no_case(coding, "identity")) return;
  std::optional<Coding> known;
  if (equals_no_case(coding, "gzip") || equals_no_case(coding, "x-gzip")) known = Coding::gzip;
  if (equals_no_case(coding, "zstd")) known = Coding::zstd;
  if (equals_no_case(coding, "deflate")) known = Coding::deflate;
  if (!known || request_.codings_count == kCodingsMax) {
    request_.codings_ok = false;
  } else {
    request_.codings[request_.codings_count++] = *known;
  }
}

}  // namespace planish::http
