// What is wrong with rules, and limits.
#include <core/rules/rule_set.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace planish::core::rules {
namespace {

std::vector<std::string> problems(const std::vector<Rule>& rules, std::string_view key = "0123456789abcdef",
                                  const std::vector<std::string>& types = {}) {
  std::vector<std::string> lines;
  const RuleSet::Compiled compiled = RuleSet::compile(rules, key, types);
  for (const RuleProblem& problem : compiled.problems) {
    lines.push_back(std::to_string(problem.rule) + " " + problem.key + ": " + problem.words);
  }
  for (const std::size_t rule : compiled.idle) lines.push_back(std::to_string(rule) + " can never match");
  EXPECT_EQ(compiled.set == nullptr, !compiled.problems.empty());
  return lines;
}
using Lines = std::vector<std::string>;

TEST(RuleSet, NamesEverythingThatIsWrongAtOnce) {
  EXPECT_EQ(
      problems({{},
                {.types = {"", "a*b"},
                 .drop = 1.5,
                 .rename = std::string(257, 'x'),
                 .remove = {"a", "/~2", ""},
                 .set = {{"/a", "x"}}}}),
      (Lines{"0 : does nothing", "1 drop: is not a share from 0 to 1", "1 rename: has more than 256 bytes",
             "1 types: has an empty type", "1 types: \"a*b\" has a * that is not at its end",
             "1 remove: \"a\" is not a JSON pointer to a member", "1 remove: \"/~2\" is not a JSON pointer to a member",
             "1 remove: \"\" is not a JSON pointer to a member", "1 set: \"/a\" is to be what is not JSON"}));
}

TEST(RuleSet, WantsAKeyForHashes) {
  EXPECT_EQ(problems({{.hash = {"/a"}}}, ""), (Lines{"0 hash: needs rule_key_file"}));
  EXPECT_EQ(problems({{.hash = {"/a"}}}, std::string(15, 'k')), (Lines{"0 rule_key_file: has fewer than 16 bytes"}));
  EXPECT_EQ(problems({{.hash = {"/a"}}}, std::string(16, 'k')), Lines{});
}

TEST(RuleSet, NamesARuleThatCanNeverMatch) {
  const Rule drop_orders{.types = {"Order *"}, .drop = 1},
      remove_completed{.types = {"Order Completed"}, .remove = {"/a"}};
  EXPECT_EQ(problems({drop_orders, remove_completed}), (Lines{"1 can never match"}));
  EXPECT_EQ(problems({remove_completed, drop_orders}), Lines{});
  EXPECT_EQ(problems({{.drop = 0.9}, remove_completed}), Lines{});
  EXPECT_EQ(problems({{.types = {"a"}, .rename = "b"}, {.types = {"a"}, .remove = {"/x"}}}),
            (Lines{"1 can never match"}));
  EXPECT_EQ(
      problems({{.types = {"a"}, .rename = "b"}, {.types = {"b"}, .rename = "a"}, {.types = {"a"}, .remove = {"/x"}}}),
      Lines{});
  EXPECT_EQ(problems({{.types = {"a", "c*"}, .remove = {"/x"}}}, "", {"b", "d"}), (Lines{"0 can never match"}));
  EXPECT_EQ(problems({{.types = {"b"}, .rename = "c"}, {.types = {"c*"}, .remove = {"/x"}}}, "", {"b"}), Lines{});
}

TEST(RuleSet, HasLimits) {
  const std::vector<std::string> pointers(kRulePointersMax, "/a");
  std::vector<std::string> more = pointers;
  more.push_back("/b");
  EXPECT_EQ(problems({{.remove = pointers}}), Lines{});
  EXPECT_EQ(problems({{.remove = more}}), (Lines{"0 remove: more than 64 pointers"}));
  std::string deep;
  for (std::size_t i = 0; i < kRuleStepsMax; ++i) deep += "/a";
  EXPECT_EQ(problems({{.remove = {deep}}}), Lines{});
  EXPECT_EQ(problems({{.remove = {deep + "/a"}}}), (Lines{"0 remove: \"" + deep + "/a\" has more than 32 steps"}));
  const std::vector<Rule> rules(kRulesMax, Rule{.remove = {"/a"}});
  EXPECT_EQ(problems(rules), Lines{});
  EXPECT_EQ(problems(std::vector<Rule>(kRulesMax + 1, Rule{.remove = {"/a"}})), (Lines{"256 : more than 256 rules"}));
  Rule setting;
  for (std::size_t i = 0; i < kRulePointersMax; ++i) setting.set.push_back({"/a", "1"});
  EXPECT_EQ(problems({setting}), Lines{});
  setting.set.push_back({"/a", "1"});
  EXPECT_EQ(problems({setting}), (Lines{"0 set: more than 64 pointers"}));
}

TEST(RuleSet, HasALimitForWhatIsPutIntoAnEvent) {
  const auto putting = [](std::size_t bytes) {
    // {"a":"…"} and a comma: the step's name and five bytes, the value, the comma.
    return std::vector<Rule>{{.set = {{"/a", '"' + std::string(bytes - 9, 'x') + '"'}}}};
  };
  EXPECT_EQ(problems(putting(kRulesPutBytesMax)), Lines{});
  EXPECT_EQ(problems(putting(kRulesPutBytesMax + 1)),
            (Lines{"0 : with it, rules put more than 4096 bytes into an event"}));
}

TEST(RuleSet, SetsNothingThatMakesAnEventTooDeep) {
  const auto deep = [](std::size_t depth) {
    return std::vector<Rule>{{.set = {{"/a", std::string(depth, '[') + std::string(depth, ']')}}}};
  };
  EXPECT_EQ(problems(deep(88)), Lines{});
  EXPECT_EQ(problems(deep(89)), (Lines{"0 set: \"/a\" is to be what is nested too deep"}));
}

TEST(RuleSet, RefusesAnEmptyName) {
  EXPECT_EQ(problems({{.rename = ""}}), (Lines{"0 rename: is empty"}));
  EXPECT_EQ(problems({{.rename = std::string(256, 'x')}}), Lines{});
}

}  // namespace
}  // namespace planish::core::rules
