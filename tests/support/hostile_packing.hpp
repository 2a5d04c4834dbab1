// Hostile packing: of each kind of thing that decoding may meet, as much as fits into few bytes, as no compressor makes
// it.
#pragma once

#include <support/packing.hpp>

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace planish::test {

// Always the same bytes, which nothing compresses.
inline std::string noise(std::size_t bytes) {
  std::string out;
  std::uint32_t state = 1;
  while (out.size() < bytes) out += static_cast<char>((state = state * 1'664'525U + 1'013'904'223U) >> 24U);
  return out;
}

// Half of it is one byte, a quarter another, and so on: codes of every length, down to one bit.
inline std::string skewed(std::size_t bytes) {
  std::string out;
  std::uint64_t state = 1;
  while (out.size() < bytes) {
    state = state * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
    unsigned zeros = 0;
    for (std::uint64_t left = state >> 32U | 1U << 16U; (left & 1U) == 0; left >>= 1U) ++zeros;
    out += static_cast<char>(zeros);
  }
  return out;
}

inline std::string repeated(std::string_view part, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += part;
  return out;
}

inline std::string gzip_member(const std::string& deflate, std::string_view text) {
  std::string out = gzip_of_nothing(deflate);
  const uLong crc = ::crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size()));
  for (unsigned i = 0; i < 4; ++i) {
    out[out.size() - 8 + i] = static_cast<char>(crc >> 8 * i);
    out[out.size() - 4 + i] = static_cast<char>(text.size() >> 8 * i);
  }
  return out;
}

// Blocks of nothing, of 5 bytes; with the largest tables, of 140 bytes and more; and one of copies of 3 bytes, 12 bits
// each.
inline void put_stored_block(DeflateBits& bits, bool last) {
  bits.put(last ? 1 : 0, 3);
  bits.align();
  bits.put(0xFFFF0000U, 32);  // length 0, and its complement
}
inline void put_large_dynamic_block(DeflateBits& bits, bool last) {
  constexpr std::array<unsigned, 19> kOrder{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  constexpr std::array<unsigned, 8> kLengths{0, 1, 2, 3, 7, 8, 11, 12};  // those that stand here: three bits each
  const auto rank = [&](unsigned length) {
    return static_cast<unsigned>(std::find(kLengths.begin(), kLengths.end(), length) - kLengths.begin());
  };
  const auto put_length = [&](unsigned length) {
    for (unsigned bit = 3; bit-- > 0;) bits.put(rank(length) >> bit & 1U, 1);
  };
  bits.put(last ? 1 : 0, 1);
  bits.put(2, 2);
  bits.put(29, 5), bits.put(29, 5), bits.put(15, 4);  // 286 literals and lengths, 30 distances, 19 lengths of codes
  for (const unsigned length : kOrder) bits.put(rank(length) < kLengths.size() ? 3 : 0, 3);
  // Complete codes: 1/2 + 1/4 + 1/8, and 1/8 in codes of 11 and 12 bits, which fill tables of the second level.
  for (unsigned symbol = 0; symbol < 286; ++symbol) {
    put_length(symbol == 256 ? 1 : symbol == 0 ? 2 : symbol == 1 ? 3 : symbol < 231 ? 11 : symbol < 286 ? 12 : 0);
  }
  for (unsigned symbol = 0; symbol < 30; ++symbol) {
    put_length(symbol < 3 ? symbol + 1 : symbol < 8 ? 7 : 8);
  }
  bits.put(0, 1);  // the end of the block, which has the code of one bit
}
inline std::string gzip_of_blocks(unsigned count, void (*put)(DeflateBits&, bool)) {
  DeflateBits bits;
  for (unsigned i = 0; i < count; ++i) put(bits, i + 1 == count);
  return gzip_of_nothing(bits.bytes());
}
inline std::string gzip_of_literals(std::string_view text) {
  DeflateBits bits;
  bits.put(1, 1), bits.put(1, 2);
  for (const char byte : text) {  // RFC 1951, section 3.2.6
    const auto value = static_cast<unsigned char>(byte);
    const unsigned length = value < 144 ? 8 : 9;
    const unsigned code = value < 144 ? 0x30U + value : 0x190U + value - 144;
    for (unsigned bit = length; bit-- > 0;) bits.put(code >> bit & 1U, 1);
  }
  bits.put(0, 7);
  return gzip_member(bits.bytes(), text);
}
inline std::string gzip_of_matches(unsigned count) {
  DeflateBits bits;
  bits.put(1, 1), bits.put(1, 2);
  for (unsigned bit = 8; bit-- > 0;) bits.put((0x30U + 'a') >> bit & 1U, 1);
  for (unsigned i = 0; i < count; ++i) bits.put(0x40, 7), bits.put(0, 5);  // symbol 257: 3 bytes; distance 1
  bits.put(0, 7);
  return gzip_member(bits.bytes(), std::string(1 + std::size_t{3} * count, 'a'));
}

// A block of zstd, and frames of them behind eight bytes that copies can be made of.
inline std::string zstd_block(unsigned type, std::string_view content, bool last, std::size_t size) {
  const auto head = static_cast<unsigned>(last) | type << 1U | static_cast<unsigned>(size) << 3U;
  std::string out{static_cast<char>(head), static_cast<char>(head >> 8U), static_cast<char>(head >> 16U)};
  return out.append(content);
}
inline std::string zstd_block(unsigned type, std::string_view content, bool last = false) {
  return zstd_block(type, content, last, content.size());
}
inline std::string zstd_of_blocks(std::string_view block, std::size_t count) {
  using namespace std::string_literals;
  return "\x28\xb5\x2f\xfd\0\x58"s + zstd_block(0, "abcdefgh") + repeated(block, count) + zstd_block(0, "", true);
}
// 43 690 copies of 3 bytes, whose codes take no bits at all.
inline std::string zstd_matches() {
  using namespace std::string_literals;
  return zstd_block(2, "\0"s + "\xFF\xAA\x2B"s + "\x54"s + "\0\0\0"s + "\1"s);
}
// One byte, with a tree whose table has 2 048 entries; one byte more by the same tree; eight bytes in four streams.
inline std::string zstd_tree() {
  using namespace std::string_literals;
  // Literals: one stream, 1 byte of 8 bytes; weights 11 to 1, one more follows from them; code 1 and the end.
  return zstd_block(2, "\x12\0\2"s + "\x8A\xBA\x98\x76\x54\x32\x10"s + "\3"s + "\0"s);
}
inline std::string zstd_without_tree() {
  using namespace std::string_literals;
  return zstd_block(2, "\x13\x40\0"s + "\3"s + "\0"s);
}
inline std::string zstd_four_streams() {
  using namespace std::string_literals;
  // 8 bytes of 10: where each stream but the last ends, and twice code 1 in each.
  return zstd_block(2, "\x87\x80\2"s + "\1\0\1\0\1\0"s + "\7\7\7\7"s + "\0"s);
}
// One copy of 3 bytes, whose codes take no bits.
inline std::string zstd_match() {
  using namespace std::string_literals;
  return zstd_block(2, "\0"s + "\1\x54"s + "\0\0\0"s + "\1"s);
}

}  // namespace planish::test
