// Random JSON texts that are valid and as far from canonical as the grammar allows: white space, escapes, doubled
// names.
#pragma once

#include <array>
#include <cstdio>
#include <random>
#include <string>
#include <string_view>

namespace planish::core {

class RandomJson {
 public:
  explicit RandomJson(std::uint64_t seed) : random_(seed) {}

  std::string value(unsigned depth_max) {
    std::string text;
    append_value(depth_max, text);
    return text;
  }

 private:
  unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }

  void append_space(std::string& text) {
    while (below(8) == 0) text += " \t\r\n"[below(4)];
  }

  void append_value(unsigned depth_max, std::string& text) {
    append_space(text);
    switch (below(depth_max > 0 ? 9 : 5)) {
      case 0:
        text += std::array{"true", "false", "null"}[below(3)];
        break;
      case 1:
        append_string(12, text);
        break;
      case 2:
        text += std::to_string(static_cast<std::int64_t>(random_()) >> below(64));
        break;
      case 3:
      case 4:
        append_number(text);
        break;
      case 5:
      case 6:
        append_members('[', ']', depth_max, text);
        break;
      default:
        append_members('{', '}', depth_max, text);
        break;
    }
    append_space(text);
  }

  void append_members(char open, char close, unsigned depth_max, std::string& text) {
    text += open;
    append_space(text);
    const unsigned members = below(6);
    for (unsigned i = 0; i < members; ++i) {
      if (i > 0) text += ',';
      if (open == '{') {
        append_space(text);
        append_string(4, text);
        append_space(text);
        text += ':';
      }
      append_value(depth_max - 1, text);
    }
    text += close;
  }

  void append_number(std::string& text) {
    static constexpr std::array kNumbers = {"1e20",
                                            "-1e20",
                                            "1e-6",
                                            "1E+5",
                                            "0.0",
                                            "-0",
                                            "-0.0e7",
                                            "1.50",
                                            "5e-324",
                                            "1e-400",
                                            "123e-7",
                                            "9007199254740993.0",
                                            "18446744073709551616"};
    if (below(2) == 0)
      text += kNumbers[below(kNumbers.size())];
    else
      text +=
          std::to_string(below(1000)) + "." + std::to_string(below(10'000)) + "e" + std::to_string(int(below(40)) - 20);
  }

  // Few different characters, so that names share beginnings and are doubled now and then.
  void append_string(unsigned size_max, std::string& text) {
    static constexpr std::array kPieces = {"a",
                                           "a",
                                           "b",
                                           "\\u0061",
                                           "\\/",
                                           "/",
                                           "\\\"",
                                           "\\u0022",
                                           "\\\\",
                                           "\\u005C",
                                           "\\n",
                                           "\\u000A",
                                           "\\u0000",
                                           "\\u001f",
                                           "\\u007f",
                                           "\x7f",
                                           "é",
                                           "\\u00E9",
                                           "€",
                                           "\\u20ac",
                                           "\xEF\xAC\xB3",
                                           "\\ufb33",
                                           "\xEE\x80\x80",
                                           "\xED\x9F\xBF",
                                           "😀",
                                           "\\ud83d\\uDE00",
                                           "\\uD800\\udc00",
                                           "\xF4\x8F\xBF\xBF",
                                           "\xEF\xBF\xBF",
                                           "aaaaaaaa",
                                           "aaaaaaab"};
    text += '"';
    for (unsigned i = below(size_max); i > 0; --i) text += kPieces[below(kPieces.size())];
    text += '"';
  }

  std::mt19937_64 random_;
};

}  // namespace planish::core
