// Equality by hashes of members in an order of their own, and then exactly.
#include <core/contract/equality.hpp>

#include <core/contract/skip.hpp>
#include <core/tokens.hpp>

#include <algorithm>

namespace planish::core::contract {
namespace {

std::string_view content(const char* body, Index at) noexcept {
  return string_content(body + *at, body + at[1]);
}

Decimal decimal(const char* body, Index at) noexcept {
  return Decimal({body + *at, std::size_t{at[1]} - *at});
}

bool is_number(char c) noexcept {
  return c == '-' || is_digit(c);
}

// Contents of two strings, plain where one of them has no escapes; else character by character.
class Characters {
 public:
  explicit Characters(std::string_view content) noexcept : left_(content) {}
  [[nodiscard]] bool done() const noexcept { return at_ == size_ && left_.empty(); }
  char next() noexcept {
    if (at_ != size_) return piece_[at_++];
    if (left_[0] != '\\') {
      const char c = left_[0];
      left_.remove_prefix(1);
      return c;
    }
    // One escape, or a pair of surrogates.
    std::size_t size = left_[1] == 'u' ? 6 : 2;
    const bool is_high =
        size == 6 && (left_[2] | 0x20) == 'd' && (is_digit(left_[3]) ? left_[3] >= '8' : (left_[3] | 0x20) <= 'b');
    if (is_high) size = 12;
    size_ = unescape(left_.substr(0, size), piece_);
    at_ = 0;
    left_.remove_prefix(size);
    return piece_[at_++];
  }

