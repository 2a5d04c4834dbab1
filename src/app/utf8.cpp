// UTF-8 decoding after the table of RFC 3629, section 4: no overlong forms, no surrogates.
#include <app/utf8.hpp>

#include <array>
#include <cstddef>

namespace planish::app {
namespace {

struct Form {
  std::size_t bytes;
  unsigned first_mask;
  char32_t least;
};

constexpr Form form_of(unsigned first) {
  if (first < 0x80) return {1, 0x7F, 0};
  if (first < 0xC2) return {0, 0, 0};
  if (first < 0xE0) return {2, 0x1F, 0x80};
  if (first < 0xF0) return {3, 0x0F, 0x800};
  if (first < 0xF5) return {4, 0x07, 0x10000};
  return {0, 0, 0};
}

}  // namespace

std::optional<char32_t> take_code_point(std::string_view& text) noexcept {
  const std::string_view all = text;
  text.remove_prefix(1);
  const auto first = static_cast<unsigned char>(all.front());
  const Form form = form_of(first);
  if (form.bytes == 0 || form.bytes > all.size()) return std::nullopt;
  char32_t point = first & form.first_mask;
  for (std::size_t i = 1; i < form.bytes; ++i) {
    const auto byte = static_cast<unsigned char>(all[i]);
    if ((byte & 0xC0) != 0x80) return std::nullopt;
    point = point << 6 | (byte & 0x3F);
  }
  if (point < form.least || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return std::nullopt;
  text = all.substr(form.bytes);
  return point;
}

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    if (!take_code_point(text)) return false;
  }
  return true;
}

}  // namespace planish::app
