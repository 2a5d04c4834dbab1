// Percent-decoding: byte by byte, in place.
#include <bytes/ascii.hpp>
#include <http/percent.hpp>

#include <algorithm>
#include <cassert>

namespace planish::http {
namespace {

// The byte at the front of `text`, decoded; takes what it stands in.
char take_byte(std::string_view& text, Plus plus) noexcept {
  const char c = text.front();
  if (c == '%' && text.size() >= 3) {
    const unsigned high = bytes::hex_value(text[1]);
    const unsigned low = bytes::hex_value(text[2]);
    if (high < 16 && low < 16) {
      text.remove_prefix(3);
      return static_cast<char>(high * 16 + low);
    }
  }
  text.remove_prefix(1);
  return c == '+' && plus == Plus::as_blank ? ' ' : c;
}

bool is(std::string_view encoded, std::string_view name) noexcept {
  while (!encoded.empty() && !name.empty()) {
    if (take_byte(encoded, Plus::as_it_is) != name.front()) return false;
    name.remove_prefix(1);
  }
  return encoded.empty() && name.empty();
}

}  // namespace

std::size_t percent_decode(std::string_view text, char* out, Plus plus) noexcept {
  const char* const begin = out;
  while (!text.empty()) *out++ = take_byte(text, plus);
  return static_cast<std::size_t>(out - begin);
}

std::optional<std::string_view> find_parameter(std::string_view parameters, std::string_view name) noexcept {
  while (!parameters.empty()) {
    const std::size_t size = std::min(parameters.find('&'), parameters.size());
    const std::string_view pair = parameters.substr(0, size);
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && is(pair.substr(0, equals), name)) return pair.substr(equals + 1);
    parameters.remove_prefix(std::min(size + 1, parameters.size()));
  }
  return std::nullopt;
}

std::optional<std::string_view> Query::find(std::string_view name) const noexcept {
  const auto value = find_parameter(query_, name);
  if (!value) return std::nullopt;
  const auto at = static_cast<std::size_t>(value->data() - query_.data());
  assert(at + value->size() <= room_.size());
  char* const out = room_.data() + at;
  return std::string_view(out, percent_decode(*value, out));
}

}  // namespace planish::http