 private:
  std::string_view left_;
  char piece_[12] = {};
  std::size_t at_ = 0, size_ = 0;
};

bool same_text(std::string_view a, std::string_view b) noexcept {
  if (!has_backslash(a) && !has_backslash(b)) return a == b;
  Characters left(a), right(b);
  while (!left.done() && !right.done()) {
    if (left.next() != right.next()) return false;
  }
  return left.done() && right.done();
}

}  // namespace

Index Equality::skip_counted(Index at) noexcept {
  const Index behind = skip(body_, at);
  work_ += static_cast<std::uint64_t>(behind - at);
  return behind;
}

std::uint64_t Equality::hash(Index& at) noexcept {
  const char first = body_[*at];
  work_ += at[1] - at[0];
  if (first == '"') return mix(text_hash(scratch_.plain(content(body_, at++))), 4);
  if (is_number(first)) return mix(decimal(body_, at++).hash(), 5);
  if (first == '[') {
    std::uint64_t hash = 6;
    if (body_[*++at] == ']') {
      ++at;
      return hash;
    }
    do {
      hash = mix(hash, this->hash(at));
    } while (body_[*at++] != ']');
    return hash;
  }
  if (first != '{') {
    ++at;
    return mix(7, static_cast<unsigned char>(first));
  }
  const std::size_t mark = scratch_.arena().mark();
  const Members all = members(at, true);
  std::uint64_t hash = 8;
  for (std::uint32_t i = 0; i < all.size; ++i) hash = mix(mix(hash, all.at[i].name_hash), all.at[i].value_hash);
  scratch_.arena().release(mark);
  at = all.behind;
  return hash;
}

// By name, the last of those that are doubled. They stay in the arena.
Equality::Members Equality::members(Index object, bool with_values) noexcept {
  std::uint32_t size = 0;
  if (body_[object[1]] == '}') return {nullptr, 0, object + 2};
  Index behind = object + 1;
  do {
    behind = skip_counted(behind + 2);
    ++size;
  } while (body_[*behind++] != '}');
  Member* const all = scratch_.arena().take<Member>(size);
  if (all == nullptr) {
    is_full_ = true;
    return {nullptr, 0, behind};
  }
  Index name = object + 1;
  for (std::uint32_t i = 0; i < size; ++i) {
    all[i] = {text_hash(scratch_.plain(content(body_, name))), name, 0};
    name += 2;
    if (with_values) {
      all[i].value_hash = hash(name);
    } else {
      name = skip_counted(name);
    }
    ++name;
  }
  std::sort(all, all + size, [](const Member& a, const Member& b) {
    return a.name_hash != b.name_hash ? a.name_hash < b.name_hash : a.name < b.name;
  });
  std::uint32_t kept = 0;
  for (std::uint32_t i = 0; i < size; ++i) {
    if (i + 1 < size && all[i].name_hash == all[i + 1].name_hash && same_name(all[i].name, all[i + 1].name)) continue;
    all[kept++] = all[i];
  }
  return {all, kept, behind};
}

bool Equality::same_name(Index a, Index b) const noexcept {
  return same_text(content(body_, a), content(body_, b));
}

bool Equality::equal(Index a, Index b) noexcept {
  work_ += a[1] - a[0];
  const char first = body_[*a], other = body_[*b];
  if (is_number(first) && is_number(other)) return compare(decimal(body_, a), decimal(body_, b)) == 0;
  if (first != other) return false;
  if (first == '"') return same_text(content(body_, a), content(body_, b));
  if (first == '{') return equal_objects(a, b);
  return first != '[' || equal_arrays(a, b);
}

bool Equality::equal_arrays(Index a, Index b) noexcept {
  if (body_[a[1]] == ']' || body_[b[1]] == ']') return body_[a[1]] == body_[b[1]];
  for (Index x = a + 1, y = b + 1;;) {
    if (!equal(x, y)) return false;
    x = skip_counted(x);
    y = skip_counted(y);
    if (body_[*x] != body_[*y]) return false;
    if (body_[*x] == ']') return true;
    ++x;
    ++y;
  }
}

bool Equality::equal_objects(Index a, Index b) noexcept {
  const std::size_t mark = scratch_.arena().mark();
  const Members left = members(a, false), right = members(b, false);
  bool same = left.size == right.size && !is_full_;
  work_ += left.size + right.size;
  for (std::uint32_t i = 0; i < left.size && same; ++i) {
    const Member &x = left.at[i], &y = right.at[i];
    same = x.name_hash == y.name_hash && same_name(x.name, y.name) && equal(x.name + 2, y.name + 2);
  }
  scratch_.arena().release(mark);
  return same;
}

bool ConstantCheck::equals(Id id, Index at) noexcept {
  const Constant& constant = program_.constants[id];
  const char first = body_[*at];
  ++work_;
  switch (constant.type) {
    case kNull:
      return first == 'n';
    case kBoolean:
      return first == (constant.truth ? 't' : 'f');
    case kString:
      return first == '"' && scratch_.plain(content(body_, at)) == constant.text;
    case kArray:
      return first == '[' && equals_array(constant, at);
    case kObject:
      return first == '{' && equals_object(constant, at);
    default:
      return is_number(first) && compare(constant.number, decimal(body_, at)) == 0;
  }
}

bool ConstantCheck::equals_array(const Constant& constant, Index at) noexcept {
  Index element = at + 1;
  if (body_[*element] == ']') return constant.children.size == 0;
  for (Id i = 0;; ++i) {
    if (i == constant.children.size || !equals(constant.children.first + i, element)) return false;
    const Index behind = skip(body_, element);
    work_ += static_cast<std::uint64_t>(behind - element);
    element = behind;
    if (body_[*element++] == ']') return i + 1 == constant.children.size;
  }
}

// The last of doubled members counts: whether it fits is noted for each member of the constant, anew each time.
bool ConstantCheck::equals_object(const Constant& constant, Index at) noexcept {
  const Constant* const begin = program_.constants.data() + constant.children.first;
  const Constant* const end = begin + constant.children.size;
  if (body_[at[1]] == '}') return begin == end;
  const std::size_t mark = scratch_.arena().mark();
  bool* const fits = scratch_.arena().take<bool>(constant.children.size);
  if (fits == nullptr) return false;
  std::fill_n(fits, constant.children.size, false);
  bool known = true;
  for (Index name = at + 1; known;) {
    const std::string_view text = scratch_.plain(content(body_, name));
    const auto* const member =
        std::lower_bound(begin, end, text, [](const Constant& c, std::string_view wanted) { return c.name < wanted; });
    known = member != end && member->name == text;
    if (known) fits[member - begin] = equals(static_cast<Id>(member - program_.constants.data()), name + 2);
    const Index behind = skip(body_, name + 2);
    work_ += static_cast<std::uint64_t>(behind - name);
    name = behind;
    if (body_[*name++] == '}') break;
  }
  const bool all = known && std::all_of(fits, fits + constant.children.size, [](bool fit) { return fit; });
  scratch_.arena().release(mark);
  return all;
}

}  // namespace planish::core::contract
