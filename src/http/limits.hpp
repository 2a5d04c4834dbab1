// Limits of one message, as contract section 5 lists them.
#pragma once

#include <cstddef>

namespace planish::http {

struct Limits {
  std::size_t body_bytes_max = std::size_t{1} << 20;  // decoded and encoded alike, exact
  std::size_t head_bytes_max = 16 * 1024;             // request line, fields and the empty line
};
inline constexpr std::size_t kFieldsMax = 100;
inline constexpr std::size_t kRequestLineBytesMax = 8 * 1024;  // without its CRLF
inline constexpr std::size_t kTrailerBytesMax = 8 * 1024;
inline constexpr std::size_t kTrailersMax = 100;
inline constexpr std::size_t kChunkLineBytesMax = 4 * 1024;        // without its CRLF
inline constexpr std::size_t kChunkExtensionBytesMax = 16 * 1024;  // of one body, together; zeros before a size too
// Of a chunk's size: as many as 64 bits have, which is what those write whose sizes have a fixed width.
inline constexpr std::size_t kChunkDigitsMax = 16;

}  // namespace planish::http
