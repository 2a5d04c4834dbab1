// A validator of JSON texts that reads byte by byte and knows nothing of the walk or of simdjson.
#include <core/diagnose.hpp>

#include <planish/options.hpp>

#include <bitset>

namespace planish::core {
namespace {

// Each function moves on while the text may still become JSON, and says whether what it reads is complete. Where it
// says no, the text went wrong at offset().
class Reader {
 public:
  Reader(std::string_view text, unsigned depth) noexcept : text_(text), depth_(depth) {}

  Diagnosis read() noexcept;

 private:
  // The byte at hand; -1 at the end.
  [[nodiscard]] int peek() const noexcept { return at_ < text_.size() ? static_cast<unsigned char>(text_[at_]) : -1; }
  [[nodiscard]] bool is(char c) const noexcept { return peek() == static_cast<unsigned char>(c); }
  [[nodiscard]] bool is_within(int low, int high) const noexcept { return peek() >= low && peek() <= high; }
  bool take(char c) noexcept { return is(c) && step(); }
  bool take_within(int low, int high) noexcept { return is_within(low, high) && step(); }
  bool step() noexcept {
    ++at_;
    return true;
  }

  void skip_space() noexcept {
    while (is(' ') || is('\t') || is('\n') || is('\r')) ++at_;
  }
  bool word(std::string_view word) noexcept {
    for (const char c : word) {
      if (!take(c)) return false;
    }
    return true;
  }
  bool digits() noexcept {
    if (!take_within('0', '9')) return false;
    while (take_within('0', '9')) {
    }
    return true;
  }
  bool number() noexcept;
  bool string() noexcept;
  bool character() noexcept;
  bool escape() noexcept;
  bool hex_digit() noexcept { return take_within('0', '9') || take_within('a', 'f') || take_within('A', 'F'); }
  bool low_surrogate() noexcept;
  bool name() noexcept;
  bool open(bool object) noexcept;
  bool value() noexcept;
  bool behind_value() noexcept;

  std::string_view text_;
  std::size_t at_ = 0;
  unsigned depth_;  // containers around the text
  unsigned level_ = 0;
  bool too_deep_ = false;
  bool value_wanted_ = true;
  std::bitset<kDepthMax> is_object_;  // of each level that is open
};

bool Reader::number() noexcept {
  take('-');
  if (!take('0') && !digits()) return false;
  if (take('.') && !digits()) return false;
  if (!take('e') && !take('E')) return true;
  if (!take('+')) take('-');
  return digits();
}

bool Reader::string() noexcept {
  if (!take('"')) return false;
  while (!take('"')) {
    if (!character()) return false;
  }
  return true;
}

// One code point of a string: RFC 3629, section 4.
bool Reader::character() noexcept {
  const auto tail = [this] { return take_within(0x80, 0xBF); };
  if (take('\\')) return escape();
  if (take_within(0x20, 0x7F)) return true;
  if (take_within(0xC2, 0xDF)) return tail();
  if (take_within(0xE0, 0xE0)) return take_within(0xA0, 0xBF) && tail();
  if (take_within(0xED, 0xED)) return take_within(0x80, 0x9F) && tail();
  if (take_within(0xE1, 0xEF)) return tail() && tail();
  if (take_within(0xF0, 0xF0)) return take_within(0x90, 0xBF) && tail() && tail();
  if (take_within(0xF1, 0xF3)) return tail() && tail() && tail();
  return take_within(0xF4, 0xF4) && take_within(0x80, 0x8F) && tail() && tail();
}

// After the backslash.
bool Reader::escape() noexcept {
  for (const char c : std::string_view("\"\\/bfnrt")) {
    if (take(c)) return true;
  }
  if (!take('u')) return false;
  if (!take('d') && !take('D')) return hex_digit() && hex_digit() && hex_digit() && hex_digit();
  // D000 to D7FF are characters, D800 to DBFF want their other half, which may not stand alone.
  if (take_within('0', '7')) return hex_digit() && hex_digit();
  const bool high = take_within('8', '9') || take_within('a', 'b') || take_within('A', 'B');
  return high && hex_digit() && hex_digit() && low_surrogate();
}

bool Reader::low_surrogate() noexcept {
  return take('\\') && take('u') && (take('d') || take('D')) && (take_within('c', 'f') || take_within('C', 'F')) &&
         hex_digit() && hex_digit();
}

bool Reader::name() noexcept {
  skip_space();
  if (!string()) return false;
  skip_space();
  return take(':');
}

// After an opening bracket or brace.
bool Reader::open(bool object) noexcept {
  is_object_[level_++] = object;
  skip_space();
  if (is(object ? '}' : ']')) {
    value_wanted_ = false;
    return true;
  }
  return !object || name();
}

bool Reader::value() noexcept {
  skip_space();
  if (is('{') || is('[')) {
    if (depth_ + level_ == kDepthMax) {
      too_deep_ = true;
      return false;
    }
    const bool object = is('{');
    return step() && open(object);
  }
  value_wanted_ = false;
  switch (peek()) {
    case '"':
      return string();
    case 't':
      return word("true");
    case 'f':
      return word("false");
    case 'n':
      return word("null");
    default:
      return number();
  }
}

// A comma and what leads to the next value, or the end of the container.
bool Reader::behind_value() noexcept {
  skip_space();
  const bool object = is_object_[level_ - 1];
  if (take(',')) {
    value_wanted_ = true;
    return !object || name();
  }
  if (!take(object ? '}' : ']')) return false;
  --level_;
  return true;
}

Diagnosis Reader::read() noexcept {
  do {
    if (value_wanted_ ? !value() : !behind_value()) {
      return {too_deep_ ? Diagnosis::Kind::too_deep : Diagnosis::Kind::not_json, at_};
    }
  } while (value_wanted_ || level_ != 0);
  skip_space();
  return {at_ == text_.size() ? Diagnosis::Kind::valid : Diagnosis::Kind::not_json, at_};
}

}  // namespace

Diagnosis diagnose(std::string_view text, unsigned depth) noexcept {
  return Reader(text, depth).read();
}

}  // namespace planish::core
