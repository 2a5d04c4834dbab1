// CRC-32: zlib's, which takes four instructions a byte; where the processor multiplies without carry, which is a third
// of one, it is left with 16 bytes and those that make up no 16.
//
// A CRC is the remainder of the bytes, as a polynomial over GF(2), by P = x^32 + x^26 + ... + 1. So 16 bytes that stand
// n bits before others may be replaced by what is added to the others: their product with x^n mod P ("folding", Gopal
// et al., Fast CRC Computation for Generic Polynomials Using PCLMULQDQ, 2009).
#include <http/crc32.hpp>

#include <zlib.h>

#include <cstddef>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace planish::http {

std::uint32_t crc32_portable(std::uint32_t before, std::string_view bytes) noexcept {
  return static_cast<std::uint32_t>(
      ::crc32_z(before, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

#if defined(__x86_64__)
namespace {

constexpr std::size_t kLane = 16;         // bytes that are folded in one go
constexpr std::size_t kLanes = 4;         // side by side, since a multiplication takes some cycles
constexpr std::size_t kWorthIt = 128;     // fewer bytes are zlib's
constexpr std::uint32_t kP = 0x04c11db7;  // P without x^32, the highest power in the highest bit

// x^n mod P as the instruction wants it: the highest power in the lowest bit of 32, one place further up, since the
// product of two mirrored numbers lies one place too low.
constexpr std::uint64_t power(unsigned n) noexcept {
  std::uint32_t remainder = 1;
  for (; n > 0; --n) remainder = remainder << 1 ^ ((remainder >> 31) != 0 ? kP : 0);
  std::uint64_t mirrored = 0;
  for (unsigned i = 0; i < 32; ++i) mirrored |= std::uint64_t{remainder >> i & 1} << (31 - i);
  return mirrored << 1;
}

// The halves of 16 bytes, which stand 64 bits apart, moved by `bits`; 32 less, since the CRC is that of 32 bits more.
struct Fold {
  explicit constexpr Fold(unsigned bits) noexcept : low(power(bits + 32)), high(power(bits - 32)) {}
  std::uint64_t low, high;
};
constexpr Fold kByALane(8 * kLane), kByAllLanes(8 * kLane * kLanes);
static_assert(kByAllLanes.low == 0x154442bd4 && kByAllLanes.high == 0x1c6e41596, "as in the paper");

__attribute__((target("pclmul,sse4.1"))) inline __m128i load(const char* at) noexcept {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}

__attribute__((target("pclmul,sse4.1"))) inline __m128i fold(__m128i lane, __m128i by, __m128i onto) noexcept {
  const __m128i low = _mm_clmulepi64_si128(lane, by, 0x00), high = _mm_clmulepi64_si128(lane, by, 0x11);
  return _mm_xor_si128(_mm_xor_si128(low, high), onto);
}

// Precondition: kWorthIt bytes at least.
__attribute__((target("pclmul,sse4.1"))) std::uint32_t crc32_folded(std::uint32_t before,
                                                                    std::string_view bytes) noexcept {
  const auto as_lane = [](Fold by) {
    return _mm_set_epi64x(static_cast<long long>(by.high), static_cast<long long>(by.low));
  };
  const __m128i by_all = as_lane(kByAllLanes), by_one = as_lane(kByALane);
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  // The CRC so far, which is kept inverted, stands on the first four bytes.
  __m128i a = _mm_xor_si128(load(at), _mm_cvtsi32_si128(static_cast<int>(~before)));
  __m128i b = load(at + kLane), c = load(at + 2 * kLane), d = load(at + 3 * kLane);
  for (at += kLanes * kLane; end - at >= static_cast<std::ptrdiff_t>(kLanes * kLane); at += kLanes * kLane) {
    a = fold(a, by_all, load(at));
    b = fold(b, by_all, load(at + kLane));
    c = fold(c, by_all, load(at + 2 * kLane));
    d = fold(d, by_all, load(at + 3 * kLane));
  }
  d = fold(fold(fold(a, by_one, b), by_one, c), by_one, d);
  for (; end - at >= static_cast<std::ptrdiff_t>(kLane); at += kLane) d = fold(d, by_one, load(at));
  char left[kLane];
  _mm_storeu_si128(reinterpret_cast<__m128i*>(left), d);
  // Nothing stands on these any more: inverted, that is all ones.
  const std::uint32_t crc = crc32_portable(~std::uint32_t{0}, {left, kLane});
  return crc32_portable(crc, {at, static_cast<std::size_t>(end - at)});
}

bool has_carryless_multiplication() noexcept {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c >> 1 & 1) != 0 && (c >> 19 & 1) != 0;
}
const bool kFolds = has_carryless_multiplication();

}  // namespace
#endif

std::uint32_t crc32(std::uint32_t before, std::string_view bytes) noexcept {
#if defined(__x86_64__)
  if (kFolds && bytes.size() >= kWorthIt) return crc32_folded(before, bytes);
#endif
  return crc32_portable(before, bytes);
}

}  // namespace planish::http
