// CRC-32 by both ways: against the check value of the catalogue, against zlib at every length and cut.
#include <http/crc32.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace planish::http {
namespace {

std::string noise(std::size_t bytes) {
  std::mt19937 random(7);
  std::string text(bytes, '\0');
  for (char& c : text) c = static_cast<char>(random() & 0xFF);
  return text;
}

TEST(Crc32, IsTheOneOfGzip) {
  EXPECT_EQ(crc32(0, ""), 0u);
  EXPECT_EQ(crc32(0, "123456789"), 0xcbf43926u);
  EXPECT_EQ(crc32_portable(0, "123456789"), 0xcbf43926u);
}

TEST(Crc32, IsTheSameByFoldingAtEveryLengthAndPlace) {
  const std::string text = noise(1200);
  for (std::size_t from = 0; from < 17; ++from) {
    for (std::size_t size = 0; from + size <= text.size(); ++size) {
      const std::string_view bytes = std::string_view(text).substr(from, size);
      ASSERT_EQ(crc32(0, bytes), crc32_portable(0, bytes)) << size;
      ASSERT_EQ(crc32(0x12345678, bytes), crc32_portable(0x12345678, bytes)) << size;
    }
  }
  const std::string large = noise(300'001);
  EXPECT_EQ(crc32(0, large), crc32_portable(0, large));
  EXPECT_EQ(crc32(0, std::string(100'000, '\0')), crc32_portable(0, std::string(100'000, '\0')));
}

TEST(Crc32, GoesOnFromWhereItWasCut) {
  const std::string text = noise(700);
  const std::uint32_t whole = crc32(0, text);
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    ASSERT_EQ(crc32(crc32(0, text.substr(0, cut)), text.substr(cut)), whole) << cut;
  }
}

}  // namespace
}  // namespace planish::http
