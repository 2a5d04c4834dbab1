// Which kernel runs: what the processor has is one thing, what the system lets a process use another.
#include <core/cpu.hpp>

#include <gtest/gtest.h>
#include <planish/transformer.hpp>

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace planish::core {
namespace {

constexpr std::uint32_t kAll = 0xFFFF'FFFF;
constexpr std::uint32_t kSse = 0b011, kAvx = 0b111, kAvx512 = 0b1110'0111;  // of XCR0; bit 0 is the x87's

CpuWords everything() {
  return {kAll, kAll, kAll, kAvx512};
}

std::string_view widest(const CpuWords& words) {
  return kernels_that_run(words).front();
}

TEST(Cpu, TheWidestKernelRunsWhereEverythingIsThere) {
  EXPECT_EQ(widest(everything()), "icelake");
  EXPECT_EQ(kernels_that_run(everything()).size(), 4U);
  EXPECT_EQ(widest({}), "fallback");
  EXPECT_EQ(kernels_that_run({}).size(), 1U);
}

TEST(Cpu, WhatTheSystemHasSwitchedOffIsNotUsed) {
  for (const auto& [xcr0, kernel] :
       std::initializer_list<std::pair<std::uint32_t, std::string_view>>{{kAvx512, "icelake"},
                                                                         {kAvx, "haswell"},
                                                                         {kAvx512 & ~kAvx, "westmere"},
                                                                         {kAvx | 1U << 5, "haswell"},
                                                                         {kAvx | 0b11U << 6, "haswell"},
                                                                         {kSse, "westmere"},
                                                                         {0b101, "westmere"},
                                                                         {0, "westmere"}}) {
    CpuWords words = everything();
    words.xcr0 = xcr0;
    EXPECT_EQ(widest(words), kernel) << xcr0;
  }
  CpuWords no_xsave = everything();
  no_xsave.leaf1_ecx &= ~(1U << 27);
  EXPECT_EQ(widest(no_xsave), "westmere");
}

TEST(Cpu, EachInstructionThatAKernelIsMadeOfCounts) {
  const auto without = [](std::uint32_t CpuWords::*word, unsigned bit) {
    CpuWords words = everything();
    words.*word &= ~(1U << bit);
    return widest(words);
  };
  for (const unsigned bit : {1U, 9U, 19U, 20U, 23U}) EXPECT_EQ(without(&CpuWords::leaf1_ecx, bit), "fallback") << bit;
  for (const unsigned bit : {27U, 28U}) EXPECT_EQ(without(&CpuWords::leaf1_ecx, bit), "westmere") << bit;
  for (const unsigned bit : {3U, 5U, 8U}) EXPECT_EQ(without(&CpuWords::leaf7_ebx, bit), "westmere") << bit;
  for (const unsigned bit : {16U, 17U, 28U, 30U, 31U}) EXPECT_EQ(without(&CpuWords::leaf7_ebx, bit), "haswell") << bit;
  for (const unsigned bit : {1U, 6U}) EXPECT_EQ(without(&CpuWords::leaf7_ecx, bit), "haswell") << bit;
}

TEST(Cpu, ShaInstructionsWantTheRegistersOfSseAlone) {
  CpuWords words = everything();
  words.xcr0 = kSse;
  EXPECT_TRUE(has_sha_instructions(words));
  words.leaf7_ebx &= ~(1U << 29);
  EXPECT_FALSE(has_sha_instructions(words));
  for (const unsigned bit : {9U, 19U}) {
    words = everything();
    words.leaf1_ecx &= ~(1U << bit);
    EXPECT_FALSE(has_sha_instructions(words));
  }
}

TEST(Cpu, Avx2WantsItsRegistersSaved) {
  CpuWords words = everything();
  EXPECT_TRUE(has_avx2(words));
  words.xcr0 = kSse;
  EXPECT_FALSE(has_avx2(words));
  words = everything();
  words.leaf7_ebx &= ~(1U << 5);
  EXPECT_FALSE(has_avx2(words));
  EXPECT_FALSE(has_avx2({}));
}

#if defined(__x86_64__)
TEST(Cpu, TheKernelInUseIsOneThatRunsHere) {
  const auto kernels = kernels_that_run(cpu());
  EXPECT_NE(std::find(kernels.begin(), kernels.end(), simd_kernel()), kernels.end()) << simd_kernel();
  EXPECT_NE(cpu().leaf1_ecx, 0U);
}
#endif

}  // namespace
}  // namespace planish::core
