// Punycode (RFC 3492, 6.2), and the code points that RFC 5892 allows in a label.
#include <core/contract/international_label.hpp>

#include <core/contract/characters.hpp>
#include <core/contract/ecma_pattern.hpp>
#include <core/contract/pattern.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace planish::core::contract {
namespace {

constexpr std::size_t kPointsMax = 63;

struct Points {
  std::array<std::uint32_t, kPointsMax> at;
  std::size_t size = 0;
};

std::uint32_t adapt(std::uint32_t delta, std::uint32_t points, bool first) noexcept {
  delta = first ? delta / 700 : delta / 2;
  delta += delta / points;
  std::uint32_t k = 0;
  for (; delta > 455; k += 36) delta /= 35;
  return k + 36 * delta / (delta + 38);
}

// The next variable-length integer, added to `i`; false where the text ends in it or it is too large.
bool take_integer(std::string_view& text, std::uint32_t bias, std::uint64_t& i) noexcept {
  std::uint64_t weight = 1;
  for (std::uint32_t k = 36;; k += 36) {
    if (text.empty() || text[0] == '-') return false;
    const std::uint32_t digit = is_digit(text[0]) ? static_cast<std::uint32_t>(text[0] - '0' + 26)
                                                  : static_cast<std::uint32_t>((text[0] | 0x20) - 'a');
    text.remove_prefix(1);
    i += digit * weight;
    if (i > 0xFFFF'FFFF) return false;
    const std::uint32_t threshold = k <= bias ? 1 : std::min<std::uint32_t>(k - bias, 26);
    if (digit < threshold) return true;
    weight *= 36 - threshold;
    if (weight > 0xFFFF'FFFF) return false;
  }
}

bool decode(std::string_view text, Points& points) noexcept {
  if (const std::size_t hyphen = text.rfind('-'); hyphen != std::string_view::npos) {
    for (const char c : text.substr(0, hyphen)) points.at[points.size++] = static_cast<unsigned char>(c);
    text.remove_prefix(hyphen + 1);
  }
  if (text.empty()) return false;
  std::uint32_t point = 128, bias = 72;
  std::uint64_t i = 0;
  for (bool first = true; !text.empty(); first = false) {
    const std::uint64_t before = i;
    if (!take_integer(text, bias, i)) return false;
    const auto count = static_cast<std::uint32_t>(points.size + 1);
    bias = adapt(static_cast<std::uint32_t>(i - before), count, first);
    if (i / count > kCodePointMax - point || points.size == kPointsMax) return false;
    point += static_cast<std::uint32_t>(i / count);
    i %= count;
    std::copy_backward(points.at.begin() + static_cast<std::ptrdiff_t>(i),
                       points.at.begin() + static_cast<std::ptrdiff_t>(points.size),
                       points.at.begin() + static_cast<std::ptrdiff_t>(points.size + 1));
    points.at[i++] = point;
    ++points.size;
  }
  return true;
}

// RFC 5892, 2.6 and 2.8 to 2.10 by general category, and appendix A.
struct Rules {
  std::unique_ptr<const Pattern> label, wrong_place, katakana_dot, kana, digits, other_digits;

  Rules() {
    const auto compile = [](std::string_view text) {
      std::string error;
      return Pattern::compile(text, error);
    };
    const std::string virama =
        R"(\x{94d}\x{9cd}\x{a4d}\x{acd}\x{b4d}\x{bcd}\x{c4d}\x{ccd}\x{d3b}\x{d3c}\x{d4d}\x{dca}\x{e3a}\x{eba}\x{f84})"
        R"(\x{1039}\x{103a}\x{1714}\x{1734}\x{17d2}\x{1a60}\x{1b44}\x{1baa}\x{1bab}\x{1bf2}\x{1bf3}\x{2d7f})"
        R"(\x{a806}\x{a8c4}\x{a953}\x{a9c0}\x{aaf6}\x{abed}\x{10a3f}\x{11046})";
    const std::string joining = R"([\p{Arabic}\p{Syriac}\p{Mongolian}\p{Nko}\p{Mandaic}])";
    label = compile(
        R"(\A[-a-z0-9\x{df}\x{3c2}\x{6fd}\x{6fe}\x{f0b}\x{3007}\x{b7}\x{375}\x{5f3}\x{5f4}\x{30fb}\x{200c}\x{200d})"
        R"(\p{Ll}\p{Lo}\p{Lm}\p{Mn}\p{Mc}\p{Nd}]+\z)");
    // Combining marks at the beginning, exceptions, and what needs another beside it.
    wrong_place =
        compile(R"(\A\p{M}|[\x{640}\x{7fa}\x{302e}\x{302f}\x{3031}-\x{3035}\x{303b}])"
                R"(|(?:\A|[^l])\x{b7}|\x{b7}(?:[^l]|\z))"
                R"(|\x{375}(?:\P{Greek}|\z)|(?:\A|\P{Hebrew})[\x{5f3}\x{5f4}])"
                R"(|(?:\A|[^)" +
                virama + R"(])\x{200d}|(?:\A|[^)" + virama +
                R"(\p{Arabic}\p{Syriac}\p{Mongolian}\p{Nko}\p{Mandaic}\p{Mn}])\x{200c})" + "|" + joining +
                R"(\p{Mn}*\x{200c}\p{Mn}*(?:[^\p{Mn}\p{Arabic}\p{Syriac}\p{Mongolian}\p{Nko}\p{Mandaic}]|\z))");
    katakana_dot = compile(R"(\x{30fb})");
    kana = compile(R"([\p{Hiragana}\p{Katakana}\p{Han}])");
    digits = compile(R"([\x{660}-\x{669}])");
    other_digits = compile(R"([\x{6f0}-\x{6f9}])");
  }
  [[nodiscard]] bool allow(std::string_view text) const noexcept {
    return label->is_in(text) && !wrong_place->is_in(text) && (!katakana_dot->is_in(text) || kana->is_in(text)) &&
           !(digits->is_in(text) && other_digits->is_in(text));
  }
};

char* put_utf8(std::uint32_t point, char* out) noexcept {
  const auto put = [&out](std::uint32_t byte) { *out++ = static_cast<char>(byte); };
  if (point < 0x80) {
    put(point);
    return out;
  }
  if (point < 0x800) {
    put(0xC0 | point >> 6);
  } else {
    if (point < 0x10000) {
      put(0xE0 | point >> 12);
    } else {
      put(0xF0 | point >> 18);
      put(0x80 | (point >> 12 & 0x3F));
    }
    put(0x80 | (point >> 6 & 0x3F));
  }
  put(0x80 | (point & 0x3F));
  return out;
}

}  // namespace

bool is_a_label(std::string_view label) noexcept {
  static const Rules rules;
  Points points;
  if (!decode(label.substr(4), points)) return false;
  std::array<char, 4 * kPointsMax> text;
  char* end = text.data();
  for (std::size_t i = 0; i < points.size; ++i) {
    if (points.at[i] >= 0xD800 && points.at[i] <= 0xDFFF) return false;
    end = put_utf8(points.at[i] < 0x80 ? points.at[i] | (bytes::is_letter(static_cast<char>(points.at[i])) ? 0x20u : 0u)
                                       : points.at[i],
                   end);
  }
  // RFC 5891, 4.2.3.1
  const auto& at = points.at;
  if (points.size > 0 && (at[0] == '-' || at[points.size - 1] == '-')) return false;
  if (points.size > 3 && at[2] == '-' && at[3] == '-') return false;
  return rules.allow({text.data(), static_cast<std::size_t>(end - text.data())});
}

}  // namespace planish::core::contract
