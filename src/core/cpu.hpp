// CPU: which instructions a process may use, by what the processor has and what the system has switched on.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace planish::core {

// CPUID's words, and the register that says for which of the wide registers the system saves a process's content. Zeros
// on other machines than x86-64, and for what this one does not know.
struct CpuWords {
  std::uint32_t leaf1_ecx = 0;
  std::uint32_t leaf7_ebx = 0;
  std::uint32_t leaf7_ecx = 0;
  std::uint32_t xcr0 = 0;
};

// Of this machine. To ask is slow in a virtual one: it is done once, when somebody first wants to know.
[[nodiscard]] const CpuWords& cpu() noexcept;

// Names of simdjson's kernels for x86-64 that run there, the widest first; the last one always does.
[[nodiscard]] std::span<const std::string_view> kernels_that_run(const CpuWords&) noexcept;

// Whether what is compiled for AVX2 runs.
[[nodiscard]] bool has_avx2(const CpuWords&) noexcept;

// Whether SHA-256 by instructions runs, which use no more than the registers of SSE.
[[nodiscard]] bool has_sha_instructions(const CpuWords&) noexcept;

}  // namespace planish::core
