// What planish relies on in simdjson's stage 1.
#include <gtest/gtest.h>
#include <planish/padded_view.hpp>
#include <planish/transformer.hpp>

#include <core/structural_index.hpp>

#include <string>
#include <vector>

namespace planish::core {
namespace {

std::vector<std::uint32_t> index_of(std::string text, std::size_t behind = 0) {
  const std::size_t size = text.size();
  text.resize(size + kPadding);
  StructuralIndex index(size);
  if (!index.build({text.data(), size})) return {};
  return {index.begin(), index.end() + behind};
}

using Offsets = std::vector<std::uint32_t>;

TEST(StructuralIndex, HasTheFirstByteOfEachToken) {
  EXPECT_EQ(index_of(R"({"a":[1, true ,"b\"c"]})"), (Offsets{0, 1, 4, 5, 6, 7, 9, 14, 15, 21, 22}));
  EXPECT_EQ(index_of("\n12 "), (Offsets{1}));
  EXPECT_EQ(index_of(R"("a""b")"), (Offsets{0, 3}));
}

TEST(StructuralIndex, EndsWithTheSizeTwice) {
  EXPECT_EQ(index_of("[1] ", 2), (Offsets{0, 1, 2, 4, 4}));
  const std::string long_text = "[" + std::string(1'000, ' ') + "]";
  EXPECT_EQ(index_of(long_text, 2), (Offsets{0, 1'001, 1'002, 1'002}));
  EXPECT_EQ(index_of(std::string(128, '['), 2).size(), 130U);
}

TEST(StructuralIndex, PointsAtBytesThatBeginNoToken) {
  EXPECT_EQ(index_of("[\x01]"), (Offsets{0, 1, 2}));
  EXPECT_EQ(index_of("[\\]"), (Offsets{0, 1, 2}));
}

TEST(StructuralIndex, RefusesWhatTheWalkDoesNotLookFor) {
  StructuralIndex index(100);
  for (const std::string_view text : {"", " ", "\"a", "[\"\x1F\"]", "[\"\n\"]", "[\"\x80\"]", "[\"\xED\xA0\x80\"]"}) {
    std::string padded(text);
    padded.resize(text.size() + kPadding);
    EXPECT_FALSE(index.build({padded.data(), text.size()})) << text;
  }
}

TEST(StructuralIndex, TakesABodyOfItsSizeAndNotOneByteMore) {
  StructuralIndex index(64);
  const std::string body = "[" + std::string(63, ' ') + "]" + std::string(kPadding, ' ');
  EXPECT_TRUE(index.build({body.data(), 64}));
  EXPECT_FALSE(index.build({body.data(), 65}));
}

TEST(StructuralIndex, NamesItsKernelAndVersion) {
  EXPECT_FALSE(simd_kernel().empty());
  EXPECT_NE(simdjson_version().find('.'), std::string_view::npos);
  EXPECT_NE(xxhash_version().find('.'), std::string_view::npos);
}

}  // namespace
}  // namespace planish::core
