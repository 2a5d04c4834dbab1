// SHA-256: padding and length around one of two compression functions, which is picked at start.
#include <core/sha256.hpp>

#include <array>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace planish::core {
namespace {

constexpr std::size_t kBlockBytes = kSha256BlockBytes;
constexpr std::size_t kLengthBytes = 8;  // of the bit count at the end of the last block

using State = Sha256State;
using Compress = void(State& state, const unsigned char* blocks, std::size_t count);

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

constexpr void store_big_endian(std::uint32_t value, unsigned char* bytes) noexcept {
  bytes[0] = static_cast<unsigned char>(value >> 24);
  bytes[1] = static_cast<unsigned char>(value >> 16 & 0xFF);
  bytes[2] = static_cast<unsigned char>(value >> 8 & 0xFF);
  bytes[3] = static_cast<unsigned char>(value & 0xFF);
}

constexpr void store_big_endian(std::uint64_t value, unsigned char* bytes) noexcept {
  store_big_endian(static_cast<std::uint32_t>(value >> 32), bytes);
  store_big_endian(static_cast<std::uint32_t>(value & 0xFFFF'FFFF), bytes + 4);
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

#if defined(__x86_64__)

bool has_sha_instructions() noexcept {
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0) return false;
  const bool ssse3 = (c >> 9 & 1) != 0, sse41 = (c >> 19 & 1) != 0;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0) return false;
  return ssse3 && sse41 && (b >> 29 & 1) != 0;
}

// The instructions want the state as {a,b,e,f} and {c,d,g,h}, highest first, and do two rounds each.
__attribute__((target("sha,ssse3,sse4.1"))) void compress_sha_instructions(State& state, const unsigned char* blocks,
                                                                           std::size_t count) noexcept {
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  const __m128i dcba = _mm_loadu_si128(reinterpret_cast<const __m128i*>(&state[0]));
  const __m128i hgfe = _mm_loadu_si128(reinterpret_cast<const __m128i*>(&state[4]));
  const __m128i cdab = _mm_shuffle_epi32(dcba, 0xB1);
  const __m128i efgh = _mm_shuffle_epi32(hgfe, 0x1B);
  __m128i abef = _mm_alignr_epi8(cdab, efgh, 8);
  __m128i cdgh = _mm_blend_epi16(efgh, cdab, 0xF0);

  for (; count > 0; --count, blocks += kBlockBytes) {
    const __m128i abef_before = abef, cdgh_before = cdgh;
    __m128i w[4];  // the last 16 words of the message schedule
    for (unsigned i = 0; i < 4; ++i) {
      w[i] = _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(blocks + 16 * i)), swap);
    }
#pragma GCC unroll 16
    for (unsigned i = 0; i < 16; ++i) {
      const __m128i k = _mm_load_si128(reinterpret_cast<const __m128i*>(&kRound[4 * i]));
      const __m128i sum = _mm_add_epi32(w[i % 4], k);
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0E));
      if (i < 12) {  // the four words that are wanted 16 rounds later
        const __m128i last = w[(i + 3) % 4];
        const __m128i seven_back = _mm_alignr_epi8(last, w[(i + 2) % 4], 4);
        const __m128i next = _mm_add_epi32(_mm_sha256msg1_epu32(w[i % 4], w[(i + 1) % 4]), seven_back);
        w[i % 4] = _mm_sha256msg2_epu32(next, last);
      }
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  const __m128i feba = _mm_shuffle_epi32(abef, 0x1B);
  const __m128i dchg = _mm_shuffle_epi32(cdgh, 0xB1);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(&state[0]), _mm_blend_epi16(feba, dchg, 0xF0));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(&state[4]), _mm_alignr_epi8(dchg, feba, 8));
}

#endif

// `before`: bytes that led to `state`.
void hash(State state, std::size_t before, std::string_view text, std::span<std::uint8_t, kSha256Bytes> digest,
          Compress* compress) noexcept {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  const std::size_t whole = text.size() / kBlockBytes;
  compress(state, bytes, whole);

  std::array<unsigned char, 2 * kBlockBytes> last;  // the rest, 0x80, zeros, the length: one block or two
  const std::size_t rest = text.size() % kBlockBytes;
  if (rest > 0) std::memcpy(last.data(), bytes + whole * kBlockBytes, rest);
  last[rest] = 0x80;
  const std::size_t blocks = rest + 1 + kLengthBytes <= kBlockBytes ? 1 : 2;
  std::memset(last.data() + rest + 1, 0, blocks * kBlockBytes - kLengthBytes - rest - 1);
  store_big_endian((std::uint64_t{before} + text.size()) * 8, last.data() + blocks * kBlockBytes - kLengthBytes);
  compress(state, last.data(), blocks);
  for (std::size_t i = 0; i < state.size(); ++i) store_big_endian(state[i], digest.data() + 4 * i);
}

Compress* fastest() noexcept {
#if defined(__x86_64__)
  static const bool sha_instructions = has_sha_instructions();  // cpuid is slow in a virtual machine: not at start
  if (sha_instructions) return compress_sha_instructions;
#endif
  return compress_portable;
}

}  // namespace

void sha256_portable(std::string_view text, std::span<std::uint8_t, kSha256Bytes> digest) noexcept {
  hash(kInitial, 0, text, digest, compress_portable);
}

void sha256(std::string_view text, std::span<std::uint8_t, kSha256Bytes> digest) noexcept {
  hash(kInitial, 0, text, digest, fastest());
}

Sha256State sha256_first(std::span<const char, kSha256BlockBytes> block) noexcept {
  State state = kInitial;
  fastest()(state, reinterpret_cast<const unsigned char*>(block.data()), 1);
  return state;
}

void sha256_after(const Sha256State& first, std::string_view text,
                  std::span<std::uint8_t, kSha256Bytes> digest) noexcept {
  hash(first, kBlockBytes, text, digest, fastest());
}

}  // namespace planish::core
