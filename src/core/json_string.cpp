// The content of JSON strings; RFC 8259, section 7. None of this is on the path of a body without backslashes.
#include <core/json_string.hpp>

#include <core/escape.hpp>

#include <array>
#include <cstdint>
#include <cstring>

namespace planish::core {
namespace {

// The value of four hex digits, or negative. Reads no further than the first byte that is none.
int hex4(const char* digits) noexcept {
  int value = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = digits[i];
    int nibble = 0;
    if (c >= '0' && c <= '9') {
      nibble = c - '0';
    } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
      nibble = (c | 0x20) - 'a' + 10;
    } else {
      return -1;
    }
    value = value << 4 | nibble;
  }
  return value;
}

// The letter of a two-character escape and the byte that it stands for, without '/', which needs none.
struct Short {
  char letter;
  char byte;
};
constexpr std::array<Short, 7> kShort{
    {{'b', '\b'}, {'t', '\t'}, {'n', '\n'}, {'f', '\f'}, {'r', '\r'}, {'"', '"'}, {'\\', '\\'}}};

// The byte behind `\letter`, or 0.
char short_escape(char letter) noexcept {
  for (const Short& s : kShort) {
    if (s.letter == letter) return s.byte;
  }
  return letter == '/' ? '/' : '\0';
}

// Whether `\u` and these digits, of value `unit`, are the shortest way to write it.
bool is_shortest(const char* digits, int unit) noexcept {
  if (unit >= 0x20) return false;
  for (const Short& s : kShort) {
    if (s.byte == unit) return false;
  }
  return digits[3] < 'A' || digits[3] > 'F';
}

bool is_high(int unit) noexcept {
  return unit >= 0xD800 && unit <= 0xDBFF;
}
bool is_low(int unit) noexcept {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

char* write_utf8(std::uint32_t point, char* out) noexcept {
  const auto put = [&out](std::uint32_t byte) { *out++ = static_cast<char>(byte); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0 | point >> 6);
    put(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    put(0xE0 | point >> 12);
    put(0x80 | (point >> 6 & 0x3F));
    put(0x80 | (point & 0x3F));
  } else {
    put(0xF0 | point >> 18);
    put(0x80 | (point >> 12 & 0x3F));
    put(0x80 | (point >> 6 & 0x3F));
    put(0x80 | (point & 0x3F));
  }
  return out;
}

// The code point of the escape that begins at *at, a backslash; moves *at behind it.
std::uint32_t take_escape(const char*& at) noexcept {
  if (at[1] != 'u') {
    const char byte = short_escape(at[1]);
    at += 2;
    return static_cast<unsigned char>(byte);
  }
  const auto unit = static_cast<std::uint32_t>(hex4(at + 2));
  at += 6;
  if (!is_high(static_cast<int>(unit))) return unit;
  const auto low = static_cast<std::uint32_t>(hex4(at + 2));
  at += 6;
  return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
}

char* write_in_string(std::uint32_t point, char* out) noexcept {
  return point < 0x80 ? out + write_escaped(static_cast<char>(point), out) : write_utf8(point, out);
}

template <char* (*write)(std::uint32_t, char*) noexcept>
std::size_t rewrite(std::string_view content, char* out) noexcept {
  const char* const begin = out;
  const char* const end = content.data() + content.size();
  for (const char* at = content.data(); at != end;) {
    if (*at == '\\') {
      out = write(take_escape(at), out);
    } else {
      *out++ = *at++;
    }
  }
  return static_cast<std::size_t>(out - begin);
}

}  // namespace

EscapeCheck check_escapes(std::string_view content) noexcept {
  const char* const end = content.data() + content.size();
  bool shortest = true;
  for (const char* at = content.data(); at != end;) {
    if (*at != '\\') {
      ++at;
      continue;
    }
    if (at[1] != 'u') {
      if (short_escape(at[1]) == '\0') return {false, false};
      if (at[1] == '/') shortest = false;
      at += 2;
      continue;
    }
    const int unit = hex4(at + 2);
    if (unit < 0 || is_low(unit)) return {false, false};
    if (!is_shortest(at + 2, unit)) shortest = false;
    at += 6;
    if (!is_high(unit)) continue;
    if (at[0] != '\\' || at[1] != 'u' || !is_low(hex4(at + 2))) return {false, false};
    at += 6;
  }
  return {true, shortest};
}

std::size_t unescape(std::string_view content, char* out) noexcept {
  return rewrite<write_utf8>(content, out);
}

std::size_t write_shortest(std::string_view content, char* out) noexcept {
  return rewrite<write_in_string>(content, out);
}

}  // namespace planish::core
