// GuardedArray: what is written behind its end ends the process, at the place of writing and in every build type.
#include <core/canonical/guarded_array.hpp>
#include <core/canonical/scratch.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <utility>

#if GTEST_HAS_DEATH_TEST
#include <unistd.h>
#endif

namespace planish::core::canonical {
namespace {

struct Twelve {
  std::uint32_t words[3];
};

// Not to be seen through: that the place is beyond the array.
template <class T>
void write_at(const GuardedArray<T>& array, std::size_t index) {
  T* volatile begin = array.get();
  std::memset(static_cast<void*>(begin + index), 1, sizeof(T));
}

TEST(GuardedArray, TakesAllOfItsElements) {
  for (const std::size_t size : {0U, 1U, 255U, 256U, 257U, 4096U, 100'000U}) {
    const GuardedArray<Entry> array(size);
    for (std::size_t i = 0; i < size; ++i) write_at(array, i);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(array.get()) % alignof(Entry), 0U);
  }
}

#if GTEST_HAS_DEATH_TEST  // WebAssembly has neither pages to protect nor processes
TEST(GuardedArray, TakesNoMoreForTheBeginningOfAPageThanIsTold) {
  EXPECT_LE(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)), GuardedBlock::kRoundingMax);
}

TEST(GuardedArrayDeathTest, EndsTheProcessAtTheFirstElementBehindItsEnd) {
  for (const std::size_t size : {0U, 1U, 255U, 256U, 257U, 100'000U}) {
    const GuardedArray<Entry> entries(size);
    EXPECT_DEATH(write_at(entries, size), "") << size;
    const GuardedArray<Twelve> twelves(size);  // whatever its size is rounded up to: some of it is behind
    EXPECT_DEATH(write_at(twelves, size + (GuardedBlock::kGrain - 1) / sizeof(Twelve)), "") << size;
  }
}

TEST(GuardedArrayDeathTest, GuardsWhatTheCanonicalFormWritesTo) {
  const Scratch scratch(1000);
  EXPECT_DEATH(*(const_cast<Member*>(scratch.members_end())) = (Member{}), "");
  EXPECT_DEATH(std::memset(scratch.text() + scratch.bounds().text + Bounds::kSlack + GuardedBlock::kGrain, 1, 1), "");
}

#endif

TEST(GuardedArray, IsMovedWithWhatItHolds) {
  GuardedArray<char> from(10);
  from.get()[9] = 'x';
  const GuardedArray<char> to(std::move(from));
  EXPECT_EQ(to.get()[9], 'x');
}

}  // namespace
}  // namespace planish::core::canonical
