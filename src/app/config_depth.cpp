// Config depth: counts the dots between what ends a key, outside of texts and comments. TOML 1.0.
#include <app/config_depth.hpp>

#include <algorithm>

namespace planish::app {
namespace {

// After the text that begins at `at`, with one or three of these quotes; `escapes`: in it a backslash is one.
std::size_t behind_text(std::string_view text, std::size_t at, bool escapes) noexcept {
  const char quote = text[at];
  const char three[] = {quote, quote, quote};
  const std::string_view end =
      text.substr(at, 3) == std::string_view(three, 3) ? std::string_view(three, 3) : std::string_view(three, 1);
  for (at += end.size(); at < text.size(); ++at) {
    if (escapes && text[at] == '\\') {
      ++at;
    } else if (end.size() == 1 && text[at] == '\n') {
      return at;  // it ends nowhere, which is a fault
    } else if (text.substr(at, end.size()) == end) {
      at += end.size();
      // One or two more may stand before the three that end it.
      for (int more = 0; end.size() == 3 && more < 2 && at < text.size() && text[at] == quote; ++more) ++at;
      return at;
    }
  }
  return text.size();
}

TextPlace place_at(std::string_view text, std::size_t at) noexcept {
  const std::string_view before = text.substr(0, at);
  const auto lines = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t line_end = before.rfind('\n');
  return {lines + 1, line_end == std::string_view::npos ? at + 1 : at - line_end};
}

}  // namespace

std::optional<TextPlace> long_key(std::string_view text) noexcept {
  constexpr std::string_view kEnds = "\n=,[]{}";
  std::size_t parts = 1;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"' || c == '\'') {
      at = behind_text(text, at, c == '"');
      continue;
    }
    if (c == '#') {
      at = std::min(text.find('\n', at), text.size());
      continue;
    }
    if (kEnds.find(c) != std::string_view::npos) parts = 1;
    if (c == '.' && ++parts > kKeyPartsMax) return place_at(text, at);
    ++at;
  }
  return std::nullopt;
}

}  // namespace planish::app
