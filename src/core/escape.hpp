// The shortest escape of a character in a JSON string.
#pragma once

#include <cstddef>
#include <string_view>

namespace planish::core {

inline constexpr std::size_t kEscapeBytesMax = 6;

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
