// SHA-256: padding and length around one of two compression functions, which is picked at start. Each round waits for
// the one before it, so the SHA instructions have room for a second text at the same time.
#include <core/sha256.hpp>

#include <core/check.hpp>
#include <core/cpu.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace planish::core {
namespace {

constexpr std::size_t kBlockBytes = kSha256BlockBytes;
constexpr std::size_t kLengthBytes = 8;  // of the bit count at the end of the last block

using State = Sha256State;
// Of `streams` texts, each with as many blocks.
template <std::size_t streams>
using Compress = void(std::array<State, streams>& states, std::array<const unsigned char*, streams> blocks,
                      std::size_t count);

// The first 32 bits of the fractional parts of the square roots of the first 8 primes.
constexpr State kInitial = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                            0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

// The same of the cube roots of the first 64 primes.
alignas(16) constexpr std::array<std::uint32_t, 64> kRound = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

constexpr std::uint32_t load_big_endian(const unsigned char* bytes) noexcept {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

// Byte after byte, gcc takes a state's words apart in vectors: seven times as many instructions.
inline void store_big_endian(std::uint32_t value, unsigned char* bytes) noexcept {
  if constexpr (std::endian::native == std::endian::little) value = __builtin_bswap32(value);
  std::memcpy(bytes, &value, sizeof value);
}

inline void store_big_endian(std::uint64_t value, unsigned char* bytes) noexcept {
  if constexpr (std::endian::native == std::endian::little) value = __builtin_bswap64(value);
  std::memcpy(bytes, &value, sizeof value);
}

void compress_portable(State& state, const unsigned char* blocks, std::size_t count) noexcept {
  for (; count > 0; --count, blocks += kBlockBytes) {
    std::array<std::uint32_t, 64> w;
    for (std::size_t i = 0; i < 16; ++i) w[i] = load_big_endian(blocks + 4 * i);
    for (std::size_t i = 16; i < 64; ++i) {
      const std::uint32_t s0 = std::rotr(w[i - 15], 7) ^ std::rotr(w[i - 15], 18) ^ (w[i - 15] >> 3);
      const std::uint32_t s1 = std::rotr(w[i - 2], 17) ^ std::rotr(w[i - 2], 19) ^ (w[i - 2] >> 10);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    auto [a, b, c, d, e, f, g, h] = state;
    for (std::size_t i = 0; i < 64; ++i) {
      const std::uint32_t s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
      const std::uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + kRound[i] + w[i];
      const std::uint32_t s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
      const std::uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
      h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
    }
    const State sum = {a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < state.size(); ++i) state[i] += sum[i];
  }
}

template <std::size_t streams>
void compress_portable(std::array<State, streams>& states, std::array<const unsigned char*, streams> blocks,
                       std::size_t count) noexcept {
  for (std::size_t i = 0; i < streams; ++i) compress_portable(states[i], blocks[i], count);
}

#if defined(__x86_64__)

// The instructions want the state as {a,b,e,f} and {c,d,g,h}, highest first, and do two rounds each.
template <std::size_t streams>
__attribute__((target("sha,ssse3,sse4.1"))) void compress_sha_instructions(
    std::array<State, streams>& states, std::array<const unsigned char*, streams> blocks, std::size_t count) noexcept {
  struct Stream {
    __m128i abef, cdgh, abef_before, cdgh_before;
    __m128i w[4];  // the last 16 words of the message schedule
  };
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  Stream all[streams];
  for (std::size_t i = 0; i < streams; ++i) {
    const __m128i dcba = _mm_loadu_si128(reinterpret_cast<const __m128i*>(&states[i][0]));
    const __m128i hgfe = _mm_loadu_si128(reinterpret_cast<const __m128i*>(&states[i][4]));
    const __m128i cdab = _mm_shuffle_epi32(dcba, 0xB1);
    const __m128i efgh = _mm_shuffle_epi32(hgfe, 0x1B);
    all[i].abef = _mm_alignr_epi8(cdab, efgh, 8);
    all[i].cdgh = _mm_blend_epi16(efgh, cdab, 0xF0);
  }
  for (; count > 0; --count) {
    for (std::size_t i = 0; i < streams; ++i) {
      Stream& s = all[i];
      s.abef_before = s.abef, s.cdgh_before = s.cdgh;
      for (unsigned word = 0; word < 4; ++word) {
        const auto* const at = reinterpret_cast<const __m128i*>(blocks[i] + 16 * word);
        s.w[word] = _mm_shuffle_epi8(_mm_loadu_si128(at), swap);
      }
      blocks[i] += kBlockBytes;
    }
#pragma GCC unroll 16
    for (unsigned i = 0; i < 16; ++i) {
      const __m128i k = _mm_load_si128(reinterpret_cast<const __m128i*>(&kRound[4 * i]));
      for (Stream& s : all) {
        const __m128i sum = _mm_add_epi32(s.w[i % 4], k);
        s.cdgh = _mm_sha256rnds2_epu32(s.cdgh, s.abef, sum);
        s.abef = _mm_sha256rnds2_epu32(s.abef, s.cdgh, _mm_shuffle_epi32(sum, 0x0E));
        if (i < 12) {  // the four words that are wanted 16 rounds later
          const __m128i last = s.w[(i + 3) % 4];
          const __m128i seven_back = _mm_alignr_epi8(last, s.w[(i + 2) % 4], 4);
          const __m128i next = _mm_add_epi32(_mm_sha256msg1_epu32(s.w[i % 4], s.w[(i + 1) % 4]), seven_back);
          s.w[i % 4] = _mm_sha256msg2_epu32(next, last);
        }
      }
    }
    for (Stream& s : all) {
      s.abef = _mm_add_epi32(s.abef, s.abef_before);
      s.cdgh = _mm_add_epi32(s.cdgh, s.cdgh_before);
    }
  }
  for (std::size_t i = 0; i < streams; ++i) {
    const __m128i feba = _mm_shuffle_epi32(all[i].abef, 0x1B);
    const __m128i dchg = _mm_shuffle_epi32(all[i].cdgh, 0xB1);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(&states[i][0]), _mm_blend_epi16(feba, dchg, 0xF0));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(&states[i][4]), _mm_alignr_epi8(dchg, feba, 8));
  }
}

#endif

// A text in blocks: the whole ones where they stand, then the rest with its padding.
class Message {
 public:
  // `before`: bytes that have been compressed already.
  Message(std::string_view text, std::size_t before) noexcept
      : at_(reinterpret_cast<const unsigned char*>(text.data())), whole_(text.size() / kBlockBytes) {
    const std::size_t rest = text.size() % kBlockBytes;  // 0x80, zeros, the length: one block or two
    if (rest > 0) std::memcpy(last_.data(), at_ + whole_ * kBlockBytes, rest);
    last_[rest] = 0x80;
    last_blocks_ = rest + 1 + kLengthBytes <= kBlockBytes ? 1 : 2;
    std::memset(last_.data() + rest + 1, 0, last_blocks_ * kBlockBytes - kLengthBytes - rest - 1);
    store_big_endian((std::uint64_t{before} + text.size()) * 8,
                     last_.data() + last_blocks_ * kBlockBytes - kLengthBytes);
    if (whole_ == 0) begin_last();
  }
  Message(const Message&) = delete;  // it may point into itself
  Message& operator=(const Message&) = delete;

