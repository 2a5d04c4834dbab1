// The next backslash: in steps that grow, since one is near another or far from any.
#include <core/canonical/source.hpp>

#include <core/bytes16.hpp>
#include <core/canonical/byte_mask.hpp>

#include <cstddef>

namespace planish::core::canonical {
namespace {

template <std::size_t size>
bool has_backslash(const char* at) noexcept {
  Bytes16 found{};
  for (std::size_t i = 0; i < size; i += sizeof(Bytes16)) {
    found |= reinterpret_cast<Bytes16>(load_bytes16(at + i) == '\\');
  }
  return any_bit(found);
}

}  // namespace

// The last steps read up to 15 bytes behind the text.
std::uint32_t Source::find_backslash(std::uint32_t from) const noexcept {
  const char* at = body_ + from;
  const char* const end = body_ + size_;
  const auto place = [&](std::uint32_t mask) {
    const char* const found = at + lowest_bit(mask);
    return found < end ? static_cast<std::uint32_t>(found - body_) : kNowhere;
  };
  if (at >= end) return kNowhere;
  for (int i = 0; i < 2; ++i, at += 16) {
    if (const std::uint32_t mask = equal_to(at, '\\'); mask != kNoneOfSixteen) return place(mask);
  }
  const char* const near = at + 192;
  while (at + 64 <= end && at < near && !has_backslash<64>(at)) at += 64;
  if (at >= near) {
    while (at + 256 <= end && !has_backslash<256>(at)) at += 256;
  }
  for (; at < end; at += 16) {
    if (const std::uint32_t mask = equal_to(at, '\\'); mask != kNoneOfSixteen) return place(mask);
  }
  return kNowhere;
}

}  // namespace planish::core::canonical
