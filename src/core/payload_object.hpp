// PayloadObject: the usual payload, an object whose bytes need no change but that its members may be out of order.
#pragma once

#include <core/canonicity.hpp>
#include <core/copy.hpp>
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
  // kCopySlack more.
  [[nodiscard]] std::string_view text(const char* body, char* out) const noexcept {
    if (in_order_) return {body + begin_, std::size_t{end_} - begin_};
    return ordered(body, out);
  }

 private:
  static constexpr std::size_t kMembersMax = 32;

  // Offsets in the body.
  struct Member {
    std::uint32_t begin;     // of its name's opening quote
    std::uint32_t name_end;  // of its name's closing quote
    std::uint32_t end;       // of the comma or brace behind its value
    [[nodiscard]] std::string_view name(const char* body) const noexcept {
      return {body + begin + 1, std::size_t{name_end} - begin - 1};
    }
  };

  bool insert(const char* body, const Member& member) noexcept;
  std::string_view ordered(const char* body, char* out) const noexcept;

  std::uint32_t begin_;
  std::uint32_t end_;
  bool in_order_;
  std::size_t size_;
  std::array<Member, kMembersMax> members_;  // in order
};

// A value in an object. Returns the token behind it, or null where it is no JSON or not canonical.
template <bool kEscapes>
[[gnu::noinline]] Index walk_canonical(const char* body, Index next, unsigned depth) noexcept {
  Canonicity canonicity(depth);
  const Walked walked = walk_value<kEscapes>(body, next, depth, canonicity);
  return canonicity.is_canonical() ? walked.next : nullptr;
}

template <bool kEscapes>
inline Index PayloadObject::walk(const char* body, Index next, unsigned depth) noexcept {
  begin_ = *next;
  in_order_ = true;
  size_ = 0;
  std::uint32_t end = begin_;  // of the brace or comma at hand
  do {
    // "name":value, as four tokens that follow each other at once
    const std::uint32_t begin = next[1];
    const std::uint32_t colon = next[2];
    const std::uint32_t value = next[3];
    if (begin != end + 1 || value != colon + 1) return nullptr;
    if (body[begin] != '"' || body[colon - 1] != '"' || body[colon] != ':') return nullptr;
    if (kEscapes && has_escape({body + begin, std::size_t{colon} - begin})) return nullptr;
    const char* const at = body + value;
    if (*at == '"') {
      end = next[4];
      if (body[end - 1] != '"' || (kEscapes && has_escape({at, body + end}))) return nullptr;
      next += 4;
    } else if (is_digit(*at)) {
      end = next[4];
      const Number number = scan_number(at, body + end);
      if (number.end != body + end || !is_canonical(at, number)) return nullptr;
      next += 4;
    } else {
      next = walk_canonical<kEscapes>(body, next + 3, depth + 1);
      if (next == nullptr) return nullptr;
      end = *next;
    }
    if (!insert(body, {begin, colon - 1, end})) return nullptr;
  } while (body[end] == ',');
  end_ = end + 1;
  return body[end] == '}' ? next + 1 : nullptr;
}

// False where it has the name of another, or there are too many.
inline bool PayloadObject::insert(const char* body, const Member& member) noexcept {
  if (size_ == kMembersMax) return false;
  std::size_t place = size_++;
  const std::string_view name = member.name(body);
  for (; place != 0 && !is_before(members_[place - 1].name(body), name); --place) {
    if (!is_before(name, members_[place - 1].name(body))) return false;
    members_[place] = members_[place - 1];
    in_order_ = false;
  }
  members_[place] = member;
  return true;
}

inline std::string_view PayloadObject::ordered(const char* body, char* out) const noexcept {
  const char* const begin = out;
  *out++ = '{';
  for (std::size_t i = 0; i < size_; ++i) {
    const Member& member = members_[i];
    out = copy_text({body + member.begin, std::size_t{member.end} - member.begin}, out);
    *out++ = ',';
  }
  out[-1] = '}';
  return {begin, out};
}

}  // namespace planish::core
