// The CRC-32 of gzip (RFC 1952, section 8) and of much else.
#pragma once

#include <cstdint>
#include <string_view>

namespace planish::http {

// Of `before`'s bytes with `bytes` after them, where `before` is the CRC of those; 0 is that of none.
[[nodiscard]] std::uint32_t crc32(std::uint32_t before, std::string_view bytes) noexcept;

// The same, without instructions that a processor may lack.
[[nodiscard]] std::uint32_t crc32_portable(std::uint32_t before, std::string_view bytes) noexcept;

}  // namespace planish::http
