// The canonical form the slow way: a tree, names as UTF-16, std::map. Shares nothing with the code under test.
#pragma once

#include "number_reference.hpp"

#include <array>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>

namespace planish::core {

class CanonicalReference {
 public:
  static constexpr char kNoNumber = '\xFF';  // where a number rounds to infinity

  // The canonical form of one valid JSON value.
  static std::string of(std::string_view value) { return CanonicalReference(value).read_value(); }

 private:
  explicit CanonicalReference(std::string_view value) : rest_(value) {}

  char peek() {
    rest_.remove_prefix(rest_.find_first_not_of(" \t\r\n"));
    return rest_[0];
  }
  char take() {
    const char byte = rest_[0];
    rest_.remove_prefix(1);
    return byte;
  }

  std::string read_value() {
    switch (peek()) {
      case '{':
        return read_object();
      case '[':
        return read_array();
      case '"':
        return written(read_string());
      default:
        break;
    }
    const std::string_view token = rest_.substr(0, rest_.find_first_of(" \t\r\n,]}"));
    rest_.remove_prefix(token.size());
    if (token == "true" || token == "false" || token == "null") return std::string(token);
    const std::string number = canonical_number_reference(std::string(token));
    return number.empty() ? std::string(1, kNoNumber) : number;
  }

  std::string read_array() {
    std::string text;
    for (char byte = take(); byte != ']'; byte = (peek(), take())) {
      if (peek() != ']') text += std::string(text.empty() ? "" : ",") + read_value();
    }
    return std::string("[") + text + "]";
  }

  std::string read_object() {
    std::map<std::u16string, std::string> members;
    for (char byte = take(); byte != '}'; byte = (peek(), take())) {
      if (peek() == '}') continue;
      const std::u16string name = read_string();
      peek(), take();
      members[name] = read_value();
    }
    std::string text;
    for (const auto& [name, value] : members)
      text += std::string(text.empty() ? "" : ",") + written(name) + std::string(":") + value;
    return std::string("{") + text + "}";
  }

  std::u16string read_string() {
    std::u16string text;
    take();
    while (rest_[0] != '"') {
      const auto byte = static_cast<unsigned char>(take());
      if (byte == '\\')
        text += read_escape();
      else if (byte < 0x80)
        text += static_cast<char16_t>(byte);
      else
        read_sequence(byte, text);
    }
    take();
    return text;
  }

  char16_t read_escape() {
    const char name = take();
    constexpr std::string_view kNames = "btnfr", kValues = "\b\t\n\f\r";
    if (const auto i = kNames.find(name); i != std::string_view::npos) return static_cast<char16_t>(kValues[i]);
    if (name != 'u') return static_cast<char16_t>(name);
    const std::string digits(rest_.substr(0, 4));
    rest_.remove_prefix(4);
    return static_cast<char16_t>(std::stoul(digits, nullptr, 16));
  }

  void read_sequence(unsigned char lead, std::u16string& text) {
    const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    std::uint32_t code_point = lead & (0x3Fu >> more);
    for (int i = 0; i < more; ++i) code_point = code_point << 6 | (static_cast<unsigned char>(take()) & 0x3F);
    if (code_point >= 0x10000) {
      text += static_cast<char16_t>(0xD800 + ((code_point - 0x10000) >> 10));
      code_point = 0xDC00 + ((code_point - 0x10000) & 0x3FF);
    }
    text += static_cast<char16_t>(code_point);
  }

  static std::string written(const std::u16string& text) {
    std::string out = "\"";
    for (std::size_t i = 0; i < text.size(); ++i) {
      std::uint32_t c = text[i];
      if (c >= 0xD800 && c < 0xDC00) c = 0x10000 + ((c - 0xD800) << 10) + (text[++i] - 0xDC00u);
      append(c, out);
    }
    return out + "\"";
  }

  static void append(std::uint32_t c, std::string& out) {
    const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (c == '"' || c == '\\')
      out += '\\', put(c);
    else if (c == '\b')
      out += "\\b";
    else if (c == '\t')
      out += "\\t";
    else if (c == '\n')
      out += "\\n";
    else if (c == '\f')
      out += "\\f";
    else if (c == '\r')
      out += "\\r";
    else if (c < 0x20) {
      std::array<char, 8> escape;
      std::snprintf(escape.data(), escape.size(), "\\u%04x", c);
      out += escape.data();
    } else if (c < 0x80)
      put(c);
    else if (c < 0x800)
      put(0xC0 | c >> 6), put(0x80 | (c & 0x3F));
    else if (c < 0x10000)
      put(0xE0 | c >> 12), put(0x80 | (c >> 6 & 0x3F)), put(0x80 | (c & 0x3F));
    else
      put(0xF0 | c >> 18), put(0x80 | (c >> 12 & 0x3F)), put(0x80 | (c >> 6 & 0x3F)), put(0x80 | (c & 0x3F));
  }

  std::string_view rest_;
};

}  // namespace planish::core
