// ECMA-262, 22.2.1: alternatives, groups, quantifiers. No recursion: RE2's syntax nests where this one does.
#include <core/contract/ecma_reader.hpp>

#include <core/tokens.hpp>

#include <charconv>

namespace planish::core::contract {

bool EcmaReader::wrong(const char* why) noexcept {
  reason_ = why;
  wrong_ = true;
  return false;
}

// The first one is told; what follows is still read.
void EcmaReader::beyond_re2(const char* why) noexcept {
  if (!beyond_) reason_ = why;
  beyond_ = true;
}

void EcmaReader::put(std::string_view text) {
  if (out_ != nullptr) *out_ += text;
}

void EcmaReader::put_point(std::uint32_t point) {
  if (out_ == nullptr) return;
  if (point < 0x80 && (is_digit(static_cast<char>(point)) || (((point | 0x20) - 'a') < 26))) {
    *out_ += static_cast<char>(point);
    return;
  }
  char digits[8];
  const auto end = std::to_chars(digits, digits + sizeof digits, point, 16).ptr;
  *out_ += "\\x{";
  out_->append(digits, end);
  *out_ += '}';
}

EcmaReader::Verdict EcmaReader::read() {
  while (!done()) {
    if (!part()) return Verdict::not_ecma;
  }
  if (groups_ != 0) {
    reason_ = "a group is not closed";
    return Verdict::not_ecma;
  }
  if (back_reference_ > captures_) {
    reason_ = "a back-reference to a group that is not there";
    return Verdict::not_ecma;
  }
  return beyond_ ? Verdict::not_re2 : Verdict::ok;
}

bool EcmaReader::part() {
  switch (*at_) {
    case '(':
      return open_group();
    case ')':
      return close_group();
    case '*':
    case '+':
    case '?':
    case '{':
      return quantifier();
    case '[':
      return character_class();
    case '\\':
      return escape();
    case '|':
      put("|");
      before_ = Before::nothing;
      ++at_;
      return true;
    case '^':
    case '$':
      put(*at_ == '^' ? "\\A" : "\\z");
      before_ = Before::assertion;
      ++at_;
      return true;
    case '.':
      put("[^\\n\\r\\x{2028}\\x{2029}]");
      ++at_;
      break;
    case ']':
    case '}':
      return wrong("a bracket that closes nothing; one that is meant needs a backslash");
    default:
      put_point(take_code_point());
  }
  before_ = Before::atom;
  return true;
}

bool EcmaReader::open_group() {
  ++at_;
  bool is_assertion = false;
  if (take("?")) {
    if (take("=") || take("!") || take("<=") || take("<!")) {
      is_assertion = true;
      beyond_re2("look-around, which RE2 does not have");
    } else if (take("<")) {
      if (!skip_group_name()) return false;
      ++captures_;
    } else if (!take(":")) {
      return wrong("a group of a kind that ECMA-262 does not have");
    }
  } else {
    ++captures_;
  }
  if (groups_ == kGroupsMax) return wrong("groups are nested too deep");
  const std::uint64_t bit = std::uint64_t{1} << groups_ % 64;
  std::uint64_t& word = assertions_[groups_ / 64];
  word = is_assertion ? word | bit : word & ~bit;
  ++groups_;
  put("(?:");
  before_ = Before::nothing;
  return true;
}

bool EcmaReader::close_group() {
  if (groups_ == 0) return wrong("a parenthesis that closes nothing");
  --groups_;
  before_ = (assertions_[groups_ / 64] >> groups_ % 64 & 1) != 0 ? Before::assertion : Before::atom;
  put(")");
  ++at_;
  return true;
}

// After the '<'. Names are identifiers; of those beyond ASCII any is taken.
bool EcmaReader::skip_group_name() {
  const char* const begin = at_;
  while (!done() && *at_ != '>') {
    const auto byte = static_cast<unsigned char>(*at_);
    const bool letter = (byte | 0x20u) - 'a' < 26u || byte == '_' || byte == '$' || byte >= 0x80;
    if (!letter && (at_ == begin || !is_digit(*at_))) return wrong("a group's name is no identifier");
    ++at_;
  }
  return (at_ != begin && take(">")) || wrong("a group's name is no identifier");
}

bool EcmaReader::quantifier() {
  if (before_ == Before::nothing) return wrong("nothing to repeat; a sign that is meant needs a backslash");
  if (before_ == Before::assertion) return wrong("an assertion is repeated");
  if (*at_ == '{') {
    if (!braces()) return false;
  } else {
    put({at_, 1});
    ++at_;
  }
  if (take("?")) put("?");
  before_ = Before::nothing;
  return true;
}

// {n} {n,} {n,m}
bool EcmaReader::braces() {
  constexpr std::uint32_t kRepeatMax = 1000;  // RE2's
  constexpr const char* kNoQuantifier = "a brace that is no quantifier; one that is meant needs a backslash";
  const char* const begin = at_++;
  std::uint32_t bounds[2] = {0, 0xFFFF'FFFF};
  for (int i = 0; i < 2; ++i) {
    std::uint32_t value = 0;
    const auto parsed = std::from_chars(at_, end_, value);
    const bool has_digits = parsed.ptr != at_ && is_digit(*at_);
    if (has_digits) bounds[i] = parsed.ec == std::errc() ? value : 0xFFFF'FFFE;
    if (!has_digits && i == 0) return wrong(kNoQuantifier);
    if (has_digits) at_ = parsed.ptr;
    if (i == 0 && !take(",")) {
      bounds[1] = bounds[0];
      break;
    }
  }
  if (!take("}")) return wrong(kNoQuantifier);
  if (bounds[1] < bounds[0]) return wrong("a repetition's numbers are out of order");
  if (bounds[0] > kRepeatMax || (bounds[1] != 0xFFFF'FFFF && bounds[1] > kRepeatMax)) {
    beyond_re2("more than 1000 repetitions, which RE2 does not do");
  }
  put({begin, static_cast<std::size_t>(at_ - begin)});
  return true;
}

// Of valid UTF-8.
std::uint32_t EcmaReader::take_code_point() noexcept {
  const auto lead = static_cast<unsigned char>(*at_++);
  if (lead < 0x80) return lead;
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  std::uint32_t point = lead & (0x3Fu >> more);
  for (int i = 0; i < more && !done(); ++i) point = point << 6 | (static_cast<unsigned char>(*at_++) & 0x3Fu);
  return point;
}

bool EcmaPattern::is_valid(std::string_view pattern) noexcept {
  return EcmaReader(pattern, nullptr).read() != Verdict::not_ecma;
}

EcmaPattern::Verdict EcmaPattern::translate(std::string_view pattern, std::string& out) {
  out.clear();
  EcmaReader reader(pattern, &out);
  const Verdict verdict = reader.read();
  if (verdict != Verdict::ok) out = reader.reason();
  return verdict;
}

}  // namespace planish::core::contract
