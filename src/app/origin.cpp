// Origins as a browser writes them into the field Origin: the serialization of RFC 6454, section 6.2, of a URL that the
// WHATWG's URL standard has brought to its form. Another spelling would never match, byte for byte as they are
// compared.
#include <app/setting_checks.hpp>
#include <bytes/ascii.hpp>

#include <app/values.hpp>
#include <http/response.hpp>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace planish::app {
namespace {

constexpr std::string_view kExpected = "an origin such as https://example.com or http://localhost:3000, nor *";

using bytes::is_digit;
using bytes::is_letter;

bool only(std::string_view text, std::string_view others) {
  return std::all_of(text.begin(), text.end(),
                     [=](char c) { return bytes::is_alphanumeric(c) || others.find(c) != std::string_view::npos; });
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = bytes::lower(c);
  return out;
}

// URL standard, section 3.5: groups without leading zeros, the first longest run of two or more zero groups as ::, and
// never an IPv4 address at the end, as inet_ntop would have it.
std::string show_ipv6(const in6_addr& address) {
  std::array<unsigned, 8> groups{};
  for (std::size_t i = 0; i < 8; ++i) groups[i] = address.s6_addr[2 * i] * 256U + address.s6_addr[2 * i + 1];
  std::size_t best = 8;
  std::size_t best_length = 1;
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t length = 0;
    while (i + length < 8 && groups[i + length] == 0) ++length;
    if (length > best_length) {
      best = i;
      best_length = length;
    }
    i += length;
  }
  std::string out = "[";
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == best) {
      out += i == 0 ? "::" : ":";
      i += best_length - 1;
    } else {
      out += fmt::format("{:x}{}", groups[i], i == 7 ? "" : ":");
    }
  }
  return out + ']';
}

// A host whose last label is a number is an IPv4 address to a browser, however it is written.
bool ends_in_a_number(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  const std::string_view last = host.substr(host.rfind('.') + 1);
  if (last.starts_with("0x"))
    return std::all_of(last.begin() + 2, last.end(), [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
  return !last.empty() && std::all_of(last.begin(), last.end(), is_digit);
}

// The host as a browser writes it; none: it is no host.
std::optional<std::string> host_of(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) {
    in6_addr address{};
    const std::string literal(text.substr(1, text.size() - 2));
    return ::inet_pton(AF_INET6, literal.c_str(), &address) == 1 ? std::optional{show_ipv6(address)} : std::nullopt;
  }
  std::string host = lower(text);
  if (host.empty() || host == "." || !only(host, "-._")) return std::nullopt;
  if (!ends_in_a_number(host)) return host;
  if (host.ends_with('.')) host.pop_back();
  in_addr address{};
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1 ? std::optional{host} : std::nullopt;
}

// The port as a browser writes it, with its colon: none where it is the scheme's own. No value: it is no port.
std::optional<std::string> port_of(std::string_view scheme, std::string_view digits) {
  if (digits.empty()) return std::string{};
  const auto port = parse_unsigned(digits);
  if (!port || *port == 0 || *port > 65'535) return std::nullopt;
  const bool own = (scheme == "http" && *port == 80) || (scheme == "https" && *port == 443);
  return own ? std::string{} : fmt::format(":{}", *port);
}

}  // namespace

std::string check_origin(std::string_view text) {
  if (text == "*") return {};
  if (text == "null") return "null is what any page can send by hiding its origin; to allow every origin, write *";
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos || text.size() > http::kOriginBytesMax) return not_a(text, kExpected);
  const std::string scheme = lower(text.substr(0, colon));
  if (scheme.empty() || !is_letter(scheme.front()) || !only(scheme, "+-.")) return not_a(text, kExpected);
  const std::string_view rest = text.substr(colon + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (std::any_of(authority.begin(), authority.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
    return in_quotes(text) + " is not what a browser sends, which writes such a host in ASCII: xn--…";
  if (authority.find('*') != std::string_view::npos)
    return in_quotes(text) + ": there are no patterns; name each origin, or write * for all";
  const std::size_t bracket = authority.rfind(']');
  const std::size_t port_colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  const bool has_port = port_colon != std::string_view::npos;
  const auto host = host_of(authority.substr(0, port_colon));
  if (!host) return not_a(text, kExpected);
  const auto port = port_of(scheme, has_port ? authority.substr(port_colon + 1) : std::string_view{});
  if (!port) return in_quotes(text) + " has a port that is not from 1 to 65535";
  const std::string sent = fmt::format("{}://{}{}", scheme, *host, *port);
  return sent == text ? std::string{} : fmt::format("{} is not what a browser sends; write {}", in_quotes(text), sent);
}

}  // namespace planish::app
