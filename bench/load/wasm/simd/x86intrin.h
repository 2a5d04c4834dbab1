// What simdjson's westmere kernel finds as <x86intrin.h> when it is compiled for WebAssembly: SSE by SIMDe's headers.
#pragma once
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/clmul.h>
#include <simde/x86/sse4.2.h>
#include <wasm_simd128.h>

#include <cstdint>

inline int _popcnt64(unsigned long long bits) {
  return __builtin_popcountll(bits);
}

// Stage 1 lives of these four, for which 0.7.4 knows no instruction of WebAssembly; its _mm_testz_si128 is wrong, too
// (true if either half is zero).
#undef _mm_movemask_epi8
#undef _mm_shuffle_epi8
#undef _mm_testz_si128
#undef _mm_clmulepi64_si128

inline int _mm_movemask_epi8(__m128i a) {
  return static_cast<int>(wasm_i8x16_bitmask(simde__m128i_to_private(a).wasm_v128));
}

// Both give 0 for an index with its highest bit set; WebAssembly for 16 to 127 as well, where SSE looks at four bits.
inline __m128i _mm_shuffle_epi8(__m128i table, __m128i at) {
  simde__m128i_private r;
  r.wasm_v128 = wasm_i8x16_swizzle(simde__m128i_to_private(table).wasm_v128,
                                   wasm_v128_and(simde__m128i_to_private(at).wasm_v128, wasm_i8x16_const_splat(-113)));
  return simde__m128i_from_private(r);
}

inline int _mm_testz_si128(__m128i a, __m128i b) {
  const auto both = wasm_v128_and(simde__m128i_to_private(a).wasm_v128, simde__m128i_to_private(b).wasm_v128);
  return !wasm_v128_any_true(both);
}

// Only as simdjson calls it, with all ones as `b` and the low halves: each bit becomes the parity of those up to it.
inline __m128i _mm_clmulepi64_si128(__m128i a, __m128i /*b*/, int /*halves*/) {
  auto bits = static_cast<std::uint64_t>(_mm_cvtsi128_si64(a));
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return _mm_set_epi64x(0, static_cast<std::int64_t>(bits));
}
