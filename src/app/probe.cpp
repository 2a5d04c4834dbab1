// Addresses to connect to, out of those to listen on.
#include <app/probe.hpp>

#include <app/setting_checks.hpp>
#include <net/address.hpp>

#include <fmt/format.h>

namespace planish::app {
namespace {

std::string host_field(const net::Url& url) {
  if (!url.unix_path.empty()) return url.host;
  const bool v6 = url.host.find(':') != std::string::npos;
  return v6 ? fmt::format("[{}]:{}", url.host, url.port) : fmt::format("{}:{}", url.host, url.port);
}

}  // namespace

std::optional<net::Url> probe_url(std::string_view url, const std::vector<std::string>& listen, std::string& why) {
  if (!url.empty()) {
    auto parsed = net::parse_url(url, why);
    if (!parsed) why = fmt::format("--url: {} {}", in_quotes(url), why);
    return parsed;
  }
  for (const std::string& address : listen) {
    const auto endpoint = net::parse_address(address);
    if (!endpoint) continue;
    net::Url found;
    if (!endpoint->unix_path.empty()) {
      found.host = "localhost";
      found.unix_path = endpoint->unix_path;
      return found;
    }
    if (endpoint->port == 0) continue;
    const std::string& host = endpoint->host;
    found.host = host.empty() || host == "0.0.0.0" ? "127.0.0.1" : host == "::" ? "::1" : host;
    found.port = std::to_string(endpoint->port);
    return found;
  }
  why = "no address to ask; name one with --url";
  return std::nullopt;
}

std::string probe_request(const net::Url& url, std::string_view method, std::string_view target,
                          std::string_view fields, std::string_view content) {
  std::string request = fmt::format("{} {}{} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{}", method,
                                    target == "*" ? "" : url.path, target, host_field(url), fields);
  const bool framed = fields.find("Content-Length:") != std::string_view::npos ||
                      fields.find("Transfer-Encoding:") != std::string_view::npos;
  if (!framed && (method == "POST" || !content.empty()))
    request += fmt::format("Content-Length: {}\r\n", content.size());
  request += "\r\n";
  request += content;
  return request;
}

}  // namespace planish::app