  // The next blocks that lie side by side; 0: that was all.
  [[nodiscard]] std::size_t size() const noexcept { return whole_; }
  [[nodiscard]] const unsigned char* at() const noexcept { return at_; }
  void pass(std::size_t blocks) noexcept {
    at_ += blocks * kBlockBytes;
    whole_ -= blocks;
    if (whole_ == 0) begin_last();
  }

 private:
  void begin_last() noexcept {
    at_ = last_.data();
    whole_ = last_blocks_;
    last_blocks_ = 0;
  }

  const unsigned char* at_;
  std::size_t whole_;
  std::size_t last_blocks_;  // that are to come
  std::array<unsigned char, 2 * kBlockBytes> last_;
};

// A text that ends in the block it begins in: most of what is hashed by a key. `out` is that block.
constexpr std::size_t kOneBlockMax = kBlockBytes - kLengthBytes - 1;
void write_only_block(std::string_view text, std::size_t before, unsigned char* out) noexcept {
  check(text.size() <= kOneBlockMax);
  std::memset(out, 0, kBlockBytes);
  const char* const last = text.data() + text.size();
  // Two copies that overlap cover any size from that of one to that of both.
  if (text.size() >= 32) {
    std::memcpy(out, text.data(), 32);
    std::memcpy(out + text.size() - 32, last - 32, 32);
  } else if (text.size() >= 16) {
    std::memcpy(out, text.data(), 16);
    std::memcpy(out + text.size() - 16, last - 16, 16);
  } else if (text.size() >= 8) {
    std::memcpy(out, text.data(), 8);
    std::memcpy(out + text.size() - 8, last - 8, 8);
  } else {
    for (std::size_t i = 0; i < text.size(); ++i) out[i] = static_cast<unsigned char>(text[i]);
  }
  out[text.size()] = 0x80;
  store_big_endian((std::uint64_t{before} + text.size()) * 8, out + kBlockBytes - kLengthBytes);
}

struct Way {
  Compress<1>* one;
  Compress<2>* two;
};

constexpr Way kPortable{compress_portable<1>, compress_portable<2>};

const Way& fastest() noexcept {
#if defined(__x86_64__)
  static constexpr Way kShaInstructions{compress_sha_instructions<1>, compress_sha_instructions<2>};
  static const bool sha_instructions = has_sha_instructions(cpu());
  if (sha_instructions) return kShaInstructions;
#endif
  return kPortable;
}

void finish(const State& state, std::span<std::uint8_t, kSha256Bytes> digest) noexcept {
  for (std::size_t i = 0; i < state.size(); ++i) store_big_endian(state[i], digest.data() + 4 * i);
}

void compress_rest(std::array<State, 1>& states, Message& message, Compress<1>* compress) noexcept {
  while (message.size() != 0) {
    compress(states, {message.at()}, message.size());
    message.pass(message.size());
  }
}

[[gnu::always_inline]] inline std::array<State, 1> state_of(const State& first, std::size_t before,
                                                            std::string_view text, const Way& way) noexcept {
  std::array<State, 1> states{first};
  if (text.size() <= kOneBlockMax) {
    std::array<unsigned char, kBlockBytes> block;
    write_only_block(text, before, block.data());
    way.one(states, {block.data()}, 1);
  } else {
    Message message(text, before);
    compress_rest(states, message, way.one);
  }
  return states;
}

void hash(std::string_view text, std::span<std::uint8_t, kSha256Bytes> digest, const Way& way) noexcept {
  finish(state_of(kInitial, 0, text, way)[0], digest);
}

void hash_two(std::string_view a, std::string_view b, std::span<std::uint8_t, kSha256Bytes> digest_a,
              std::span<std::uint8_t, kSha256Bytes> digest_b, const Way& way) noexcept {
  Message first(a, 0), second(b, 0);
  std::array<State, 2> states{kInitial, kInitial};
  while (const std::size_t blocks = std::min(first.size(), second.size())) {
    way.two(states, {first.at(), second.at()}, blocks);
    first.pass(blocks);
    second.pass(blocks);
  }
  const auto rest = [&way](const State& state, Message& message, std::span<std::uint8_t, kSha256Bytes> digest) {
    std::array<State, 1> alone{state};
    compress_rest(alone, message, way.one);
    finish(alone[0], digest);
  };
  rest(states[0], first, digest_a);
  rest(states[1], second, digest_b);
}

}  // namespace

