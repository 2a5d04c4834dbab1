// RequestFields: tokens compare without case; what smuggling could use is refused. RFC 9110, RFC 9112 section 6.
#include <http/field_list.hpp>
#include <http/field_value.hpp>
#include <http/host.hpp>
#include <http/media_type.hpp>
#include <http/prefer.hpp>
#include <http/request_fields.hpp>
#include <http/request_id.hpp>
#include <http/traceparent.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

namespace planish::http {

// The fields that a request is judged by; `other` is passed over.
enum class RequestFields::Field : std::uint8_t {
  host,
  transfer_encoding,
  content_length,
  expect,
  connection,
  proxy_connection,
  content_type,
  content_encoding,
  prefer,
  traceparent,
  request_id,
  origin,
  preflight_method,
  other,
};

namespace {

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

void add_coding(std::string_view coding, RequestHead& head) noexcept {
  if (equals_no_case(coding, "identity")) return;
  std::optional<Coding> known;
  if (equals_no_case(coding, "gzip") || equals_no_case(coding, "x-gzip")) known = Coding::gzip;
  if (equals_no_case(coding, "zstd")) known = Coding::zstd;
  if (equals_no_case(coding, "deflate")) known = Coding::deflate;
  if (!known || head.codings_count == kCodingsMax) {
    head.codings_ok = false;
  } else {
    head.codings[head.codings_count++] = *known;
  }
}

}  // namespace

// By name, without case.
RequestFields::Field RequestFields::field_of(std::string_view name) noexcept {
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
      if (is("content-encoding")) return Field::content_encoding;
      return is("proxy-connection") ? Field::proxy_connection : Field::other;
    case 17:
      return is("transfer-encoding") ? Field::transfer_encoding : Field::other;
    case 29:
      return is("access-control-request-method") ? Field::preflight_method : Field::other;
    default:
      return Field::other;
  }
}

void RequestFields::add(std::string_view name, std::string_view value, std::size_t value_at,
                        RequestHead& head) noexcept {
  const Field field = field_of(name);
  switch (field) {
    case Field::other:
      return;
    case Field::expect:
      return add_expectations(value, head);
    case Field::connection:
    case Field::proxy_connection:
      return add_connection(field, value);
    case Field::content_encoding:
      return each_element(value, [&head](std::string_view coding) { add_coding(coding, head); });
    case Field::prefer:
      head.prefer = prefer_handling(value, head.prefer);
      return;
    default:
      return add_once(field, value, value_at, head);
  }
}

// RFC 9110, section 10.1.1: a list, so that it may be said twice, in one line or two. But it says something.
void RequestFields::add_expectations(std::string_view value, RequestHead& head) noexcept {
  bool says_nothing = true;
  each_element(value, [&](std::string_view element) {
    says_nothing = false;
    (equals_no_case(element, "100-continue") ? head.expect_continue : expects_other_) = true;
  });
  if (says_nothing) expects_other_ = true;
}

// A field that may stand once. Doubled, it says nothing that could be relied on.
void RequestFields::add_once(Field field, std::string_view value, std::size_t value_at, RequestHead& head) noexcept {
  if (seen(field)) {
    doubled_ |= bit_of(field);
    return drop_doubled(field, head);
  }
  seen_ |= bit_of(field);
  const auto at = static_cast<std::uint32_t>(value_at);
  switch (field) {
    case Field::host:
      bad_host_ = !host_valid(value);
      return;
    case Field::transfer_encoding:
      if (!equals_no_case(value, "chunked")) transfer_fault_ = transfer_fault(value);
      return;
    case Field::content_length:
      return add_length(value, head);
    case Field::content_type:
      head.media_type = media_type_of(value);
      return;
    case Field::traceparent:
      if (const std::string_view id = trace_id_of(value); !id.empty())
        head.trace_id_at = at + static_cast<std::uint32_t>(id.data() - value.data());
      return;
    case Field::request_id:
      if (!request_id_sane(value)) return;
      head.request_id_at = at;
      head.request_id_size = static_cast<std::uint8_t>(value.size());
      return;
    case Field::origin:
      head.origin_at = at;
      head.origin_size =
          static_cast<std::uint16_t>(std::min<std::size_t>(value.size(), std::numeric_limits<std::uint16_t>::max()));
      return;
    default:
      head.names_preflight_method = !value.empty();
  }
}

void RequestFields::drop_doubled(Field field, RequestHead& head) noexcept {
  if (field == Field::content_type) head.media_type = MediaType{MediaKind::other};
  if (field == Field::traceparent) head.trace_id_at = 0;
  if (field == Field::request_id) head.request_id_size = 0;
  if (field == Field::origin) head.origin_size = 0;
  if (field == Field::preflight_method) head.names_preflight_method = false;
}

void RequestFields::add_length(std::string_view value, RequestHead& head) noexcept {
  const std::optional<std::uint64_t> length = length_of(value);
  bad_length_ = !length;
  if (length) head.content_length = *length;
}

std::optional<Fault> RequestFields::judge(std::size_t body_bytes_max, RequestHead& head) const noexcept {
  head.keep_alive = !says_close_ && (!head.http_1_0 || says_keep_alive_);
  if (head.http_1_0) head.expect_continue = false;  // RFC 9110, section 10.1.1
  if (doubled(Field::host) || (!seen(Field::host) && !head.http_1_0) || bad_host_) return Fault::bad_host;
  if (const std::optional<Fault> fault = judge_framing(head)) return fault;
  if (expects_other_) return Fault::expectation;
  if (head.content_length > body_bytes_max) return Fault::length_long;
  return std::nullopt;
}

std::optional<Fault> RequestFields::judge_framing(RequestHead& head) const noexcept {
  if (seen(Field::transfer_encoding)) {
    if (doubled(Field::transfer_encoding) || seen(Field::content_length) || head.http_1_0) return Fault::bad_transfer;
    if (transfer_fault_) return transfer_fault_;
    head.framing = Framing::chunked;
  } else if (seen(Field::content_length)) {
    if (doubled(Field::content_length) || bad_length_) return Fault::bad_length;
    head.framing = Framing::length;
  }
  return std::nullopt;
}

// #token: RFC 9110, section 7.6.1. Proxy-Connection was never standardised; some proxies read it as a Connection.
void RequestFields::add_connection(Field field, std::string_view value) noexcept {
  each_element(value, [this, field](std::string_view option) {
    if (!std::all_of(option.begin(), option.end(), is_token_character)) bad_list_ = true;
    if (field != Field::connection) return;
    if (equals_no_case(option, "close")) says_close_ = true;
    if (equals_no_case(option, "keep-alive")) says_keep_alive_ = true;
  });
}

}  // namespace planish::http
