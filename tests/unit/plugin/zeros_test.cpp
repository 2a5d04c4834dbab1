// Zeros are seen and made by each width that a processor has, wherever they begin and end.
#include <plugin/zeros.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace planish::plugin {
namespace {

constexpr std::size_t kBytes = 2048;  // some steps, and what is beside them
constexpr std::array<std::size_t, 10> kSizes{0, 16, 48, 64, 496, 512, 528, 1024, 1536, 1600};

struct alignas(64) Room {
  std::array<char, kBytes> bytes{};
};

std::vector<Width> widths() {
  std::vector<Width> out{Width::by_16};
  if (widest() >= Width::by_32) out.push_back(Width::by_32);
  if (widest() >= Width::by_64) out.push_back(Width::by_64);
  return out;
}

// Calls `each` with places of at least kZerosAtOnce before and behind them.
template <typename Each>
void for_all_places(const Each& each) {
  for (const Width width : widths()) {
    for (std::size_t from = 16; from < 144; from += 16) {
      for (const std::size_t bytes : kSizes) each(width, from, bytes);
    }
  }
}

TEST(Zeros, AreSeenWhereverOneByteIsNotOne) {
  Room room;
  for_all_places([&](Width width, std::size_t from, std::size_t bytes) {
    room.bytes[from - 1] = room.bytes[from + bytes] = 1;
    const char* const begin = room.bytes.data() + from;
    EXPECT_TRUE(all_zero(begin, bytes, width));
    for (std::size_t at = from; at < from + bytes; at += 7) {
      room.bytes[at] = static_cast<char>(0x80);
      EXPECT_FALSE(all_zero(begin, bytes, width)) << from << ' ' << bytes << ' ' << at;
      EXPECT_FALSE(is_zero(begin, bytes));
      room.bytes[at] = 0;
    }
    room.bytes[from - 1] = room.bytes[from + bytes] = 0;
  });
}

TEST(Zeros, ArePutWhereTheyAreWantedAndNowhereElse) {
  Room room;
  for_all_places([&](Width width, std::size_t from, std::size_t bytes) {
    for (std::size_t step = 1; step <= kBytes; step *= 16) {  // from all dirty to but one byte
      room.bytes.fill(0);
      for (std::size_t at = (from + bytes / 2) % step; at < kBytes; at += step) room.bytes[at] = 7;
      Room expected = room;
      std::fill_n(expected.bytes.data() + from, bytes, '\0');
      put_zeros(room.bytes.data() + from, bytes, width);
      EXPECT_EQ(room.bytes, expected.bytes) << from << ' ' << bytes << ' ' << step;
    }
  });
}

}  // namespace
}  // namespace planish::plugin
