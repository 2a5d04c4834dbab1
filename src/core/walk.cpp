// The walk's instances, and which of them suits a body.
#include <core/walk.hpp>

#include <core/walk_request.hpp>

namespace planish::core {
namespace {

template <bool kEscapes>
bool walk_as(Walk& walk) noexcept {
  return walk.options.canonical == Canonical::raw ? RequestWalk<kEscapes, Canonical::raw>(walk).walk()
                                                  : RequestWalk<kEscapes, Canonical::jcs>(walk).walk();
}

}  // namespace

Found found(const char* at) noexcept {
  switch (*at) {
    case '"':
      return Found::string;
    case '{':
      return Found::object;
    case '[':
      return Found::array;
    case 'n':
      return Found::null;
    case 't':
    case 'f':
      return Found::boolean;
    default:
      break;
  }
  const Number number = scan_number(at);
  if (number.end == nullptr || !number.integer) return Found::not_an_integer;
  return *at == '-' && at[1] == '0' ? Found::negative_zero : Found::integer;
}

const char* PlainName::of(std::string_view content) noexcept {
  if (!has_escape(content)) return content.data();
  buffer_[0] = '"';
  constexpr std::size_t kKnownMax = std::string_view("event_type").size();
  if (content.size() > kKnownMax * std::string_view("\\u0000").size()) return buffer_.data();
  const std::size_t size = unescape(content, buffer_.data());
  const bool has_quote = std::string_view(buffer_.data(), size).find('"') != std::string_view::npos;
  buffer_[has_quote ? 0 : size] = '"';
  return buffer_.data();
}

bool walk(Walk& walk) noexcept {
  // In a body without a backslash no string has to be looked into.
  const bool has_backslash = walk.source.backslash() != canonical::Source::kNowhere;
  return has_backslash ? walk_as<true>(walk) : walk_as<false>(walk);
}

}  // namespace planish::core
