// What becomes of a value: masked, hashed, an address made coarse.
#pragma once

#include <core/sha256.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace planish::core::rules {

// HMAC-SHA-256 (RFC 2104) with one key, for messages that are copied behind the key's block.
class Hmac {
 public:
  static constexpr std::size_t kBlock = 64;

  explicit Hmac(std::string_view key) noexcept;
  // `room` has kBlock bytes more than the message, which may stand in it already, behind the first kBlock.
  void of(std::string_view message, std::span<char> room, std::span<std::uint8_t, kSha256Bytes> digest) const noexcept;

 private:
  std::array<char, kBlock> inner_;
  std::array<char, kBlock> outer_;
};

inline constexpr std::size_t kHashDigits = 32;  // the first half of the digest
inline constexpr std::size_t kAddressBytesMax = 24;

// The first 16 bytes in lower-case hex digits.
void write_digest(std::span<const std::uint8_t, kSha256Bytes> digest, char* out) noexcept;

// IPv4 to /24, IPv6 to /48 as RFC 5952 writes it. Returns the bytes written, at most kAddressBytesMax; 0 where `text`
// is no address.
std::size_t write_truncated_address(std::string_view text, char* out) noexcept;

}  // namespace planish::core::rules
