// ECMA-262, 22.2.1: escapes and classes of characters.
#include <bytes/ascii.hpp>
#include <core/contract/ecma_reader.hpp>

#include <core/contract/unicode_property.hpp>
#include <core/tokens.hpp>

namespace planish::core::contract {
namespace {

using bytes::is_letter;

// ECMA-262's WhiteSpace and LineTerminator; as they stand in a class.
constexpr std::string_view kSpaces =
    R"(\t\n\v\f\r\x{20}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff})";
// All the others.
constexpr std::string_view kNoSpaces =
    R"(\x{0}-\x{8}\x{e}-\x{1f}\x{21}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}\x{202a}-\x{202e})"
    R"(\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{fefe}\x{ff00}-\x{10ffff})";

// \d and the others, in a class. RE2's own are the same but for \s.
std::string_view set_of(char letter) noexcept {
  switch (letter) {
    case 'd':
      return "0-9";
    case 'D':
      return "\\D";
    case 'w':
      return "\\w";
    case 'W':
      return "\\W";
    case 's':
      return kSpaces;
    case 'S':
      return kNoSpaces;
    default:
      return {};
  }
}

}  // namespace

// The digits after \x and \u.
bool EcmaReader::hex(unsigned digits, std::uint32_t& value) {
  value = 0;
  for (unsigned i = 0; i < digits; ++i, ++at_) {
    const bool is_hex = !done() && (is_digit(*at_) || static_cast<unsigned char>((*at_ | 0x20) - 'a') < 6);
    if (!is_hex) return wrong("an escape has too few hexadecimal digits");
    const auto digit = static_cast<std::uint32_t>(is_digit(*at_) ? *at_ - '0' : (*at_ | 0x20) - 'a' + 10);
    value = value << 4 | digit;
  }
  return true;
}

bool EcmaReader::braced_hex(std::uint32_t& value) {
  value = 0;
  bool any = false;
  while (!done() && *at_ != '}') {
    std::uint32_t digit = 0;
    if (!hex(1, digit)) return false;
    value = value << 4 | digit;
    if (value > kCodePointMax) return wrong("an escape is above U+10FFFF");
    any = true;
  }
  return (any && take("}")) || wrong("an escape has too few hexadecimal digits");
}

// An escape of one code point, after the backslash.
bool EcmaReader::code_point_escape(std::uint32_t& point) {
  constexpr std::string_view kLetters = "tnvfr";
  constexpr std::string_view kControls = "\t\n\v\f\r";
  const char letter = *at_++;
  if (const std::size_t i = kLetters.find(letter); i != std::string_view::npos) {
    point = static_cast<unsigned char>(kControls[i]);
    return true;
  }
  switch (letter) {
    case '0':
      point = 0;
      return done() || !is_digit(*at_) || wrong("an octal escape");
    case 'c':
      if (done() || !is_letter(*at_)) return wrong("\\c without a letter");
      point = static_cast<std::uint32_t>(*at_++ & 0x1F);
      return true;
    case 'x':
      return hex(2, point);
    case 'u': {
      if (take("{")) return braced_hex(point);
      if (!hex(4, point)) return false;
      if (point < 0xD800 || point > 0xDBFF || !stands("\\u")) return true;
      const char* const back = at_;
      at_ += 2;
      std::uint32_t low = 0;
      if (hex(4, low) && low >= 0xDC00 && low <= 0xDFFF) {
        point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
      } else {
        at_ = back;
      }
      return true;
    }
    default:
      point = static_cast<unsigned char>(letter);
      if (point >= 0x80 || is_letter(letter) || is_digit(letter)) return wrong("an escape that ECMA-262 does not have");
      return true;
  }
}

bool EcmaReader::escape() {
  ++at_;
  if (done()) return wrong("ends in a backslash");
  const char letter = *at_;
  before_ = Before::atom;
  if (letter == 'b' || letter == 'B') {
    ++at_;
    put(letter == 'b' ? "\\b" : "\\B");
    before_ = Before::assertion;
    return true;
  }
  if (letter >= '1' && letter <= '9') {
    std::size_t number = 0;
    for (; !done() && is_digit(*at_); ++at_)
      number = number > 10'000 ? number : number * 10 + static_cast<std::size_t>(*at_ - '0');
    if (number > back_reference_) back_reference_ = number;
    beyond_re2("a back-reference, which RE2 does not have");
    return true;
  }
  if (letter == 'k') {
    ++at_;
    if (!take("<")) return wrong("\\k without a group's name");
    beyond_re2("a back-reference, which RE2 does not have");
    return skip_group_name();
  }
  if (set_escape(letter, false)) return !wrong_;
  std::uint32_t point = 0;
  if (!code_point_escape(point)) return false;
  if (point >= 0xD800 && point <= 0xDFFF) beyond_re2("half of a surrogate pair, which no text has");
  put_point(point);
  return true;
}

// \d \D \w \W \s \S \p{…} \P{…}: whether it is one of these; then read, or wrong.
bool EcmaReader::set_escape(char letter, bool in_class) {
  if (letter == 'p' || letter == 'P') {
    ++at_;
    property(letter == 'P', in_class);
    return true;
  }
  const std::string_view set = set_of(letter);
  if (set.empty()) return false;
  ++at_;
  if (!in_class) put("[");
  put(set);
  if (!in_class) put("]");
  return true;
}

bool EcmaReader::property(bool negated, bool in_class) {
  if (!take("{")) return wrong("\\p without a property");
  const char* const begin = at_;
  while (!done() && *at_ != '}') {
    if (!is_letter(*at_) && !is_digit(*at_) && *at_ != '_' && *at_ != '=') return wrong("\\p without a property");
    ++at_;
  }
  const std::string_view name(begin, static_cast<std::size_t>(at_ - begin));
  if (!take("}") || name.empty()) return wrong("\\p without a property");
  const UnicodeProperty known = unicode_property(name);
  if (known.set.empty() && known.group.empty()) {
    beyond_re2("a property of Unicode that RE2 does not know by this name");
    return true;
  }
  if (known.group.empty()) {
    put(negated ? "[^" : "[");
    put(known.set);
    put("]");
    if (in_class) beyond_re2("a property of Unicode that RE2 does not know within brackets");
    return true;
  }
  put(negated ? "\\P{" : "\\p{");
  put(known.group);
  put("}");
  return true;
}

bool EcmaReader::class_atom(ClassAtom& atom) {
  if (*at_ != '\\') {
    atom = {false, take_code_point()};
    return true;
  }
  ++at_;
  if (done()) return wrong("ends in a backslash");
  atom.is_set = true;
  if (set_escape(*at_, true)) return !wrong_;
  atom.is_set = false;
  if (*at_ == 'b') {
    ++at_;
    atom.point = '\b';
    return true;
  }
  return code_point_escape(atom.point);
}

bool EcmaReader::character_class() {
  ++at_;
  const bool negated = take("^");
  before_ = Before::atom;
  if (take("]")) {
    put(negated ? "[\\x{0}-\\x{10ffff}]" : "[^\\x{0}-\\x{10ffff}]");
    return true;
  }
  put(negated ? "[^" : "[");
  while (!done() && *at_ != ']') {
    ClassAtom first, last;
    if (!class_atom(first)) return false;
    const bool is_range = stands("-") && !stands("-]");
    if (!is_range) {
      if (!first.is_set) put_point(first.point);
      continue;
    }
    ++at_;
    if (done()) break;
    if (first.is_set) {  // Annex B: the hyphen stands for itself
      put_point('-');
      continue;
    }
    put_point(first.point);
    if (stands("\\") && end_ - at_ > 1 && (!set_of(at_[1]).empty() || (at_[1] | 0x20) == 'p')) {
      put_point('-');
      continue;
    }
    if (!class_atom(last)) return false;
    if (last.point < first.point) return wrong("a range within brackets is out of order");
    put("-");
    put_point(last.point);
  }
  put("]");
  return take("]") || wrong("brackets are not closed");
}

}  // namespace planish::core::contract
