// The next backslash: in steps that grow, since one is near another or far from any.
#include <core/canonical/source.hpp>

#include <core/bytes16.hpp>
#include <core/canonical/byte_mask.hpp>
#include <core/cpu.hpp>

#include <cstddef>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace planish::core::canonical {
namespace {

constexpr std::size_t kNear = 64, kFar = 256;  // bytes of a step

template <std::size_t size>
bool has_backslash(const char* at) noexcept {
  Bytes16 found{};
  for (std::size_t i = 0; i < size; i += sizeof(Bytes16)) {
    found |= reinterpret_cast<Bytes16>(load_bytes16(at + i) == '\\');
  }
  return any_bit(found);
}

// Each: the first far step from `at` on that has a backslash, or that `end` cuts.
const char* skip_far_steps_16(const char* at, const char* end) noexcept {
  while (at + kFar <= end && !has_backslash<kFar>(at)) at += kFar;
  return at;
}

#if defined(__x86_64__)

__attribute__((target("avx2"))) const char* skip_far_steps_32(const char* at, const char* end) noexcept {
  const __m256i backslash = _mm256_set1_epi8('\\');
  for (; at + kFar <= end; at += kFar) {
    __m256i found = _mm256_setzero_si256();
#pragma GCC unroll 8
    for (std::size_t i = 0; i < kFar; i += sizeof(__m256i)) {
      const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + i));
      found = _mm256_or_si256(found, _mm256_cmpeq_epi8(bytes, backslash));
    }
    if (_mm256_testz_si256(found, found) == 0) break;
  }
  return at;
}

const char* skip_far_steps(const char* at, const char* end) noexcept {
  static const bool has_32 = has_avx2(cpu());
  return has_32 ? skip_far_steps_32(at, end) : skip_far_steps_16(at, end);
}

#else

const char* skip_far_steps(const char* at, const char* end) noexcept {
  return skip_far_steps_16(at, end);
}

#endif

// Of the first bit of a step. What stands after the text does not count.
inline std::uint32_t place_of(std::uint32_t mask, const char* body, const char* step, const char* end) noexcept {
  const char* const found = step + lowest_bit(mask);
  return found < end ? static_cast<std::uint32_t>(found - body) : Source::kNowhere;
}

// The last steps read up to 15 bytes after the text.
std::uint32_t find_in_last_steps(const char* body, const char* at, const char* end) noexcept {
  for (; at < end; at += 16) {
    if (const std::uint32_t mask = equal_to(at, '\\'); mask != kNoneOfSixteen) return place_of(mask, body, at, end);
  }
  return Source::kNowhere;
}

// Not inlined: where backslashes are near one another, this is not to cost a thing.
[[gnu::noinline]] std::uint32_t find_far_away(const char* body, const char* at, const char* end) noexcept {
  at = skip_far_steps(at, end);
  while (at + kNear <= end && !has_backslash<kNear>(at)) at += kNear;
  return find_in_last_steps(body, at, end);
}

}  // namespace

std::uint32_t Source::find_backslash(std::uint32_t from) const noexcept {
  const char* at = body_ + from;
  const char* const end = body_ + size_;
  if (at >= end) return kNowhere;
  for (int i = 0; i < 2; ++i, at += 16) {
    if (const std::uint32_t mask = equal_to(at, '\\'); mask != kNoneOfSixteen) return place_of(mask, body_, at, end);
  }
  const char* const near = at + 3 * kNear;
  while (at + kNear <= end && at < near && !has_backslash<kNear>(at)) at += kNear;
  return at >= near ? find_far_away(body_, at, end) : find_in_last_steps(body_, at, end);
}

}  // namespace planish::core::canonical
