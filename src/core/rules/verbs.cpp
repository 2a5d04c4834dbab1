// HMAC by SHA-256, and addresses.
#include <core/rules/verbs.hpp>

#include <core/contract/format.hpp>
#include <core/hash.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace planish::core::rules {

Hmac::Hmac(std::string_view key) noexcept {
  std::array<char, kSha256BlockBytes> block{};
  if (key.size() > block.size()) {
    std::array<std::uint8_t, kSha256Bytes> digest;
    sha256(key, digest);
    std::memcpy(block.data(), digest.data(), digest.size());
  } else {
    std::copy(key.begin(), key.end(), block.begin());
  }
  const auto first = [&block](unsigned pad) {
    std::array<char, kSha256BlockBytes> padded;
    for (std::size_t i = 0; i < block.size(); ++i) {
      padded[i] = static_cast<char>(static_cast<unsigned char>(block[i]) ^ pad);
    }
    return sha256_first(padded);
  };
  inner_ = first(0x36);
  outer_ = first(0x5C);
}

void Hmac::of(std::string_view message, std::span<std::uint8_t, kSha256Bytes> digest) const noexcept {
  sha256_nested(inner_, message, outer_, digest);
}

void write_digest(std::span<const std::uint8_t, kSha256Bytes> digest, char* out) noexcept {
  static_assert(kHashDigits == 2 * sizeof(Bytes16));
  const Bytes16 bytes = load_bytes16(reinterpret_cast<const char*>(digest.data()));
  const Bytes16 high = bytes >> 4, low = bytes & 0x0F;
  write_digits(__builtin_shufflevector(high, low, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23), out);
  write_digits(__builtin_shufflevector(high, low, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
               out + 16);
}

namespace {

// Groups of hexadecimal digits between colons; a dotted quad counts as the two that it stands for.
std::size_t count_groups(std::string_view text) noexcept {
  std::size_t count = 0;
  while (!text.empty()) {
    const std::size_t colon = text.find(':');
    const bool is_dotted = text.substr(0, colon).find('.') != std::string_view::npos;
    count += is_dotted ? 2 : 1;
    text = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  }
  return count;
}

using Groups = std::array<unsigned, 3>;

// Puts the groups of `text` from the place `at` on.
void read_groups(std::string_view text, std::size_t at, Groups& groups) noexcept {
  for (; !text.empty() && at < groups.size(); ++at) {
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), groups[at], 16);
    text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
    if (!text.empty()) text.remove_prefix(1);
  }
}

// The first three of a valid address. A dotted quad is among the last two of eight.
Groups first_groups(std::string_view text) noexcept {
  Groups groups{};
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) {
    read_groups(text, 0, groups);
    return groups;
  }
  read_groups(text.substr(0, gap), 0, groups);
  const std::string_view behind = text.substr(gap + 2);
  read_groups(behind, 8 - count_groups(behind), groups);
  return groups;
}

}  // namespace

std::size_t write_truncated_address(std::string_view text, char* out) noexcept {
  const char* const begin = out;
  if (const std::size_t size = contract::last_number_of_ipv4(text); size != 0) {
    // Three numbers and their dots have 6 to 12 bytes.
    std::memcpy(out, text.data(), 6);
    std::memcpy(out + size - 6, text.data() + size - 6, 6);
    out[size] = '0';
    return size + 1;
  }
  if (!contract::is_ipv6(text)) return 0;
  const Groups groups = first_groups(text);
  std::size_t size = 3;
  while (size > 0 && groups[size - 1] == 0) --size;
  for (std::size_t i = 0; i < size; ++i) {
    out = std::to_chars(out, out + 4, groups[i], 16).ptr;
    *out++ = ':';
  }
  *out++ = ':';
  if (size == 0) *out++ = ':';
  return static_cast<std::size_t>(out - begin);
}

}  // namespace planish::core::rules
