// A unified diff, as `diff -u` writes it.
#include <app/text_diff.hpp>

#include <gtest/gtest.h>

#include <string>

namespace planish::app {
namespace {

std::string diff(std::string_view before, std::string_view after, bool colour = false) {
  return unified_diff(before, after, {"a", "b"}, colour);
}

TEST(TextDiff, IsEmptyWhereNothingDiffers) {
  EXPECT_EQ(diff("", ""), "");
  EXPECT_EQ(diff("x\ny\n", "x\ny\n"), "");
}

TEST(TextDiff, ShowsThreeLinesAround) {
  EXPECT_EQ(diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n6\n7\n8\n9\n"),
            "--- a\n+++ b\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n");
  EXPECT_EQ(diff("1\n", "1\n2\n"), "--- a\n+++ b\n@@ -1,1 +1,2 @@\n 1\n+2\n");
  EXPECT_EQ(diff("1\n", ""), "--- a\n+++ b\n@@ -1,1 +0,0 @@\n-1\n");
  EXPECT_EQ(diff("", "1\n"), "--- a\n+++ b\n@@ -0,0 +1,1 @@\n+1\n");
}

TEST(TextDiff, PutsWhatIsFarApartIntoHunks) {
  std::string before, after;
  for (int i = 1; i <= 20; ++i) {
    before.append(std::to_string(i)).append("\n");
    after.append(i == 2 || i == 18 ? "x" : std::to_string(i)).append("\n");
  }
  EXPECT_EQ(
      diff(before, after),
      "--- a\n+++ b\n@@ -1,5 +1,5 @@\n 1\n-2\n+x\n 3\n 4\n 5\n@@ -15,6 +15,6 @@\n 15\n 16\n 17\n-18\n+x\n 19\n 20\n");
}

TEST(TextDiff, ColoursWhatDiffersAndShowsNoControlCharacters) {
  EXPECT_EQ(diff("a\x1b[2J\n", "b\n", true),
            "--- a\n+++ b\n@@ -1,1 +1,1 @@\n\033[31m-a?[2J\033[0m\n\033[32m+b\033[0m\n");
}

TEST(TextDiff, TakesLongTextsAsOneChange) {
  std::string before, after;
  for (int i = 0; i < 3000; ++i) {
    before.append("a").append(std::to_string(i)).append("\n");
    after.append("b").append(std::to_string(i)).append("\n");
  }
  const std::string text = diff("same\n" + before, "same\n" + after);
  EXPECT_EQ(text.substr(0, 40), "--- a\n+++ b\n@@ -1,3001 +1,3001 @@\n same\n");
}

}  // namespace
}  // namespace planish::app
