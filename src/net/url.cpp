// Url: taken apart from the left; the first thing that is wrong is named.
#include <net/url.hpp>

#include <sys/un.h>

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace planish::net {
namespace {

constexpr std::string_view kScheme = "http://";

bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port != 0;
}

std::optional<Url> unix_url(std::string_view path, std::string& why) {
  Url url;
  url.unix_path = path;
  url.host = "localhost";
  if (path.empty()) why = "has no path behind unix:";
  if (path.size() >= sizeof(sockaddr_un{}.sun_path)) why = "has a longer path than that of a socket may be";
  return why.empty() ? std::optional{url} : std::nullopt;
}

std::string without_scheme(std::string_view text) {
  if (text.starts_with("https://")) return "wants TLS, which is for the proxy in front: write http://";
  const std::size_t scheme = text.find("://");
  if (scheme != std::string_view::npos) return "has a scheme that is neither http:// nor unix:";
  if (text.starts_with('/')) return "is a path: write unix: in front for a socket, http://host:port for an address";
  return "has no http:// in front";
}

}  // namespace

std::optional<Url> parse_url(std::string_view text, std::string& why) {
  why.clear();
  if (text.starts_with("unix:")) return unix_url(text.substr(5), why);
  if (!text.starts_with(kScheme)) {
    why = without_scheme(text);
    return std::nullopt;
  }
  text.remove_prefix(kScheme.size());
  Url url;
  const std::size_t slash = std::min(text.find('/'), text.size());
  url.path = text.substr(slash);
  while (url.path.ends_with('/')) url.path.pop_back();
  std::string_view authority = text.substr(0, slash);
  const std::size_t colon = authority.rfind(':');
  if (colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos) {
    url.port = authority.substr(colon + 1);
    authority = authority.substr(0, colon);
  }
  if (authority.starts_with('[') && authority.ends_with(']')) authority = authority.substr(1, authority.size() - 2);
  url.host = authority;
  if (text.find('@') != std::string_view::npos) why = "names a user, which nobody here asks for";
  if (text.find_first_of("?#") != std::string_view::npos)
    why = "has a query or a fragment: only http://host:port/path is taken";
  if (std::any_of(text.begin(), text.end(), [](char c) { return c >= 0 && (c <= ' ' || c == 0x7F); }))
    why = "has blanks or control characters";
  if (!is_port(url.port)) why = "has a port that is not from 1 to 65535";
  if (url.host.empty()) why = "names no host";
  return why.empty() ? std::optional{url} : std::nullopt;
}

}  // namespace planish::net
