// Addresses as text, both ways.
#include <net/address.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <charconv>
#include <system_error>

namespace planish::net {
namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return port;
}

bool is_literal(int family, const std::string& host) {
  in6_addr address{};
  return ::inet_pton(family, host.c_str(), &address) == 1;
}

}  // namespace

std::optional<Endpoint> parse_address(std::string_view text) {
  Endpoint endpoint;
  if (text.starts_with("unix:")) {
    endpoint.unix_path = text.substr(5);
    // unix:@name would be an abstract socket (unix(7)), which has no permissions: --unix-mode could not be kept.
    const bool fits = !endpoint.unix_path.empty() && endpoint.unix_path.front() != '@' &&
                      endpoint.unix_path.size() < sizeof(sockaddr_un{}.sun_path) &&
                      endpoint.unix_path.find('\0') == std::string::npos;
    return fits ? std::optional{endpoint} : std::nullopt;
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || text.find('\0') != std::string_view::npos) return std::nullopt;
  const auto port = parse_port(text.substr(colon + 1));
  std::string_view host = text.substr(0, colon);
  if (!port) return std::nullopt;
  endpoint.port = *port;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    endpoint.host = host.substr(1, host.size() - 2);
    return is_literal(AF_INET6, endpoint.host) ? std::optional{endpoint} : std::nullopt;
  }
  endpoint.host = host == "localhost" ? std::string_view{"127.0.0.1"} : host;
  return host.empty() || is_literal(AF_INET, endpoint.host) ? std::optional{endpoint} : std::nullopt;
}

std::string to_string(const Endpoint& endpoint) {
  if (endpoint.inherited >= 0) return "fd:" + std::to_string(endpoint.inherited);
  if (!endpoint.unix_path.empty()) return "unix:" + endpoint.unix_path;
  const bool v6 = endpoint.host.find(':') != std::string::npos;
  return (v6 ? "[" + endpoint.host + "]" : endpoint.host) + ":" + std::to_string(endpoint.port);
}

}  // namespace planish::net
