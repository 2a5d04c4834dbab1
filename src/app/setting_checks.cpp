// Checks of values: addresses, paths, event types, file modes.
#include <app/setting_checks.hpp>
#include <bytes/ascii.hpp>
#include <bytes/utf8.hpp>

#include <app/log_line.hpp>
#include <app/settings.hpp>
#include <app/values.hpp>
#include <http/field_value.hpp>
#include <http/response.hpp>
#include <http/routes.hpp>
#include <net/address.hpp>
#include <planish/options.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace planish::app {

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
  if (!bytes::is_utf8(text)) return not_a(text, "UTF-8");
  if (net::parse_address(text)) return {};
  return not_a(text, "an address such as :8080, 127.0.0.1:8080, [::1]:8080 or unix:/run/planish.sock");
}

std::string check_path(std::string_view text) {
  const std::string_view wrong = http::path_problem(text);
  return wrong.empty() ? std::string{} : fmt::format("{}: {}", in_quotes(text), wrong);
}

std::string check_event_type(std::string_view text) {
  if (text.empty()) return "an event type is never empty; to allow all of them, write *";
  if (text.size() > kEventTypeBytesMax)
    return fmt::format("{} is longer than {} bytes", in_quotes(text), kEventTypeBytesMax);
  return bytes::is_utf8(text) ? std::string{} : not_a(text, "UTF-8");
}

std::string check_addresses(std::span<const std::string> addresses) {
  return addresses.empty() ? "at least one address is needed" : std::string{};
}

namespace {

std::string check_path_of(std::string_view kind, std::string_view text) {
  constexpr std::size_t kPathBytesMax = 4095;  // PATH_MAX without its NUL
  if (text.size() > kPathBytesMax || text.find('\0') != std::string_view::npos) return not_a(text, kind);
  return bytes::is_utf8(text) ? std::string{} : not_a(text, "UTF-8");
}

}  // namespace

std::string check_folder(std::string_view text) {
  return check_path_of("a path of a folder", text);
}

std::string check_file(std::string_view text) {
  return check_path_of("a path of a file", text);
}

std::string check_event_types(std::span<const std::string> types) {
  if (types.empty()) return "names no event type; to allow all of them, write *";
  if (types.size() > 1 && std::find(types.begin(), types.end(), kAllEventTypes) != types.end())
    return "* allows all event types: it stands alone";
  std::size_t bytes = 0;
  for (const std::string& type : types) bytes += toml_string(type).size() + std::string_view(", ").size();
  if (bytes > kEventTypesBytesMax)
    return fmt::format("{} bytes of event types, at most {} are possible", bytes, kEventTypesBytesMax);
  return {};
}

std::string check_shape_name(std::string_view text) {
  constexpr std::size_t kBytesMax = 64;
  const auto fits = [](char c) { return bytes::is_alphanumeric(c) || c == '-' || c == '_'; };
  if (!text.empty() && text.size() <= kBytesMax && std::all_of(text.begin(), text.end(), fits)) return {};
  return not_a(text, "the name of a shape");
}

std::string check_answer_member(std::string_view text) {
  std::string problem;
  return parse_answer_member(text, problem) ? std::string{} : in_quotes(text) + ": " + problem;
}

std::string check_paths(std::span<const std::string> paths) {
  return paths.empty() ? "names no path" : "";
}

std::string check_answer_members(std::span<const std::string> members) {
  if (members.empty()) return "names no value";
  std::vector<std::string> names;
  std::string problem;
  for (const std::string& member : members) names.push_back(parse_answer_member(member, problem)->name);
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  return twice == names.end() ? std::string{} : in_quotes(*twice) + " stands twice";
}

std::string check_field_name(std::string_view text) {
  if (text == "*") return "* does not stand for all fields where credentials are sent; name each";
  if (!text.empty() && std::all_of(text.begin(), text.end(), http::is_token_character)) return {};
  return not_a(text, "the name of a field, such as baggage or sentry-trace");
}

std::string check_cors_headers(std::span<const std::string> names) {
  std::size_t bytes = 0;
  for (const std::string& name : names) bytes += std::string_view(", ").size() + name.size();
  if (bytes <= http::kCorsHeadersBytesMax) return {};
  return fmt::format("{} bytes of names, at most {} are possible", bytes, http::kCorsHeadersBytesMax);
}

std::optional<unsigned> parse_mode(std::string_view text) {
  if (text.starts_with("0o")) text.remove_prefix(2);  // how TOML writes octal integers
  unsigned mode = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty() || mode > 0777) return std::nullopt;
  return mode;
}

std::string check_sha256(std::string_view text) {
  const bool hex = std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isxdigit(c) != 0; });
  return text.empty() || (hex && text.size() == 64) ? std::string() : not_a(text, "a SHA-256 of 64 hex digits");
}

}  // namespace planish::app
