// Escapes of characters in JSON strings: what each stands for, and the shortest one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace planish::core {

inline constexpr std::size_t kEscapeBytesMax = 6;

// What stands after the backslash, by its letter.
inline constexpr std::array<char, 256> kShortEscapes = [] {
  std::array<char, 256> bytes{};
  constexpr std::string_view kLetters = "btnfr\"\\/", kBytes = "\b\t\n\f\r\"\\/";
  for (std::size_t i = 0; i < kLetters.size(); ++i) bytes[static_cast<unsigned char>(kLetters[i])] = kBytes[i];
  return bytes;
}();

// The byte that `\letter` stands for, 0 where it is no such escape.
constexpr char byte_of_short_escape(char letter) noexcept {
  return kShortEscapes[static_cast<unsigned char>(letter)];
}

inline constexpr std::array<std::int8_t, 256> kHexDigits = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (unsigned i = 0; i < 10; ++i) values['0' + i] = static_cast<std::int8_t>(i);
  for (unsigned i = 10; i < 16; ++i) values['a' + i - 10] = values['A' + i - 10] = static_cast<std::int8_t>(i);
  return values;
}();

// The value of the four hex digits, all of which are read; negative where one is none.
constexpr int hex4(const char* digits) noexcept {
  const auto value = [digits](int i) -> int { return kHexDigits[static_cast<unsigned char>(digits[i])]; };
  return value(0) * 4096 | value(1) * 256 | value(2) * 16 | value(3);
}

// Writes the bytes of a code point and returns how many, 1 to 4.
constexpr std::size_t write_utf8(std::uint32_t point, char* out) noexcept {
  const auto byte = [](std::uint32_t bits) { return static_cast<char>(bits); };
  const auto last_six = [](std::uint32_t bits) { return static_cast<char>(0x80 | (bits & 0x3F)); };
  if (point < 0x80) {
    out[0] = byte(point);
    return 1;
  }
  if (point < 0x800) {
    out[0] = byte(0xC0 | point >> 6);
    out[1] = last_six(point);
    return 2;
  }
  if (point < 0x10000) {
    out[0] = byte(0xE0 | point >> 12);
    out[1] = last_six(point >> 6);
    out[2] = last_six(point);
    return 3;
  }
  out[0] = byte(0xF0 | point >> 18);
  out[1] = last_six(point >> 12);
  out[2] = last_six(point >> 6);
  out[3] = last_six(point);
  return 4;
}

// Writes `byte` as it stands inside of a JSON string and returns the number of bytes: as it is, as two, or as "\u00xx"
// in lower case. Bytes of longer UTF-8 sequences stand for themselves.
constexpr std::size_t write_escaped(char byte, char* out) noexcept {
  constexpr std::string_view kNamed = "\b\t\n\f\r\"\\";
  constexpr std::string_view kNames = "btnfr\"\\";
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (const std::size_t i = kNamed.find(byte); i != std::string_view::npos) {
    out[0] = '\\';
    out[1] = kNames[i];
    return 2;
  }
  const auto value = static_cast<unsigned char>(byte);
  if (value >= 0x20) {
    out[0] = byte;
    return 1;
  }
  for (std::size_t i = 0; i < 4; ++i) out[i] = "\\u00"[i];
  out[4] = kDigits[value >> 4];
  out[5] = kDigits[value & 0xF];
  return kEscapeBytesMax;
}

}  // namespace planish::core
