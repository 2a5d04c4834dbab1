// What was meant by a name that there is not: the nearest one, or none.
#include <app/near_names.hpp>
#include <app/setting_table.hpp>

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

namespace planish::app {
namespace {

constexpr std::array<std::string_view, 6> kKnown = {"max_body", "max_header", "hash", "upstream", "[[rule]]", "tick"};

TEST(NearNames, AreFoundByALetterTooFewTooManyOrAnother) {
  EXPECT_EQ(nearest("max_bdy", kKnown), "max_body");
  EXPECT_EQ(nearest("max_bodyy", kKnown), "max_body");
  EXPECT_EQ(nearest("upstraem", kKnown), "upstream");
  EXPECT_EQ(nearest("hesh", kKnown), "hash");
}

TEST(NearNames, DontMindDashesCaseAndBrackets) {
  EXPECT_EQ(nearest("max-body", kKnown), "max_body");
  EXPECT_EQ(nearest("--max-body", kKnown), "max_body");
  EXPECT_EQ(nearest("MAX_BODY", kKnown), "max_body");
  EXPECT_EQ(nearest("rules", kKnown), "[[rule]]");
}

TEST(NearNames, AreNoneWhereMoreThanAQuarterDiffers) {
  EXPECT_EQ(nearest("hoch", kKnown), "");  // two of four letters
  EXPECT_EQ(nearest("banana", kKnown), "");
  EXPECT_EQ(nearest("", kKnown), "");
  EXPECT_EQ(nearest("maxbo", kKnown), "");  // three of what would be eight
}

TEST(NearNames, OfNamesLongerThanAnySettingAreNone) {
  const std::string most(64, 'a');
  const std::array<std::string_view, 1> known = {most};
  EXPECT_EQ(nearest(most.substr(1), known), most);
  EXPECT_EQ(nearest(most, known), most);
  EXPECT_EQ(nearest(std::string(65, 'a'), known), "");
}

TEST(NearNames, OfEachSettingWithoutOneOfItsLettersIsThatSetting) {
  const auto keys = setting_keys();
  ASSERT_EQ(keys.size(), setting_table().size());
  for (const std::string_view key : keys) {
    EXPECT_EQ(nearest(key, keys), key);
    if (key.size() < 6) continue;
    std::string without(key);
    without.erase(1, 1);
    EXPECT_EQ(nearest(without, keys), key);
  }
}

}  // namespace
}  // namespace planish::app
