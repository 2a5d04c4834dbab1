// What becomes of a value: masked, hashed, an address made coarse.
#pragma once

#include <core/sha256.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace planish::core::rules {

// HMAC-SHA-256 (RFC 2104) with one key. What the key's blocks leave is kept, so that a message costs its own blocks and
// one more.
class Hmac {
 public:
  explicit Hmac(std::string_view key) noexcept;
  void of(std::string_view message, std::span<std::uint8_t, kSha256Bytes> digest) const noexcept;

 private:
  Sha256State inner_;
  Sha256State outer_;
};

inline constexpr std::size_t kHashDigits = 32;  // the first half of the digest
inline constexpr std::size_t kAddressBytesMax = 24;

// The first 16 bytes in lower-case hex digits.
void write_digest(std::span<const std::uint8_t, kSha256Bytes> digest, char* out) noexcept;

// IPv4 to /24, IPv6 to /48 as RFC 5952 writes it. Returns the bytes written, at most kAddressBytesMax; 0 where `text`
// is no address.
std::size_t write_truncated_address(std::string_view text, char* out) noexcept;

}  // namespace planish::core::rules