void sha256_portable(std::string_view text, std::span<std::uint8_t, kSha256Bytes> digest) noexcept {
  hash(text, digest, kPortable);
}

void sha256(std::string_view text, std::span<std::uint8_t, kSha256Bytes> digest) noexcept {
  hash(text, digest, fastest());
}

void sha256_of_two(std::string_view a, std::string_view b, std::span<std::uint8_t, kSha256Bytes> digest_a,
                   std::span<std::uint8_t, kSha256Bytes> digest_b) noexcept {
  hash_two(a, b, digest_a, digest_b, fastest());
}

Sha256State sha256_first(std::span<const char, kSha256BlockBytes> block) noexcept {
  std::array<State, 1> states{kInitial};
  fastest().one(states, {reinterpret_cast<const unsigned char*>(block.data())}, 1);
  return states[0];
}

void sha256_nested(const Sha256State& inner, std::string_view text, const Sha256State& outer,
                   std::span<std::uint8_t, kSha256Bytes> digest) noexcept {
  const Way& way = fastest();
  const std::array<State, 1> states = state_of(inner, kBlockBytes, text, way);
  std::array<unsigned char, kBlockBytes> block{};
  finish(states[0], std::span<std::uint8_t, kSha256Bytes>(block.data(), kSha256Bytes));
  block[kSha256Bytes] = 0x80;
  store_big_endian(std::uint64_t{kBlockBytes + kSha256Bytes} * 8, block.data() + kBlockBytes - kLengthBytes);
  std::array<State, 1> result{outer};
  way.one(result, {block.data()}, 1);
  finish(result[0], digest);
}

}  // namespace planish::core
