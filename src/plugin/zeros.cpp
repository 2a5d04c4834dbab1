// Zeros: see the header.
#include <plugin/zeros.hpp>

#include <algorithm>
#include <cassert>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace planish::plugin {
namespace {

constexpr std::size_t kStep = 512;  // what is looked at before any of it is written

[[gnu::noinline]] void write_zeros(char* begin, std::size_t bytes) noexcept {
  std::memset(begin, 0, bytes);
}

void put_zeros_by_16(char* begin, std::size_t bytes) noexcept {
  for (std::size_t step = 0; bytes != 0; begin += step, bytes -= step) {
    step = std::min(bytes, kStep);
    if (!is_zero(begin, step)) write_zeros(begin, step);
  }
}

#if defined(__x86_64__)
constexpr std::size_t kLine = 64;  // of a cache

[[gnu::target("avx2")]] inline bool is_zero_step_by_32(const char* step) noexcept {
  const auto* const at = reinterpret_cast<const __m256i*>(step);
  __m256i any[2] = {};  // so that neither waits for itself
#pragma GCC unroll 8
  for (std::size_t i = 0; i < kStep / sizeof any; ++i) {
    any[0] = _mm256_or_si256(any[0], _mm256_loadu_si256(at + 2 * i));
    any[1] = _mm256_or_si256(any[1], _mm256_loadu_si256(at + 2 * i + 1));
  }
  const __m256i all = _mm256_or_si256(any[0], any[1]);
  return _mm256_testz_si256(all, all) != 0;
}

[[gnu::target("avx512f")]] inline bool is_zero_step_by_64(const char* step) noexcept {
  const auto* const at = reinterpret_cast<const __m512i*>(step);
  __m512i any[2] = {_mm512_setzero_si512(), _mm512_setzero_si512()};
#pragma GCC unroll 4
  for (std::size_t i = 0; i < kStep / sizeof any; ++i) {
    any[0] = _mm512_or_si512(any[0], _mm512_loadu_si512(at + 2 * i));
    any[1] = _mm512_or_si512(any[1], _mm512_loadu_si512(at + 2 * i + 1));
  }
  const __m512i all = _mm512_or_si512(any[0], any[1]);
  return _mm512_test_epi64_mask(all, all) == 0;
}

// What is to be looked at after the step at `at`, null after the last one: the first and the last one may lie over
// others, and those in between lie in whole lines.
inline const char* next_step(const char* at, const char* end) noexcept {
  const char* const last = end - kStep;
  if (at == last) return nullptr;
  at += kStep;
  at -= reinterpret_cast<std::uintptr_t>(at) % kLine;
  return std::min(at, last);
}

// Of at least one step.
template <bool kPut>
[[gnu::target("avx2")]] bool look_by_32(const char* begin, const char* end) noexcept {
  for (const char* at = begin; at != nullptr; at = next_step(at, end)) {
    if (is_zero_step_by_32(at)) [[likely]]
      continue;
    if (!kPut) return false;
    write_zeros(const_cast<char*>(at), kStep);
  }
  return true;
}

template <bool kPut>
[[gnu::target("avx512f")]] bool look_by_64(const char* begin, const char* end) noexcept {
  for (const char* at = begin; at != nullptr; at = next_step(at, end)) {
    if (is_zero_step_by_64(at)) [[likely]]
      continue;
    if (!kPut) return false;
    write_zeros(const_cast<char*>(at), kStep);
  }
  return true;
}
#endif

}  // namespace

// By 64 where simdjson does so as well: earlier processors slow down for it.
Width widest() noexcept {
#if defined(__x86_64__)
  static const Width known = __builtin_cpu_supports("avx512vbmi2") != 0 ? Width::by_64
                             : __builtin_cpu_supports("avx2") != 0      ? Width::by_32
                                                                        : Width::by_16;
  return known;
#else
  return Width::by_16;
#endif
}

bool all_zero(const char* begin, std::size_t bytes, [[maybe_unused]] Width width) noexcept {
  assert(bytes % kZerosAtOnce == 0);
#if defined(__x86_64__)
  if (bytes >= kStep && width == Width::by_64) return look_by_64<false>(begin, begin + bytes);
  if (bytes >= kStep && width == Width::by_32) return look_by_32<false>(begin, begin + bytes);
#endif
  return is_zero(begin, bytes);
}

void put_zeros(char* begin, std::size_t bytes, [[maybe_unused]] Width width) noexcept {
  assert(bytes % kZerosAtOnce == 0);
#if defined(__x86_64__)
  if (bytes >= kStep && width == Width::by_64) return static_cast<void>(look_by_64<true>(begin, begin + bytes));
  if (bytes >= kStep && width == Width::by_32) return static_cast<void>(look_by_32<true>(begin, begin + bytes));
#endif
  put_zeros_by_16(begin, bytes);
}

}  // namespace planish::plugin
