// PayloadObject: its members put in order.
#include <core/payload_object.hpp>

#include <core/copy.hpp>

#include <algorithm>

namespace planish::core {

// By insertion. False where two keys are the same but for the member's number, and so do not decide.
inline bool PayloadObject::sort_by_keys() noexcept {
  for (std::size_t sorted = 1; sorted < size_; ++sorted) {
    const Key key = keys_[sorted];
    std::size_t place = sorted;
    for (; place != 0 && keys_[place - 1] > key; --place) keys_[place] = keys_[place - 1];
    if (place != 0 && (keys_[place - 1] ^ key) <= kMemberMask) return false;
    keys_[place] = key;
  }
  return true;
}

// False where two members have one name. After sort_by_keys() has given up, each key is there still, or twice.
[[gnu::noinline]] bool PayloadObject::sort_by_names(const char* body) noexcept {
  const auto name = [this, body](Key key) -> std::string_view {
    const char* const begin = body + member(key).begin + 1;
    return {begin, static_cast<std::size_t>(static_cast<const char*>(std::memchr(begin, '"', end_)) - begin)};
  };
  for (std::size_t i = 0; i < size_; ++i) keys_[i] = i;
  const auto end = keys_.begin() + static_cast<std::ptrdiff_t>(size_);
  std::sort(keys_.begin(), end, [&](Key a, Key b) { return compare_names(name(a), name(b)) < 0; });
  return std::adjacent_find(keys_.begin(), end, [&](Key a, Key b) { return name(a) == name(b); }) == end;
}

std::string_view PayloadObject::ordered(const char* body, char* out) noexcept {
  if (!(is_ascii_ && sort_by_keys()) && !sort_by_names(body)) return {};
  const char* const begin = out;
  *out++ = '{';
  for (std::size_t i = 0; i < size_; ++i) {
    const Member& at = member(keys_[i]);
    out = copy_text({body + at.begin, std::size_t{at.end} - at.begin}, out);
    *out++ = ',';
  }
  out[-1] = '}';
  return {begin, out};
}

}  // namespace planish::core
