// The allow-list of event types.
#include <planish/options.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace planish {
namespace {

TEST(EventTypes, ContainsWhatItWasGivenAndNothingElse) {
  const EventTypes types({"click", "view", "purchase", "add_to_cart", "é", "a"});
  for (const char* name : {"click", "view", "purchase", "add_to_cart", "é", "a"})
    EXPECT_TRUE(types.contains(name)) << name;
  for (const char* name : {"", "clic", "clicks", "Click", "views", "b", "A", "é ", "add_to_carT", "purchasf"}) {
    EXPECT_FALSE(types.contains(name)) << name;
  }
}

TEST(EventTypes, CountsEachNameOnce) {
  EXPECT_EQ(EventTypes({"b", "a", "b", "a", "a"}).size(), 2u);
  EXPECT_EQ(EventTypes({}).size(), 0u);
}

TEST(EventTypes, ContainsNothingWhenItIsEmpty) {
  EXPECT_FALSE(EventTypes({}).contains(""));
  EXPECT_FALSE(EventTypes({}).contains("click"));
}

TEST(EventTypes, ComparesBytesBeyondASentinelToo) {
  const EventTypes types({std::string("a\0b", 3), std::string(256, 'x')});
  EXPECT_TRUE(types.contains(std::string_view("a\0b", 3)));
  EXPECT_FALSE(types.contains(std::string_view("a\0c", 3)));
  EXPECT_FALSE(types.contains("a"));
  EXPECT_TRUE(types.contains(std::string(256, 'x')));
  EXPECT_FALSE(types.contains(std::string(255, 'x')));
}

TEST(EventTypes, FindsEachOfManyNames) {
  std::vector<std::string> names;
  for (int i = 0; i < 1000; ++i) names.push_back("type_" + std::to_string(i));
  const EventTypes types(names);
  for (const std::string& name : names) {
    ASSERT_TRUE(types.contains(name)) << name;
    ASSERT_FALSE(types.contains(name + "x")) << name;
  }
}

}  // namespace
}  // namespace planish
