// The content of JSON strings; RFC 8259, section 7. None of this is on the path of a body without backslashes.
#include <core/json_string.hpp>

#include <core/escape.hpp>

#include <cstdint>
#include <cstring>

namespace planish::core {
namespace {

bool is_high(int unit) noexcept {
  return unit >= 0xD800 && unit <= 0xDBFF;
}
bool is_low(int unit) noexcept {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

// The code point of the escape that begins at *at, a backslash; moves *at past it.
std::uint32_t take_escape(const char*& at) noexcept {
  if (at[1] != 'u') {
    at += 2;
    return static_cast<unsigned char>(byte_of_short_escape(at[-1]));
  }
  const auto unit = static_cast<std::uint32_t>(hex4(at + 2));
  at += 6;
  if (!is_high(static_cast<int>(unit))) return unit;
  const auto low = static_cast<std::uint32_t>(hex4(at + 2));
  at += 6;
  return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
}

std::size_t write_in_string(std::uint32_t point, char* out) noexcept {
  return point < 0x80 ? write_escaped(static_cast<char>(point), out) : write_utf8(point, out);
}

template <std::size_t (*write)(std::uint32_t, char*) noexcept>
std::size_t rewrite(std::string_view content, char* out) noexcept {
  const char* const begin = out;
  const char* const end = content.data() + content.size();
  for (const char* at = content.data(); at != end;) {
    if (*at == '\\') {
      out += write(take_escape(at), out);
    } else {
      *out++ = *at++;
    }
  }
  return static_cast<std::size_t>(out - begin);
}

}  // namespace

bool has_valid_escapes(std::string_view content) noexcept {
  const char* const end = content.data() + content.size();
  for (const char* at = content.data(); at != end;) {
    if (*at != '\\') {
      ++at;
      continue;
    }
    if (at[1] != 'u') {
      if (byte_of_short_escape(at[1]) == '\0') return false;
      at += 2;
      continue;
    }
    const int unit = hex4(at + 2);
    if (unit < 0 || is_low(unit)) return false;
    at += 6;
    if (!is_high(unit)) continue;
    if (at[0] != '\\' || at[1] != 'u' || !is_low(hex4(at + 2))) return false;
    at += 6;
  }
  return true;
}

std::size_t unescape(std::string_view content, char* out) noexcept {
  return rewrite<write_utf8>(content, out);
}

std::size_t write_shortest(std::string_view content, char* out) noexcept {
  return rewrite<write_in_string>(content, out);
}

}  // namespace planish::core
