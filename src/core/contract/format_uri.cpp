// URIs (RFC 3986, appendix A), and the small formats.
#include <core/contract/characters.hpp>
#include <core/contract/ecma_pattern.hpp>
#include <core/contract/format.hpp>

#include <array>

namespace planish::core::contract {
namespace {

// Whether each character is unreserved, a sub-delimiter, one of `more`, or a percent-encoded octet.
bool is_made_of(std::string_view text, std::string_view more) noexcept {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_unreserved(text[i]) || is_sub_delimiter(text[i]) || is_one_of(text[i], more)) continue;
    if (text[i] != '%' || text.size() - i < 3 || !is_hex_digit(text[i + 1]) || !is_hex_digit(text[i + 2])) return false;
    i += 2;
  }
  return true;
}

bool is_scheme(std::string_view text) noexcept {
  if (text.empty() || !bytes::is_letter(text[0])) return false;
  for (const char c : text) {
    if (!is_alphanumeric(c) && !is_one_of(c, "+-.")) return false;
  }
  return true;
}

// IP-literal, between the brackets.
bool is_ip_literal(std::string_view text) noexcept {
  if (text.empty() || (text[0] | 0x20) != 'v') return is_ipv6(text);
  text.remove_prefix(1);
  const std::string_view version = take_until(text, '.');
  for (const char c : version) {
    if (!is_hex_digit(c)) return false;
  }
  return !version.empty() && !text.empty() && text.find('%') == std::string_view::npos && is_made_of(text, ":");
}

bool is_authority(std::string_view text) noexcept {
  if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
    if (!is_made_of(text.substr(0, at), ":")) return false;
    text.remove_prefix(at + 1);
  }
  if (text.substr(0, 1) == "[") {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos || !is_ip_literal(text.substr(1, close - 1))) return false;
    text.remove_prefix(close + 1);
  } else {
    const std::string_view host = text.substr(0, text.find(':'));
    if (!is_made_of(host, "")) return false;
    text.remove_prefix(host.size());
  }
  if (text.empty()) return true;
  if (text[0] != ':') return false;
  for (const char c : text.substr(1)) {
    if (!is_digit(c)) return false;
  }
  return true;
}

constexpr std::array<FormatName, kFormatCount> kNames{{
    {"date-time", "is not a date and time of RFC 3339"},
    {"date", "is not a date"},
    {"time", "is not a time of RFC 3339"},
    {"email", "is not an email address"},
    {"hostname", "is not a host name"},
    {"ipv4", "is not an IPv4 address"},
    {"ipv6", "is not an IPv6 address"},
    {"uri", "is not a URI"},
    {"uuid", "is not a UUID"},
    {"json-pointer", "is not a JSON pointer"},
    {"regex", "is not a regular expression of ECMA-262"},
}};

}  // namespace

bool is_uri(std::string_view text) noexcept {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || !is_scheme(text.substr(0, colon))) return false;
  text.remove_prefix(colon + 1);
  std::string_view fragment = text;
  text = take_until(fragment, '#');
  std::string_view query = text;
  text = take_until(query, '?');
  if (!is_made_of(fragment, ":@/?") || !is_made_of(query, ":@/?")) return false;
  if (text.substr(0, 2) == "//") {
    text.remove_prefix(2);
    const std::size_t slash = text.find('/');
    if (!is_authority(text.substr(0, slash))) return false;
    text = slash == std::string_view::npos ? std::string_view() : text.substr(slash);
  }
  return is_made_of(text, ":@/");
}

bool is_uuid(std::string_view text) noexcept {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen ? text[i] != '-' : !is_hex_digit(text[i])) return false;
  }
  return true;
}

bool is_json_pointer(std::string_view text) noexcept {
  if (text.empty()) return true;
  if (text[0] != '/') return false;
  for (std::size_t i = text.find('~'); i != std::string_view::npos; i = text.find('~', i + 1)) {
    if (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1')) return false;
  }
  return true;
}

const FormatName& format_name(Format format) noexcept {
  return kNames[static_cast<std::size_t>(format)];
}

bool is_of_format(std::string_view text, Format format) noexcept {
  constexpr std::array<bool (*)(std::string_view) noexcept, kFormatCount> kChecks{
      is_date_time, is_date, is_time, is_email,        is_hostname,          is_ipv4,
      is_ipv6,      is_uri,  is_uuid, is_json_pointer, EcmaPattern::is_valid};
  return kChecks[static_cast<std::size_t>(format)](text);
}

}  // namespace planish::core::contract
