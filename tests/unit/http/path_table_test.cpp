// PathTable: which pattern a path belongs to, against a plain reading of the rule.
#include <http/path_table.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace planish::http {
namespace {

PathTable table(const std::vector<std::string>& patterns) {
  std::vector<std::pair<std::string, std::uint16_t>> rows;
  for (const std::string& pattern : patterns) rows.emplace_back(pattern, static_cast<std::uint16_t>(rows.size()));
  return PathTable(rows);
}

std::vector<std::string> segments(std::string_view path) {
  std::vector<std::string> out;
  for (const char c : path) {
    if (c == '/') {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

// The rule as the contract words it, slowly.
std::optional<std::uint16_t> found(const std::vector<std::string>& patterns, std::string_view path) {
  const auto of_path = segments(path);
  std::optional<std::uint16_t> best;
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    const auto pattern = segments(patterns[i]);
    bool matches = pattern.size() == of_path.size();
    for (std::size_t s = 0; matches && s < pattern.size(); ++s) {
      matches = pattern[s] == "*" ? !of_path[s].empty() : pattern[s] == of_path[s];
    }
    if (!matches) continue;
    bool wins = !best;
    if (best) {
      const auto other = segments(patterns[*best]);
      std::size_t s = 0;
      while (s < other.size() && other[s] == pattern[s]) ++s;
      wins = s < other.size() && other[s] == "*";
    }
    if (wins) best = static_cast<std::uint16_t>(i);
  }
  return best;
}

TEST(PathTable, FindsExactPathsByteForByte) {
  const PathTable paths = table({"/", "/v1/batch", "/e", "/e/"});
  EXPECT_EQ(paths.find("/"), 0);
  EXPECT_EQ(paths.find("/v1/batch"), 1);
  EXPECT_EQ(paths.find("/e"), 2);
  EXPECT_EQ(paths.find("/e/"), 3);
  for (const char* path : {"", "*", "/v1", "/v1/batch/", "/V1/batch", "/v1%2Fbatch", "//", "/e//"}) {
    EXPECT_EQ(paths.find(path), std::nullopt) << path;
  }
}

TEST(PathTable, TakesOneSegmentThatIsNotEmptyForAStar) {
  const PathTable paths = table({"/v1/*"});
  EXPECT_EQ(paths.find("/v1/t"), 0);
  EXPECT_EQ(paths.find("/v1/*"), 0);
  for (const char* path : {"/v1", "/v1/", "/v1/a/b", "/v1/a/", "/v2/t", "v1/t"}) {
    EXPECT_EQ(paths.find(path), std::nullopt) << path;
  }
}

TEST(PathTable, PrefersTheLiteralWhereTwoFirstDiffer) {
  const PathTable paths = table({"/*/b", "/a/*", "/a/b", "/*/*"});
  EXPECT_EQ(paths.find("/a/b"), 2);
  EXPECT_EQ(paths.find("/a/c"), 1);
  EXPECT_EQ(paths.find("/c/b"), 0);
  EXPECT_EQ(paths.find("/c/d"), 3);
}

TEST(PathTable, AgreesWithThePlainReading) {
  std::mt19937 random(1);
  const auto path = [&](bool pattern) {
    std::string out;
    const unsigned count = 1 + random() % 4;
    for (unsigned i = 0; i < count; ++i) {
      static const char* const kSegments[] = {"a", "b", "", "ab", "*", "*"};
      out += '/';
      out += kSegments[random() % (pattern ? 6 : 4)];
    }
    return out;
  };
  for (int round = 0; round < 2'000; ++round) {
    std::vector<std::string> patterns;
    for (int i = 0; i < 8; ++i) {
      std::string one = path(true);
      if (std::find(patterns.begin(), patterns.end(), one) == patterns.end()) patterns.push_back(std::move(one));
    }
    const PathTable paths = table(patterns);
    for (int i = 0; i < 8; ++i) {
      const std::string asked = path(false);
      EXPECT_EQ(paths.find(asked), found(patterns, asked)) << asked << " of " << testing::PrintToString(patterns);
    }
  }
}

TEST(PathTable, KnowsWhichPatternsHaveWholeStars) {
  EXPECT_TRUE(has_wildcard("/a/*"));
  EXPECT_FALSE(has_wildcard("/a*/b"));
  EXPECT_TRUE(wildcards_are_whole("/*/b/*"));
  EXPECT_FALSE(wildcards_are_whole("/a*/b"));
  EXPECT_FALSE(wildcards_are_whole("/**"));
}

}  // namespace
}  // namespace planish::http
