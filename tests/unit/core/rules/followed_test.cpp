// Rules whose places the reader of a shape goes to itself leave of any event what they leave where its places are
// looked for; and the names that it knows for them change nothing else.
#include <gtest/gtest.h>
#include <support/transforming.hpp>

#include <planish/rules.hpp>

#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace planish {
namespace {

using support::Outcome;
using support::Transforming;

constexpr Context kLenient{.invalid_events = InvalidEvents::skip, .received_at_ms = 77};

Options options_of(const std::vector<Rule>& rules, Canonical canonical) {
  Options options;
  options.shape = own_shape("own");
  const auto source = [](std::string_view text, Part part) {
    std::string problem;
    return *parse_source(text, part, problem);
  };
  options.shape.events = {"/batch", ""};
  options.shape.type = {source("/e", Part::type), source("=t", Part::type)};
  options.shape.user = {source("/u", Part::user), source("/p/u", Part::user), source("^/u", Part::user),
                        source("null", Part::user)};
  options.shape.id = {source("/o/id", Part::id), source("null", Part::id)};
  options.shape.payload = {source("/p", Part::payload), source("/o/p", Part::payload), source("", Part::payload)};
  options.canonical = canonical;
  options.answer = Answer::ndjson;
  for (const std::string_view member : {"event_type", "user_id", "id", "hash", "key", "payload", "event"}) {
    std::string problem;
    options.answer_members.push_back(*parse_answer_member(member, problem));
  }
  const Rules::Compiled compiled = Rules::compile(rules, "0123456789abcdef");
  EXPECT_TRUE(compiled.problems.empty());
  options.rules = compiled.rules;
  return options;
}

// The first of them with a pointer that finds nothing, of a kind that nobody follows.
std::vector<Rule> looked_for(std::vector<Rule> rules) {
  rules[0].remove.emplace_back("/no such name/*");
  return rules;
}

class Events {
 public:
  explicit Events(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t limit) { return random_() % limit; }
  std::string body() {
    if (below(4) == 0) return object(0);
    std::string text = below(2) == 0 ? "{\"batch\":[" : "{\"u\":\"around\",\"batch\":[";
    for (std::size_t i = 0, size = below(4); i < size; ++i) {
      if (i != 0) text += ',';
      text += object(0);
    }
    return text += below(2) == 0 ? "]}" : R"(],"u":"late"})";
  }

 private:
  void add_space(std::string& text) { text.append(below(12) == 0 ? 1 + below(2) : 0, ' '); }
  // Most names once, as the shape wants its own.
  std::string object(unsigned depth) {
    static constexpr std::array<std::string_view, 9> kNames{"e", "u", "p",       "o",          "id",
                                                            "a", "b", "\\u0061", "a long name"};
    std::string text = "{";
    std::size_t name = below(3);
    for (; name < kNames.size(); name += below(15) == 0 ? 0 : 1 + below(2)) {
      if (text.back() != '{') text += ',';
      add_space(text);
      text += '"';
      text += kNames[name];
      text += '"';
      add_space(text);
      text += ':';
      add_space(text);
      const bool is_told = kNames[name] == "e" || kNames[name] == "u" || kNames[name] == "id";
      text += is_told ? scalar() : value(depth + 1);
      add_space(text);
    }
    return text += '}';
  }
  std::string scalar() {
    static constexpr std::array<std::string_view, 6> kValues{"1",        "null",         "\"\"",
                                                             "\"text\"", "\"10.1.2.3\"", "\"\\u00e9\\\\\""};
    return std::string(kValues[below(kValues.size())]);
  }
  std::string value(unsigned depth) {
    static constexpr std::array<std::string_view, 3> kValues{"[{\"a\":1}]", "[]", "1.50"};
    if (depth < 3 && below(2) == 0) return object(depth);
    return below(2) == 0 ? scalar() : std::string(kValues[below(kValues.size())]);
  }

