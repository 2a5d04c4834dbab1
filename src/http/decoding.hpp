// Decoding: one content coding that is being taken off, in steps, and what that has cost so far.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace planish::http {

// Work is counted in what a body has, never in time, so that the same bytes are always judged alike. The unit is about
// ten instructions, which is what a byte costs zlib, read and written ones counted alike; zstd needs half of that. By
// callgrind, beside the bytes: an empty block of fixed codes costs 440 instructions, a dynamic one 6 000 to 32 000; an
// empty block of zstd 500 to 1 000, an FSE table 13 000 to 15 000; a member or frame of nothing 1 700 to 1 800.
inline constexpr std::uint64_t kBlockWork = 64;            // any block: the call, and what it looks at
inline constexpr std::uint64_t kMemberWork = 192;          // a gzip member or a zstd frame: the reset, the check
inline constexpr std::uint64_t kDeflateTablesWork = 3200;  // a dynamic block: three codes and their tables
inline constexpr std::uint64_t kZstdTableWork = 1400;      // an FSE or Huffman table that comes with its block

// What a body may cost beside its bytes, by their number. A usual one costs a fiftieth of them. The most that an
// encoder was made to spend, zlib with a full flush after each event or a memory level of 1, was 20 times its bytes,
// and 4 times by zstd; a stream of empty dynamic blocks spends 280. The first kFreeWork, 0.2 ms, are anybody's: a body
// of a few bytes may well have a table.
inline constexpr std::uint64_t kExtraTimes = 24;
inline constexpr std::uint64_t kFreeWork = std::uint64_t{64} << 10;

struct Decoding {
  enum class Step : std::uint8_t { more, done, too_long, corrupt };

  std::string_view encoded;  // all of it; the same bytes at each step, though they may have moved
  std::span<char> out;       // as long as the limit; one more byte of it is writable
  std::size_t read = 0;
  std::size_t written = 0;
  std::uint64_t extra = 0;  // work beside the bytes

  [[nodiscard]] std::string_view rest() const noexcept { return encoded.substr(read); }
  [[nodiscard]] std::uint64_t bytes() const noexcept { return std::uint64_t{read} + written; }
  [[nodiscard]] std::uint64_t work() const noexcept { return bytes() + extra; }
  // More than any body of its size may cost.
  [[nodiscard]] bool costly() const noexcept { return extra > kFreeWork + kExtraTimes * bytes(); }
};

}  // namespace planish::http
