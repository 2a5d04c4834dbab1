// Requests are read leniently where that cannot be misread, since people write them; answers are cut to what they mean.
#include <app/test_case.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace planish::app {
namespace {

// Without the line's end.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool is_request_line(std::string_view line) {
  const std::size_t version = line.rfind(" HTTP/1.");
  if (version == std::string_view::npos || version + 9 != line.size()) return false;
  const std::size_t method = line.find(' ');
  return method != 0 && method < version &&
         std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(method),
                     [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_named(std::string_view line, std::string_view name) {
  return line.size() > name.size() && line[name.size()] == ':' &&
         std::equal(name.begin(), name.end(), line.begin(), [](char a, char b) {
           return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
         });
}

// As X-Request-Id may have it.
std::string id_of(std::string_view name) {
  std::string id = "test-";
  for (const char c : name.substr(0, 100)) {
    const bool sane = std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                      std::string_view("._~+/=:-").find(c) != std::string_view::npos;
    id += sane ? c : '-';
  }
  return id;
}

// What no two runs have alike, or each answer has.
constexpr std::array<std::string_view, 5> kLeftOut = {"Date", "Server-Timing", "Content-Length", "Connection",
                                                      "X-Request-Id"};

void append_in_lines(std::string& out, std::string_view json) {
  std::size_t depth = 0;
  bool in_string = false;
  const auto new_line = [&] { out.append(1, '\n').append(2 * depth, ' '); };
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      out += c;
      if (c == '\\' && i + 1 < json.size()) out += json[++i];
      in_string = c != '"';
      continue;
    }
    const bool closes = c == '}' || c == ']';
    if (closes && depth > 0) --depth;
    if (closes && !out.empty() && out.back() != '{' && out.back() != '[') new_line();
    out += c;
    in_string = c == '"';
    if (c == '{' || c == '[') ++depth;
    const char next = i + 1 < json.size() ? json[i + 1] : '\0';
    if (((c == '{' || c == '[') && next != '}' && next != ']') || (c == ',' && depth > 0)) new_line();
  }
}

}  // namespace

std::string request_of_case(std::string_view text, std::string_view path, std::string_view name) {
  std::string_view rest = text;
  const std::string_view first = take_line(rest);
  const bool whole = is_request_line(first);
  std::string fields;
  bool has_host = false, has_id = false, has_length = false;
  while (whole && !rest.empty()) {
    const std::string_view line = take_line(rest);
    if (line.empty()) break;
    has_host |= is_named(line, "Host");
    has_id |= is_named(line, "X-Request-Id");
    has_length |= is_named(line, "Content-Length") || is_named(line, "Transfer-Encoding");
    fields.append(line).append("\r\n");
  }
  const std::string_view body = whole ? rest : text;
  std::string head = whole ? std::string(first) + "\r\n" : fmt::format("POST {} HTTP/1.1\r\n", path);
  // In front, so that a head that is refused at a later line has it too.
  if (!has_id) head += fmt::format("X-Request-Id: {}\r\n", id_of(name));
  head += fields;
  if (!has_host) head += "Host: test\r\n";
  if (!has_length && !(body.empty() && first.starts_with("GET "))) {
    head += fmt::format("Content-Length: {}\r\n", body.size());
  }
  return head.append("\r\n").append(body);
}

std::string expectation_of(std::string_view answer) {
  std::string out;
  std::string_view rest = answer;
  out.append(take_line(rest)).append("\n");
  while (!rest.empty()) {
    const std::string_view line = take_line(rest);
    if (line.empty()) break;
    const bool left_out =
        std::any_of(kLeftOut.begin(), kLeftOut.end(), [line](std::string_view name) { return is_named(line, name); });
    if (!left_out) out.append(line).append("\n");
  }
  out += '\n';
  out += rest;
  if (!out.ends_with('\n')) out += '\n';
  return out;
}

std::string in_lines(std::string_view expectation) {
  std::string out;
  bool in_head = true;
  while (!expectation.empty()) {
    const std::string_view line = take_line(expectation);
    if (in_head || line.empty()) {
      out += line;
    } else {
      append_in_lines(out, line);
    }
    in_head = in_head && !line.empty();
    out += '\n';
  }
  return out;
}

}  // namespace planish::app