  std::mt19937 random_;
};

const std::vector<std::vector<Rule>> kRules{
    {{.remove = {"/a", "/p/a", "/o/b", "/b/a/b"}, .hash = {"/u"}, .truncate_ip = {"/p/b"}}},
    {{.remove = {"/p", "/p", "/u"}, .mask = {"/e"}}},
    {{.mask = {"/p"}, .hash = {"/o"}}},
    {{.remove = {"/e", "/u", "/p", "/o", "/id", "/a", "/b", "/a long name"}}},
    {{.hash = {"/p/p/p", "/p/u"}, .truncate_ip = {"/o/id"}}, {.remove = {"/p/p"}, .set = {{"/p/z", "1"}}}},
    {{.types = {"text"}, .remove = {"/a"}}, {.remove = {"/b"}}, {.types = {"t"}, .mask = {"/p/a"}}},
    {{.remove = {"/o/a"}, .mask = {"/o/p", "/o/id"}, .set = {{"/o/x/y", "[]"}}}},
    {{.remove = {"/a", "/a/b"}, .mask = {"/p/b"}}},
};

TEST(RulesFollowed, LeaveWhatIsLeftWhereTheirPlacesAreLookedFor) {
  Events events(1);
  std::size_t answered = 0;
  for (const std::vector<Rule>& rules : kRules) {
    for (const Canonical canonical : {Canonical::jcs, Canonical::raw}) {
      Transforming met(options_of(rules, canonical)), looked(options_of(looked_for(rules), canonical));
      for (int i = 0; i < 1'500; ++i) {
        const std::string body = events.body();
        const Outcome one = met(body, kLenient), other = looked(body, kLenient);
        ASSERT_EQ(one.text, other.text) << body;
        ASSERT_EQ(one.faults, other.faults) << body;
        ASSERT_TRUE(one.kept_to_its_memory) << body;
        answered += one.text.empty() ? 0 : 1;
      }
    }
  }
  EXPECT_GT(answered, 5'000u);
}

// Of a name that the shape knows; one that rules know may be there twice.
TEST(RulesFollowed, RefuseNoNameThatOnlyTheyKnow) {
  Transforming transform(options_of({{.remove = {"/a", "/b/c"}}}, Canonical::jcs));
  const Outcome outcome = transform(
      R"({"batch":[{"a":1,"p":1,"a":2,"b":{"c":1,"d":2,"c":3},"b":{"c":4}},{"p":1,"p":2},{"b":[{"c":1}]}]})", kLenient);
  EXPECT_EQ(outcome.events_invalid, 1u);
  EXPECT_EQ(outcome.count[static_cast<std::size_t>(Errc::duplicate_member)], 1u);
  EXPECT_NE(outcome.text.find(R"("event":{"p":1,"b":{"d":2},"b":{}}})"), std::string::npos) << outcome.text;
  EXPECT_NE(outcome.text.find(R"("event":{"b":[{"c":1}]}})"), std::string::npos) << outcome.text;
}

// As many names as there is room for among those of a shape, and more: then their places are looked for.
TEST(RulesFollowed, HaveNoBoundOfTheirOwn) {
  std::vector<Rule> rules;
  for (int rule = 0; rule < 20; ++rule) {
    Rule& added = rules.emplace_back();
    const std::string before = "/n" + std::to_string(rule) + "/m";
    for (int i = 0; i < 60; ++i) added.remove.push_back(before + std::to_string(i));
  }
  Transforming transform(options_of(rules, Canonical::raw));
  std::string body = "{\"a\":1", left = body;
  for (int rule = 0; rule < 20; ++rule) {
    const std::string name = ",\"n" + std::to_string(rule) + "\":{";
    body.append(name).append("\"m59\":1,\"m60\":2}");
    left.append(name).append("\"m60\":2}");
  }
  const Outcome outcome = transform(body + "}", kLenient);
  EXPECT_NE(outcome.text.find("\"event\":" + left + "}"), std::string::npos) << outcome.text;
}

// What stays is one run more than there are places.
TEST(RulesFollowed, EditAsManyPlacesAsARuleNames) {
  Rule rule;
  std::string body = "{\"u\":7", left = "{\"u\":null";
  for (std::size_t i = 0; i + 1 < kRulePointersMax; ++i) {
    const std::string number = std::to_string(i);
    rule.mask.push_back("/m" + number);
    body.append(",\"m").append(number).append("\":\"x\",\"n\":0");
    left.append(",\"m").append(number).append("\":\"*\",\"n\":0");
  }
  rule.mask.emplace_back("/u");
  body += ",\"p\":{\"z\":1}}";
  const Outcome outcome = Transforming(options_of({rule}, Canonical::jcs))(body, kLenient);
  EXPECT_NE(outcome.text.find(R"("user_id":null,)"), std::string::npos) << outcome.text;
  EXPECT_NE(outcome.text.find(R"("payload":{"z":1},)"), std::string::npos) << outcome.text;
  EXPECT_NE(outcome.text.find("\"event\":" + left + ",\"p\":{\"z\":1}}}"), std::string::npos) << outcome.text;
}

}  // namespace
}  // namespace planish
