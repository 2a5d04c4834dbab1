// Intel's manual, volume 1, chapters 13 and 14: CPUID tells what the processor has, XCR0 what of it may be used. Linux
// started with `noxsave`, and some hypervisors, leave AVX in the one and take it out of the other.
#include <core/cpu.hpp>

#include <array>
#include <cstddef>
#include <initializer_list>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace planish::core {
namespace {

constexpr std::uint32_t bits(std::initializer_list<unsigned> places) noexcept {
  std::uint32_t mask = 0;
  for (const unsigned place : places) mask |= std::uint32_t{1} << place;
  return mask;
}

constexpr std::uint32_t kOsxsave = bits({27});

// What a kernel is compiled for, a mask for each word.
struct Kernel {
  std::string_view name;
  CpuWords needs;
};

constexpr CpuWords kSse42{
    .leaf1_ecx = bits({1 /* PCLMULQDQ */, 9 /* SSSE3 */, 19 /* SSE4.1 */, 20 /* SSE4.2 */, 23 /* POPCNT */})};
constexpr CpuWords kAvx2{.leaf1_ecx = kSse42.leaf1_ecx | kOsxsave | bits({28 /* AVX */}),
                         .leaf7_ebx = bits({3 /* BMI1 */, 5 /* AVX2 */, 8 /* BMI2 */}),
                         .xcr0 = bits({1 /* XMM */, 2 /* YMM */})};
constexpr CpuWords kAvx512{
    .leaf1_ecx = kAvx2.leaf1_ecx,
    .leaf7_ebx = kAvx2.leaf7_ebx | bits({16 /* F */, 17 /* DQ */, 28 /* CD */, 30 /* BW */, 31 /* VL */}),
    .leaf7_ecx = bits({1 /* VBMI */, 6 /* VBMI2 */}),
    .xcr0 = kAvx2.xcr0 | bits({5 /* masks */, 6 /* ZMM 0 to 15 */, 7 /* and 16 to 31 */})};

constexpr std::array<Kernel, 4> kKernels = {
    {{"icelake", kAvx512}, {"haswell", kAvx2}, {"westmere", kSse42}, {"fallback", {}}}};

constexpr std::array<std::string_view, kKernels.size()> kNames = [] {
  std::array<std::string_view, kKernels.size()> names;
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kKernels[i].name;
  return names;
}();

constexpr CpuWords kSha{.leaf1_ecx = bits({9 /* SSSE3 */, 19 /* SSE4.1 */}), .leaf7_ebx = bits({29 /* SHA */})};

constexpr bool has(const CpuWords& words, const CpuWords& needs) noexcept {
  const auto in = [](std::uint32_t all, std::uint32_t wanted) { return (all & wanted) == wanted; };
  return in(words.leaf1_ecx, needs.leaf1_ecx) && in(words.leaf7_ebx, needs.leaf7_ebx) &&
         in(words.leaf7_ecx, needs.leaf7_ecx) && in(words.xcr0, needs.xcr0);
}

CpuWords ask() noexcept {
  CpuWords words;
#if defined(__x86_64__)
  std::uint32_t eax = 0, ebx = 0, edx = 0;
  __cpuid(1, eax, ebx, words.leaf1_ecx, edx);
  // Who has XSAVE has leaf 7 as well; to ask others for a leaf that they don't have may bring anything.
  if ((words.leaf1_ecx & kOsxsave) == 0) return words;
  __cpuid_count(7, 0, eax, words.leaf7_ebx, words.leaf7_ecx, edx);
  __asm__ volatile("xgetbv" : "=a"(words.xcr0), "=d"(edx) : "c"(0));
#endif
  return words;
}

}  // namespace

const CpuWords& cpu() noexcept {
  static const CpuWords words = ask();
  return words;
}

std::span<const std::string_view> kernels_that_run(const CpuWords& words) noexcept {
  std::size_t widest = 0;
  while (!has(words, kKernels[widest].needs)) ++widest;
  return std::span(kNames).subspan(widest);
}

bool has_avx2(const CpuWords& words) noexcept {
  return has(words, kAvx2);
}

bool has_sha_instructions(const CpuWords& words) noexcept {
  return has(words, kSha);
}

}  // namespace planish::core
