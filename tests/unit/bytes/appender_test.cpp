// Appender: what has room is written, what has none is cut and told.
#include <bytes/appender.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace planish::bytes {
namespace {

TEST(Appender, WritesOnePieceAfterTheOther) {
  std::string memory(40, '#');
  Appender out(memory);
  out.text("a=").number(7U).text({}).text(", b=").number(std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(out.text(), "a=7, b=18446744073709551615");
  EXPECT_EQ(out.size(), out.text().size());
  EXPECT_FALSE(out.cut());
  EXPECT_EQ(memory[out.size()], '#');
}

TEST(Appender, FillsItsRoomAndCutsWhatIsOneMore) {
  std::string memory(4, '#');
  Appender full(std::span(memory.data(), 3));
  full.text("abc");
  EXPECT_FALSE(full.cut());
  full.text("d");
  EXPECT_TRUE(full.cut());
  EXPECT_EQ(full.text(), "abc");
  EXPECT_EQ(memory, "abc#");
  Appender number(std::span(memory.data(), 3));
  number.number(1234U);
  EXPECT_EQ(number.text(), "123");
  EXPECT_TRUE(number.cut());
}

TEST(Appender, LeavesRoomForWhoWritesThereItself) {
  std::string memory(4, '#');
  Appender out(memory);
  out.text("a");
  EXPECT_EQ(out.free().size(), 3U);
  out.free()[0] = 'b';
  out.used(1);
  EXPECT_EQ(out.text("c").text(), "abc");
}

}  // namespace
}  // namespace planish::bytes
