// Checks of single values: addresses, paths, origins, event types, file modes.
#include <app/setting_checks.hpp>

#include <app/log_line.hpp>
#include <app/utf8.hpp>
#include <http/response.hpp>
#include <http/routes.hpp>
#include <net/address.hpp>
#include <planish/options.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace planish::app {
namespace {

constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool only(std::string_view text, std::string_view others) {
  return std::all_of(text.begin(), text.end(),
                     [=](char c) { return is_letter(c) || is_digit(c) || others.find(c) != std::string_view::npos; });
}

}  // namespace

std::string in_quotes(std::string_view text) {
  std::string out;
  append_json_string(out, text.substr(0, 64));
  if (text.size() > 64) out += "...";
  return out;
}

std::string not_a(std::string_view text, std::string_view kind) {
  return fmt::format("{} is not {}", in_quotes(text), kind);
}

std::string outside(std::string_view text, std::string_view min, std::string_view max) {
  return fmt::format("{} is not from {} to {}", in_quotes(text), min, max);
}

std::string check_address(std::string_view text) {
  if (text.starts_with("unix:@")) {
    return in_quotes(text) +
           " would be an abstract socket, which anyone on the machine may use, whatever --unix-mode "
           "says; name a path (./@name for a file of that name)";
  }
  if (!is_utf8(text)) return not_a(text, "UTF-8");
  if (net::parse_address(text)) return {};
  return not_a(text, "an address such as :8080, 127.0.0.1:8080, [::1]:8080 or unix:/run/planish.sock");
}

std::string check_path(std::string_view text) {
  const std::string_view wrong = http::path_problem(text);
  return wrong.empty() ? std::string{} : fmt::format("{}: {}", in_quotes(text), wrong);
}

std::string check_event_type(std::string_view text) {
  if (text.empty()) return "an event type is never empty";
  if (text.size() > kEventTypeBytesMax)
    return fmt::format("{} is longer than {} bytes", in_quotes(text), kEventTypeBytesMax);
  return is_utf8(text) ? std::string{} : not_a(text, "UTF-8");
}

std::string check_origin(std::string_view text) {
  if (text == "*") return {};
  const std::size_t colon = text.find("://");
  const std::string_view scheme = text.substr(0, std::min(colon, text.size()));
  const std::string_view host = colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 3);
  if (host.empty() || text.size() > http::kOriginBytesMax || scheme.empty() || !is_letter(scheme.front()) ||
      !only(scheme, "+-.") || !only(host, "-._:[]")) {
    return not_a(text, "an origin such as https://example.com, without a path, or *");
  }
  return {};
}

std::optional<unsigned> parse_mode(std::string_view text) {
  if (text.starts_with("0o")) text.remove_prefix(2);  // how TOML writes octal integers
  unsigned mode = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty() || mode > 0777) return std::nullopt;
  return mode;
}

}  // namespace planish::app
