// SHA-256 (FIPS 180-4) of one span of bytes. The SHA instructions of x86 where the machine has them, else portable
// code.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace planish::core {

inline constexpr std::size_t kSha256Bytes = 32;

void sha256(std::string_view text, std::span<std::uint8_t, kSha256Bytes> digest) noexcept;

// The same without the instructions of any machine: what the other way is tested against.
void sha256_portable(std::string_view text, std::span<std::uint8_t, kSha256Bytes> digest) noexcept;

}  // namespace planish::core
