// Decoding: one content coding that is being taken off, in steps, and what that has cost so far.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace planish::http {

// Work is counted in what a body has, never in time, so that the same bytes are always judged alike: its bytes, read
// and written ones, and units beside them for what costs more than its bytes say. By callgrind (tests/unit/http/
// decoding_gate.py holds it), a usual body costs zlib 7 instructions a byte, zstd 4 to 5, and the dearest that there is
// 43: copies of three bytes whose codes take no bits at all, in zstd; in DEFLATE 20, since a symbol takes a bit at
// least and brings a byte at least. A unit is about ten instructions, and 14 at most: an empty block of fixed codes
// costs 440, one of zstd 500 to 1 000, one with a single sequence 1 500, a dynamic one 6 000 to 39 000; an FSE table or
// a Huffman tree 3 000 to 13 000; a member or frame of nothing 1 700 to 1 800.
inline constexpr std::uint64_t kBlockWork = 64;            // any block: the call, and what it looks at
inline constexpr std::uint64_t kZstdBlockWork = 64;        // and a compressed one: its streams are begun
inline constexpr std::uint64_t kMemberWork = 192;          // a gzip member or a zstd frame: the reset, the check
inline constexpr std::uint64_t kDeflateTablesWork = 3200;  // a dynamic block: three codes and their tables
inline constexpr std::uint64_t kZstdTableWork = 1400;      // an FSE or Huffman table that comes with its block

// What a body may cost beside its bytes, by their number. A usual one costs a fiftieth of them. The most that an
// encoder was made to spend, zlib with a full flush after each event or a memory level of 1, was 20 times its bytes,
// and 4 times by zstd; a stream of empty dynamic blocks spends 280. The first kFreeWork, 0.2 ms, are anybody's: a body
// of a few bytes may well have a table.
inline constexpr std::uint64_t kExtraTimes = 24;
inline constexpr std::uint64_t kFreeWork = std::uint64_t{64} << 10;

// The most that one step adds beside its bytes: a block with all four tables of zstd's.
inline constexpr std::uint64_t kStepExtraMax = kBlockWork + kZstdBlockWork + 4 * kZstdTableWork;
static_assert(kBlockWork + kDeflateTablesWork <= kStepExtraMax && kMemberWork <= kStepExtraMax);

// So this is all that one coding ever costs, until it is through or refused, where it reads and writes so many bytes:
// what may be spent, and the step that went beyond it. In instructions, at most 43 + 24 * 14 = 379 a byte, and 1.1
// million that are anybody's. A body is read and written once by each of its codings, and neither may be longer than
// the limit; so one of 1 MiB with two codings costs 4 MiB * 25 units at most, in a hundred turns.
[[nodiscard]] constexpr std::uint64_t decoding_work_max(std::uint64_t bytes) noexcept {
  return bytes + kFreeWork + kExtraTimes * bytes + kStepExtraMax;
}

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
