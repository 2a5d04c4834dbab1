// RFC 6901, sections 3 to 5: "~0" is a tilde, "~1" a slash, and nothing else comes after a tilde.
#include <bytes/utf8.hpp>
#include <core/shape/pointer.hpp>

#include <planish/fault.hpp>
#include <planish/shape.hpp>

#include <core/escape.hpp>

#include <algorithm>

namespace planish::core {
namespace {

// The next name of a pointer; false where a tilde stands alone.
bool take_name(std::string_view& rest, std::string& name) {
  const std::size_t size = std::min(rest.find('/'), rest.size());
  for (std::size_t i = 0; i < size; ++i) {
    if (rest[i] != '~') {
      name += rest[i];
      continue;
    }
    if (++i == size || (rest[i] != '0' && rest[i] != '1')) return false;
    name += rest[i] == '0' ? '~' : '/';
  }
  rest.remove_prefix(size);
  return true;
}

}  // namespace

std::optional<std::vector<std::string>> parse_pointer(std::string_view text, std::string& problem) {
  std::vector<std::string> path;
  if (!bytes::is_utf8(text)) {
    problem = "is not UTF-8";
    return std::nullopt;
  }
  while (!text.empty()) {
    if (text.front() != '/') {
      problem = "a pointer begins with /";
      return std::nullopt;
    }
    text.remove_prefix(1);
    if (!take_name(text, path.emplace_back())) {
      problem = "after a ~ comes 0 or 1";
      return std::nullopt;
    }
  }
  if (path.size() > kPointerDepthMax) {
    problem = "a pointer goes at most 8 deep";
    return std::nullopt;
  }
  if (pointer_in_json(path).size() > kPointerBytesMax) {
    problem = "a pointer has at most 256 bytes";
    return std::nullopt;
  }
  return path;
}

std::string pointer_in_json(const std::vector<std::string>& path) {
  std::string text;
  for (const std::string& name : path) {
    text += '/';
    for (const char c : name) text += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  }
  return text_in_json(text);
}

std::string text_in_json(std::string_view text) {
  std::string out;
  for (const char c : text) {
    char escaped[kEscapeBytesMax];
    out.append(escaped, write_escaped(c, escaped));
  }
  return out;
}

}  // namespace planish::core
