// Canonicalizer: write in document order, sort what does not ascend, assemble.
#include <core/canonical.hpp>

#include <core/escape.hpp>
#include <core/number.hpp>
#include <core/word.hpp>

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <type_traits>

namespace planish::core {
namespace {

constexpr bool is_space(char byte) noexcept {
  return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

// Valid JSON always has something behind white space, as long as a value is not complete.
const char* skip_space(const char* at) noexcept {
  while (is_space(*at)) ++at;
  return at;
}

// The quote or backslash that ends a run of characters that stand for themselves. There is one before `end`.
const char* find_special(const char* at, const char* end) noexcept {
  for (; end - at >= 8; at += 8) {
    const std::uint64_t word = load_word(at);
    const std::uint64_t found = find_byte(word, '"') | find_byte(word, '\\');
    if (found != 0) return at + std::countr_zero(found) / 8;
  }
  while (*at != '"' && *at != '\\') ++at;
  return at;
}

constexpr unsigned hex_digit(char digit) noexcept {
  return static_cast<unsigned>(digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
}

constexpr std::uint32_t hex4(const char* at) noexcept {
  return hex_digit(at[0]) << 12 | hex_digit(at[1]) << 8 | hex_digit(at[2]) << 4 | hex_digit(at[3]);
}

std::size_t write_utf8(std::uint32_t code_point, char* out) noexcept {
  const auto byte = [](std::uint32_t bits) { return static_cast<char>(bits & 0xFF); };
  const auto last_six = [&](std::uint32_t bits) { return byte(0x80 | (bits & 0x3F)); };
  if (code_point < 0x80) return write_escaped(byte(code_point), out);
  if (code_point < 0x800) {
    out[0] = byte(0xC0 | code_point >> 6);
    out[1] = last_six(code_point);
    return 2;
  }
  if (code_point < 0x10000) {
    out[0] = byte(0xE0 | code_point >> 12);
    out[1] = last_six(code_point >> 6);
    out[2] = last_six(code_point);
    return 3;
  }
  out[0] = byte(0xF0 | code_point >> 18);
  out[1] = last_six(code_point >> 12);
  out[2] = last_six(code_point >> 6);
  out[3] = last_six(code_point);
  return 4;
}

// Where two texts in UTF-8 differ first, their bytes order them as code points. UTF-16 puts what needs surrogates
// (first byte F0 to F4) before U+E000 to U+FFFF (EE and EF), and all else is the same.
constexpr unsigned utf16_rank(unsigned byte) noexcept {
  return byte == 0xEE || byte == 0xEF ? byte + 8 : byte;
}

struct Plain {
  static constexpr bool may_skip(std::uint64_t) noexcept { return true; }
  static constexpr unsigned next(const char*& at) noexcept { return static_cast<unsigned char>(*at++); }
};

// Of a canonical string: no escapes but the shortest.
struct Escaped {
  static constexpr bool may_skip(std::uint64_t word) noexcept { return find_byte(word, '\\') == 0; }
  static constexpr unsigned next(const char*& at) noexcept {
    const char byte = *at++;
    if (byte != '\\') return static_cast<unsigned char>(byte);
    switch (*at++) {
      case 'b':
        return '\b';
      case 't':
        return '\t';
      case 'n':
        return '\n';
      case 'f':
        return '\f';
      case 'r':
        return '\r';
      case '"':
        return '"';
      case '\\':
        return '\\';
      default:
        at += 4;
        return hex4(at - 4);
    }
  }
};

template <typename Text>
int compare_text(std::string_view left, std::string_view right) noexcept {
  const char *a = left.data(), *b = right.data();
  const char *const a_end = a + left.size(), *const b_end = b + right.size();
  for (; a_end - a >= 8 && b_end - b >= 8; a += 8, b += 8) {
    const std::uint64_t word = load_word(a);
    if (word != load_word(b) || !Text::may_skip(word)) break;
  }
  while (a != a_end && b != b_end) {
    const unsigned x = Text::next(a), y = Text::next(b);
    if (x != y) return utf16_rank(x) < utf16_rank(y) ? -1 : 1;
  }
  return (a != a_end) - (b != b_end);
}

// Each as the shortest JSON that has one more of them.
constexpr std::size_t members_max(std::size_t value_bytes) {
  return value_bytes / 5 + 1;  // "":0,
}
constexpr std::size_t shuffled_max(std::size_t value_bytes) {
  return value_bytes / 11 + 1;  // {"":0,"":0}
}

constexpr std::size_t kSlack = 8;

// Stands where a number has no canonical form. No byte of UTF-8.
constexpr char kNoNumber = '\xFF';

}  // namespace

int compare_names(std::string_view a, std::string_view b) noexcept {
  return compare_text<Plain>(a, b);
}

Canonicalizer::Sizes::Sizes(std::size_t value_bytes_max) noexcept
    : members(members_max(value_bytes_max) * sizeof(Member)),
      shuffled(shuffled_max(value_bytes_max) * sizeof(Shuffled)),
      text(text_bytes_max(value_bytes_max) + kSlack) {}

Canonicalizer::Canonicalizer(std::size_t value_bytes_max)
    : value_bytes_max_(value_bytes_max),
      sizes_(value_bytes_max),
      memory_(std::make_unique_for_overwrite<std::byte[]>(sizes_.all())),
      open_(reinterpret_cast<Member*>(memory_.get())),
      sorted_(reinterpret_cast<Member*>(memory_.get() + sizes_.members)),
      shuffled_(reinterpret_cast<Shuffled*>(memory_.get() + 2 * sizes_.members)),
      written_(reinterpret_cast<char*>(memory_.get() + 2 * sizes_.members + sizes_.shuffled)),
      assembled_(written_ + sizes_.text) {
  static_assert(std::is_trivially_copyable_v<Member> && std::is_trivially_copyable_v<Shuffled>);
  assert(value_bytes_max <= kValueBytesLimit);
}

// Only numbers grow, and none more than `1e20,`: of 5 bytes become 22. Strings never do.
std::size_t Canonicalizer::text_bytes_max(std::size_t value_bytes) noexcept {
  return value_bytes / 5 * 22 + 22;
}

std::size_t Canonicalizer::memory_bytes_max() const noexcept {
  return sizeof(*this) + sizes_.all();
}

Canonicalizer::Result Canonicalizer::canonicalize(std::string_view value) noexcept {
  assert(value.size() <= value_bytes_max_);
  out_ = written_;
  open_size_ = sorted_size_ = shuffled_size_ = 0;
  depth_ = 0;
  overflowed_ = false;
  write(value.data(), value.data() + value.size());
  if (shuffled_size_ == 0) {
    text_ = {written_, out_};
    return overflowed_ ? Result::number_out_of_range : Result::ok;
  }
  // Doubled names make it shorter, nothing makes it longer.
  const std::uint32_t size = offset();
  char* const end = assembled_ + size;
  front_ = end;
  assemble(0, size, shuffled_size_);
  text_ = {front_, end};
  // It may have stood in a member that a later one of the same name has replaced.
  const bool out_of_range = overflowed_ && text_.find(kNoNumber) != std::string_view::npos;
  return out_of_range ? Result::number_out_of_range : Result::ok;
}

void Canonicalizer::write(const char* at, const char* end) noexcept {
  for (;;) {
    at = skip_space(at);
    switch (*at) {
      case '{':
        open(*at);
        at = skip_space(at + 1);
        if (*at != '}') {
          at = write_name(at, end);
          continue;
        }
        close(*at++);
        break;
      case '[':
        open(*at);
        at = skip_space(at + 1);
        if (*at != ']') continue;
        close(*at++);
        break;
      case '"':
        at = write_string(at, end);
        break;
      case 't':
      case 'n':
        at = write_literal(at, 4);
        break;
      case 'f':
        at = write_literal(at, 5);
        break;
      default:
        at = write_number(at, end);
    }
    for (;;) {  // behind a value: as many ends of arrays and objects as there are
      if (depth_ == 0) return;
      const bool object = levels_[depth_ - 1].object;
      if (object) end_member();
      at = skip_space(at);
      const char byte = *at++;
      if (byte != ',') {
        close(byte);
        continue;
      }
      *out_++ = ',';
      if (object) at = write_name(skip_space(at), end);
      break;
    }
  }
}

const char* Canonicalizer::write_literal(const char* at, std::size_t bytes) noexcept {
  std::memcpy(out_, at, bytes);
  out_ += bytes;
  return at + bytes;
}

const char* Canonicalizer::write_string(const char* at, const char* end) noexcept {
  *out_++ = *at++;
  for (;;) {
    const char* const special = find_special(at, end);
    out_ = std::copy(at, special, out_);
    at = special + 1;
    if (*special == '"') {
      *out_++ = '"';
      return at;
    }
    at = write_escape(at);
  }
}

// `at` is behind the backslash.
const char* Canonicalizer::write_escape(const char* at) noexcept {
  if (*at == '/') {
    *out_++ = '/';
    return at + 1;
  }
  if (*at != 'u') {
    *out_++ = '\\';
    *out_++ = *at;
    return at + 1;
  }
  std::uint32_t code_point = hex4(at + 1);
  at += 5;
  if (code_point >> 10 == 0xD800 >> 10) {  // a pair, behind the high half the low one: \uxxxx
    code_point = 0x10000 + ((code_point & 0x3FF) << 10 | (hex4(at + 2) & 0x3FF));
    at += 6;
  }
  out_ += write_utf8(code_point, out_);
  return at;
}

const char* Canonicalizer::write_number(const char* at, const char* end) noexcept {
  const char* stop = at;
  while (stop != end && *stop != ',' && *stop != '}' && *stop != ']' && !is_space(*stop)) ++stop;
  const std::size_t written = write_number_canonical({at, stop}, out_);
  out_ += written;
  if (written == 0) {
    *out_++ = kNoNumber;
    overflowed_ = true;
  }
  return stop;
}

// A name, its colon, and the beginning of a member.
const char* Canonicalizer::write_name(const char* at, const char* end) noexcept {
  Level& level = levels_[depth_ - 1];
  const std::uint32_t begin = offset();
  at = skip_space(write_string(at, end));
  Member& member = open_[open_size_];
  member = {begin, offset() - 1, 0, 0};
  *out_++ = ':';
  if (open_size_ != level.first_member && level.ascending) {
    level.ascending = compare(open_[open_size_ - 1], member) < 0;
  }
  ++open_size_;
  return at + 1;
}

void Canonicalizer::end_member() noexcept {
  Member& member = open_[open_size_ - 1];
  member.end = offset();
  member.shuffled_end = shuffled_size_;
}

void Canonicalizer::open(char bracket) noexcept {
  assert(depth_ < levels_.size());
  levels_[depth_++] = {bracket == '{', true, offset(), shuffled_size_, open_size_};
  *out_++ = bracket;
}

void Canonicalizer::close(char bracket) noexcept {
  const Level& level = levels_[--depth_];
  *out_++ = bracket;
  if (!level.ascending) {
    const std::uint32_t members = sort_members(level.first_member);
    shuffled_[shuffled_size_++] = {level.begin, offset(), level.first_inner, sorted_size_, members};
    sorted_size_ += members;
  }
  open_size_ = level.first_member;
}

int Canonicalizer::compare(const Member& a, const Member& b) const noexcept {
  const auto name = [this](const Member& m) { return std::string_view(&written_[m.begin + 1], &written_[m.name_end]); };
  return compare_text<Escaped>(name(a), name(b));
}

// Sorts the members from `first` on into the free part of sorted_ and returns how many remain: of doubled names the
// last. There is room for both halves of the sort, since every member is in one of the two arrays or in none.
std::uint32_t Canonicalizer::sort_members(std::uint32_t first) noexcept {
  const std::size_t count = open_size_ - first;
  Member* from = &open_[first];
  Member* to = &sorted_[sorted_size_];
  for (std::size_t width = 1; width < count; width *= 2) {
    merge(from, count, width, to);
    std::swap(from, to);
  }
  Member* const sorted = &sorted_[sorted_size_];
  std::uint32_t kept = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const bool repeated = i + 1 < count && compare(from[i], from[i + 1]) == 0;
    if (!repeated) sorted[kept++] = from[i];
  }
  return kept;
}

// Merges each two neighbouring runs of `width` members; equal ones stay in their order.
void Canonicalizer::merge(const Member* from, std::size_t count, std::size_t width, Member* to) const noexcept {
  for (std::size_t begin = 0; begin < count; begin += 2 * width) {
    const Member* const middle = from + std::min(begin + width, count);
    const Member* const end = from + std::min(begin + 2 * width, count);
    to = std::merge(from + begin, middle, middle, end, to,
                    [this](const Member& a, const Member& b) { return compare(a, b) < 0; });
  }
}

// Puts written_[begin, end) in front of what is assembled, shuffled objects in their order. Of the shuffled objects
// that lie in it, shuffled_[shuffled_end - 1] is the last and outermost.
void Canonicalizer::assemble(std::uint32_t begin, std::uint32_t end, std::uint32_t shuffled_end) noexcept {
  while (shuffled_end > 0 && shuffled_[shuffled_end - 1].begin >= begin) {
    const Shuffled& object = shuffled_[shuffled_end - 1];
    copy_back(object.end, end);
    assemble_object(object);
    end = object.begin;
    shuffled_end = object.first_inner;
  }
  copy_back(begin, end);
}

void Canonicalizer::assemble_object(const Shuffled& object) noexcept {
  *--front_ = '}';
  for (std::uint32_t i = object.members; i-- > 0;) {
    const Member& member = sorted_[object.first_member + i];
    assemble(member.begin, member.end, member.shuffled_end);
    if (i > 0) *--front_ = ',';
  }
  *--front_ = '{';
}

void Canonicalizer::copy_back(std::uint32_t begin, std::uint32_t end) noexcept {
  front_ -= end - begin;
  std::memcpy(front_, &written_[begin], end - begin);
}

}  // namespace planish::core
