// PackedTexts: what comes out of the binary is what went in, to the byte.
#include <app/packed_texts.hpp>

#include <app/manual_pages.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace planish::app {
namespace {

std::string file(std::string_view name) {
  std::ifstream in(std::string(PLANISH_MANUAL).append("/").append(name).append(".txt"), std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(PackedTexts, GivesEachFileAsItIs) {
  ASSERT_GE(kManualPages.entries.size(), 7U);
  for (const PackedTexts::Entry& page : kManualPages.entries) {
    const std::string text = file(page.name);
    ASSERT_GT(text.size(), 1000U) << page.name;
    EXPECT_EQ(unpacked(kManualPages, page.name), text) << page.name;
  }
}

TEST(PackedTexts, StandOneBehindTheOther) {
  std::size_t end = 0;
  for (const PackedTexts::Entry& page : kManualPages.entries) {
    EXPECT_EQ(page.begin, end);
    end += page.size;
  }
  EXPECT_EQ(end, kManualPages.size);
  EXPECT_LT(kManualPages.packed.size(), kManualPages.size / 2);
}

TEST(PackedTexts, HaveNothingUnderANameThatIsNone) {
  EXPECT_EQ(unpacked(kManualPages, "nonsense"), "");
  EXPECT_EQ(unpacked(kManualPages, ""), "");
}

}  // namespace
}  // namespace planish::app
