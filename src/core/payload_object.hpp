// PayloadObject: the usual payload, an object whose bytes need no change but that its members may be out of order.
#pragma once

#include <core/canonicity.hpp>
#include <core/copy.hpp>
#include <core/hash.hpp>
#include <core/tokens.hpp>
#include <core/walk_value.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace planish::core {

class PayloadObject {
 public:
  // The object, within `depth` containers, begins at `next`. Returns the token behind it, or null where it is anything
  // else: no JSON, not canonical in more than the order of its members, or too many of them.
  template <bool kEscapes>
  Index walk(const char* body, Index next, unsigned depth) noexcept;

  // After walk(): the object in canonical form, as it lies in the body or else at `out`, which takes as many bytes and
  // kShortCopySlack more. Empty where two members have one name.
  [[nodiscard]] std::string_view text(const char* body, char* out) noexcept {
    switch (order_) {
      case Order::ascending:
        return {body + begin_, std::size_t{end_} - begin_};
      case Order::swapped:
        return swapped(body, out);
      case Order::any:
        break;
    }
    return ordered(body, out);
  }

 private:
  static constexpr std::size_t kMembersMax = 32;

  // The first seven bytes of a name as a number, zeros behind a shorter one; in the lowest byte the member's number.
  using Key = std::uint64_t;
  static constexpr std::size_t kKeyBytes = 7;
  static constexpr Key kMemberMask = 0xFF;
  static constexpr Key kNotAscii = 0x8080'8080'8080'8080;

  enum class Order : std::uint8_t { ascending, swapped, any };

  // Offsets in the body.
  struct Member {
    std::uint32_t begin;  // of its name's opening quote
    std::uint32_t end;    // of the comma or brace behind its value
  };

  // The bytes of a name of so many bytes that its key takes.
  static constexpr std::array<Key, kKeyBytes + 1> kKeyMasks = {
      0, ~Key{0} << 56, ~Key{0} << 48, ~Key{0} << 40, ~Key{0} << 32, ~Key{0} << 24, ~Key{0} << 16, ~kMemberMask};

  static Key key(const char* name, std::size_t size) noexcept {
    return highest_byte_first(raw_word(name)) & kKeyMasks[size < kKeyBytes ? size : kKeyBytes];
  }
  [[nodiscard]] const Member& member(Key key) const noexcept { return members_[key & kMemberMask]; }
  bool sort_by_keys() noexcept;
  bool sort_by_names(const char* body) noexcept;
  std::string_view ordered(const char* body, char* out) noexcept;

  // Two members, the other way round.
  [[nodiscard]] std::string_view swapped(const char* body, char* out) const noexcept {
    const char* const begin = out;
    *out++ = '{';
    out = copy_short_text({body + members_[1].begin, std::size_t{members_[1].end} - members_[1].begin}, out);
    *out++ = ',';
    out = copy_short_text({body + members_[0].begin, std::size_t{members_[0].end} - members_[0].begin}, out);
    *out++ = '}';
    return {begin, out};
  }

  std::uint32_t begin_;
  std::uint32_t end_;
  bool is_ascii_;
  Order order_;
  std::size_t size_;
  std::array<Member, kMembersMax> members_;  // as they stand in the body
  std::array<Key, kMembersMax> keys_;        // of the members, in their order
};

// A value in an object. Returns the token behind it, or null where it is no JSON, not canonical, or followed by white
// space.
template <bool kEscapes>
[[gnu::noinline]] Index walk_canonical(const char* body, Index next, unsigned depth) noexcept {
  Canonicity canonicity(depth);
  const Walked walked = walk_value<kEscapes>(body, next, depth, canonicity);
  if (walked.next == nullptr || walked.end != body + *walked.next) return nullptr;
  return canonicity.is_canonical() ? walked.next : nullptr;
}

template <bool kEscapes>
[[gnu::always_inline]] inline Index PayloadObject::walk(const char* body, Index next, unsigned depth) noexcept {
  begin_ = *next;
  bool in_order = true;
  Key last = 0;
  Key all = 0;
  std::uint32_t end = begin_;  // of the brace or comma at hand
  std::size_t size = 0;
  do {
    // "name":value, as four tokens that follow each other at once
    const std::uint32_t begin = next[1];
    const std::uint32_t colon = next[2];
    const std::uint32_t value = next[3];
    if (begin != end + 1 || value != colon + 1) return nullptr;
    if (body[begin] != '"' || !stands_at(body + colon - 1, "\":")) return nullptr;
    if (kEscapes && has_escape({body + begin, std::size_t{colon} - begin})) return nullptr;
    const char* const at = body + value;
    if (*at == '"') {
      end = next[4];
      if (body[end - 1] != '"' || (kEscapes && has_escape({at, body + end}))) return nullptr;
      next += 4;
    } else if (is_short_integer(at, next[4] - value)) {
      end = next[4];
      next += 4;
    } else {
      next = walk_canonical<kEscapes>(body, next + 3, depth + 1);
      if (next == nullptr) return nullptr;
      end = *next;
    }
    const Key name = key(body + begin + 1, std::size_t{colon} - begin - 2);
    // Keys that ascend are names that ascend, but for those that UTF-16 sorts in another way than UTF-8. An empty name
    // has no key, and takes the longer way.
    in_order &= last < name;
    last = name;
    all |= name;
    members_[size] = {begin, end};
    keys_[size] = name | size;
    ++size;
  } while (body[end] == ',' && size < kMembersMax);
  is_ascii_ = (all & kNotAscii) == 0;
  order_ = !is_ascii_                         ? Order::any
           : in_order                         ? Order::ascending
           : size == 2 && keys_[0] > keys_[1] ? Order::swapped
                                              : Order::any;
  size_ = size;
  end_ = end + 1;
  return body[end] == '}' ? next + 1 : nullptr;
}

}  // namespace planish::core
