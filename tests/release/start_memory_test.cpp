// The operator new of the static release: what comes from its block, what is mapped, what is malloc()'s, and that all
// of it can be given back. A binary of its own, since it replaces the operator; the first allocations are those of a
// start.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <new>
#include <vector>

extern "C" {
extern char __bss_start;
extern char _end;
}

namespace {

constexpr std::size_t kSmall = std::size_t{8} << 10;
constexpr std::size_t kLarge = std::size_t{128} << 10;

struct Deleter {
  void operator()(void* memory) const noexcept { ::operator delete(memory); }
};
using Memory = std::unique_ptr<void, Deleter>;

Memory take(std::size_t bytes) {
  Memory memory(::operator new(bytes));
  std::memset(memory.get(), 0x5A, bytes);
  return memory;
}

bool is_of_the_program(const void* memory) {
  return !std::less<>{}(memory, static_cast<const void*>(&__bss_start)) &&
         std::less<>{}(memory, static_cast<const void*>(&_end));
}

std::uintptr_t address(const void* memory) {
  return reinterpret_cast<std::uintptr_t>(memory);
}

// Before there is anything else.
const Memory first = take(24);
const Memory second = take(24);
const Memory third = take(kSmall + 1);

TEST(StartMemory, GivesSmallOnesFromTheBlockOneBehindTheOther) {
  EXPECT_TRUE(is_of_the_program(first.get()));
  EXPECT_EQ(address(second.get()) - address(first.get()), 2U * __STDCPP_DEFAULT_NEW_ALIGNMENT__);
  EXPECT_FALSE(is_of_the_program(third.get()));
}

TEST(StartMemory, AlignsWhatAsksForIt) {
  for (const std::size_t alignment : {std::size_t{32}, std::size_t{64}, std::size_t{4096}}) {
    void* const memory = ::operator new (100, std::align_val_t{alignment});
    EXPECT_EQ(address(memory) % alignment, 0U);
    std::memset(memory, 1, 100);
    ::operator delete (memory, std::align_val_t{alignment});
  }
}

TEST(StartMemory, MapsTheFirstLargeOnesAsTheyAreAndMallocGivesTheRest) {
  std::vector<Memory> all;
  all.reserve(64);
  std::size_t mapped = 0;
  for (int i = 0; i < 40; ++i) {  // more than it keeps sizes of
    all.push_back(take(kLarge + 1));
    mapped += address(all.back().get()) % 4096 == 0 ? 1 : 0;
  }
  EXPECT_GE(mapped, 30U);
  EXPECT_LT(mapped, 40U);
  all.clear();
  EXPECT_FALSE(is_of_the_program(take(kLarge).get()));
}

TEST(StartMemory, IsMallocOnceTheBlockIsUsedUp) {
  std::vector<Memory> all;
  for (int i = 0; i < 1'000; ++i) all.push_back(take(1'000));
  EXPECT_FALSE(is_of_the_program(all.back().get()));
  for (std::size_t i = 0; i < all.size(); i += 2) all[i].reset();
  for (int i = 0; i < 1'000; ++i) EXPECT_FALSE(is_of_the_program(take(1'000).get()));
  EXPECT_NE(take(0).get(), nullptr);
}

TEST(StartMemory, ThrowsWhereThereIsNone) {
  EXPECT_THROW(static_cast<void>(::operator new(SIZE_MAX / 2)), std::bad_alloc);
}

}  // namespace
