// Packing: bodies in their content codings, as usual compressors make them and as hostile clients do.
#pragma once

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace planish::test {

// window_bits: 15 for RFC 1950, 31 for gzip. flush_each: 0, or after how many bytes zlib is told to flush.
inline std::string deflated(std::string_view text, int window_bits, int level = 6, int memory_level = 8,
                            std::size_t flush_each = 0, int flush = Z_SYNC_FLUSH, int strategy = Z_DEFAULT_STRATEGY) {
  z_stream stream{};
  deflateInit2(&stream, level, Z_DEFLATED, window_bits, memory_level, strategy);
  std::string out(deflateBound(&stream, static_cast<uLong>(text.size())) + 100 + text.size(), '\0');
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const std::size_t step = flush_each == 0 ? std::max<std::size_t>(text.size(), 1) : flush_each;
  for (std::size_t at = 0; at < text.size(); at += step) {
    const std::string_view piece = text.substr(at, step);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
    stream.avail_in = static_cast<uInt>(piece.size());
    deflate(&stream, flush_each == 0 ? Z_NO_FLUSH : flush);
  }
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}
inline std::string gzip(std::string_view text) {
  return deflated(text, 31);
}
inline std::string zlib(std::string_view text) {
  return deflated(text, 15);
}

inline std::string zstd(std::string_view text, int level = 3) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), level));
  return out;
}

// Bits of DEFLATE, each number's lowest first.
class DeflateBits {
 public:
  void put(unsigned value, unsigned count) {
    for (unsigned i = 0; i < count; ++i) bits_.push_back((value >> i & 1) != 0);
  }
  void align() { bits_.resize((bits_.size() + 7) / 8 * 8); }
  // An empty block that brings its tables with it, the smallest one that there is: 90 bits.
  void put_dynamic_block(bool last) {
    put(last ? 1 : 0, 1);
    put(2, 2);                                                                 // BTYPE: dynamic
    put(0, 5), put(0, 5), put(14, 4);                                          // 257 literals, 1 distance, 18 lengths
    for (unsigned at = 0; at < 18; ++at) put(at == 2 || at == 17 ? 1 : 0, 3);  // of 18 and 1: one bit each
    put(1, 1), put(127, 7);                                                    // 138 zeros
    put(1, 1), put(107, 7);                                                    // 118 zeros
    put(0, 2);  // end of block, and distance 0: one bit each
    put(0, 1);  // the end of the block
  }
  // An empty block of fixed codes: 10 bits.
  void put_fixed_block(bool last) {
    put(last ? 1 : 0, 1);
    put(1, 2);
    put(0, 7);
  }
  [[nodiscard]] std::string bytes() const {
    std::string out((bits_.size() + 7) / 8, '\0');
    for (std::size_t i = 0; i < bits_.size(); ++i) {
      if (bits_[i]) out[i / 8] = static_cast<char>(out[i / 8] | 1 << i % 8);
    }
    return out;
  }

 private:
  std::vector<bool> bits_;
};

// A gzip member of `deflate`, which is nothing.
inline std::string gzip_of_nothing(const std::string& deflate) {
  using namespace std::string_literals;
  return "\x1f\x8b\x08\0\0\0\0\0\0\xff"s + deflate + "\0\0\0\0\0\0\0\0"s;
}
// `blocks` empty blocks, each with its tables: 11 bytes each.
inline std::string gzip_bomb(unsigned blocks) {
  DeflateBits bits;
  for (unsigned i = 0; i < blocks; ++i) bits.put_dynamic_block(i + 1 == blocks);
  return gzip_of_nothing(bits.bytes());
}

// A frame of eight raw bytes, and `blocks` that each bring three tables of the largest size for a match of 3 bytes.
inline std::string zstd_bomb(unsigned blocks) {
  using namespace std::string_literals;
  const auto block = [](unsigned type, const std::string& content, bool last) {
    const auto head = static_cast<unsigned>(last) | type << 1U | static_cast<unsigned>(content.size()) << 3U;
    return std::string{static_cast<char>(head), static_cast<char>(head >> 8U), static_cast<char>(head >> 16U)} +
           content;
  };
  // No literals, one sequence, all three modes FSE; each table has a symbol 0 of all states but one; the bits of the
  // states are 0, and a 1 behind them.
  const std::string sequence = "\0\1\xA8"s + "\xE4\x3F"s + "\xE3\x1F"s + "\xE4\x3F"s + "\0\0\0\4"s;
  std::string out = "\x28\xb5\x2f\xfd\0\x58"s + block(0, "abcdefgh", false);
  for (unsigned i = 0; i < blocks; ++i) out += block(2, sequence, i + 1 == blocks);
  return out;
}

}  // namespace planish::test
