// Shapes as they are configured: sources, ready-made tables, and every fault in words.
#include <planish/options.hpp>
#include <planish/transformer.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace planish {
namespace {

using Kind = Source::Kind;

std::optional<Source> parsed(std::string_view text, Part part = Part::time) {
  std::string problem;
  const auto source = parse_source(text, part, problem);
  EXPECT_EQ(source.has_value(), problem.empty()) << text << problem;
  return source;
}

std::string words(const Shape& shape) {
  std::string all;
  for (const ShapeProblem& problem : problems(shape)) all += problem.key + ": " + problem.words + "\n";
  return all;
}

TEST(Source, IsAPointerIntoTheEventOrAroundIt) {
  EXPECT_EQ(parsed("")->path, std::vector<std::string>{});
  EXPECT_EQ(parsed("/a~1b/~0")->path, (std::vector<std::string>{"a/b", "~"}));
  EXPECT_EQ(parsed("^/a")->kind, Kind::body);
  EXPECT_EQ(parsed("/1/2/3/4/5/6/7/8")->path.size(), 8U);
  for (const std::string_view wrong : {"a", "/~", "/~2", "/1/2/3/4/5/6/7/8/9", "^a", "\xff"})
    EXPECT_FALSE(parsed(wrong)) << wrong;
}

TEST(Source, OfATimeMayEndInAUnit) {
  EXPECT_EQ(parsed("/a@us")->unit, TimestampUnit::us);
  EXPECT_EQ(parsed("/a@us")->path, std::vector<std::string>{"a"});
  EXPECT_EQ(parsed("/@timestamp")->path, std::vector<std::string>{"@timestamp"});
  EXPECT_EQ(parsed("/a@auto")->unit, TimestampUnit::automatic);
  EXPECT_EQ(parsed("/a@us", Part::id)->path, std::vector<std::string>{"a@us"});
  EXPECT_EQ(parsed("/a@us")->spelling, "/a@us");
  EXPECT_FALSE(parsed("received@s"));
}

TEST(Source, IsAWordOnlyWhereItMeansSomething) {
  EXPECT_EQ(parsed("received")->kind, Kind::received);
  EXPECT_FALSE(parsed("received", Part::id));
  EXPECT_EQ(parsed("traceparent", Part::trace)->kind, Kind::traceparent);
  EXPECT_FALSE(parsed("traceparent", Part::user));
  EXPECT_FALSE(parsed("null", Part::type));
  EXPECT_EQ(parsed("null", Part::user)->kind, Kind::null);
  EXPECT_EQ(parsed("=a b", Part::type)->text, "a b");
  EXPECT_EQ(parsed("header:X", Part::type)->text, "X");
  EXPECT_EQ(parsed("query:x", Part::type)->kind, Kind::query);
  EXPECT_EQ(parsed("segment:-1", Part::type)->segment, -1);
  for (const std::string_view wrong : {"segment:0", "segment:", "segment:1x", "header:", "now"})
    EXPECT_FALSE(parsed(wrong)) << wrong;
}

TEST(ShapeTable, OfEachReadyMadeShapeHasNoProblem) {
  ASSERT_EQ(ready_made_shapes().size(), 6U);
  for (const std::string_view name : ready_made_shapes()) {
    const auto shape = ready_made_shape(name);
    ASSERT_TRUE(shape);
    EXPECT_TRUE(problems(*shape).empty()) << name;
    EXPECT_FALSE(shape->paths.empty());
    EXPECT_EQ(shape->takes_lines(), name != "planish") << name;
    EXPECT_EQ(shape->answer == Answer::none, name != "planish") << name;
  }
  EXPECT_FALSE(ready_made_shape("other"));
  EXPECT_EQ(ready_made_shape("segment")->of(Part::payload).size(), 4U);
}

TEST(ShapeTable, SaysAllThatIsWrongWithAShape) {
  Shape shape = own_shape("mine");
  EXPECT_EQ(problems(shape).size(), 1U);  // the type has no default
  shape.type = {*parsed("=t", Part::type), *parsed("/t", Part::type)};
  shape.events = {"", "/a", "b"};
  shape.user = {*parsed("null", Part::user), *parsed("/u", Part::user)};
  EXPECT_EQ(words(shape),
            "events: \"\" is always there, so \"/a\" never counts\n"
            "events: \"b\": a pointer begins with /\n"
            "type: =t is always there, so /t never counts\n"
            "user: null is always there, so /u never counts\n");
}

// Sources of so many distinct names: each pointer has eight of its own, and the last may have fewer.
std::vector<Source> sources_of_names(std::size_t names, const std::string& mark, const std::string& before) {
  std::vector<Source> sources;
  for (std::size_t name = 0; name < names; name += kPointerDepthMax) {
    std::string pointer = before;
    for (std::size_t i = name; i < std::min(name + kPointerDepthMax, names); ++i) {
      pointer += '/';
      pointer += mark;
      pointer += std::to_string(i);
    }
    sources.push_back(*parsed(pointer, Part::user));
  }
  return sources;
}

// Of a list, full to its bound, there are 32 · 8 names.
TEST(ShapeTable, HasAsManyNamesIntoAnEventAsAThreadHasRoomFor) {
  constexpr std::size_t kList = kSourcesMax * kPointerDepthMax;
  static_assert(2 * kList == kShapeNamesMax);
  Shape shape = own_shape("mine");
  shape.type = sources_of_names(kList, "t", "");
  shape.user = sources_of_names(kList, "u", "");
  shape.id = sources_of_names(kList, "u", "");  // the same names are not counted twice
  EXPECT_EQ(words(shape), "");
  const Transform most(Options{.shape = shape});
  Transformer{}.prepare(most);
  shape.time = {*parsed("/one_more")};
  EXPECT_EQ(words(shape), "pointers: those into the event have more than 512 names in all\n");

  shape = *ready_made_shape("cloudevents");  // which looks at specversion and source, too
  shape.type = sources_of_names(kList, "t", "");
  shape.user = sources_of_names(kList - 2, "u", "");
  shape.time = {*parsed("received")};
  shape.id = {*parsed("null", Part::id)};
  shape.payload = shape.trace = shape.id;
  EXPECT_EQ(words(shape), "");
  const Transform cloudevents(Options{.shape = shape});
  shape.id = {*parsed("/one_more", Part::id)};
  EXPECT_EQ(words(shape), "pointers: those into the event have more than 512 names in all\n");
}

TEST(ShapeTable, HasAsManyNamesAroundTheEventsAsAThreadHasRoomFor) {
  constexpr std::size_t kList = kSourcesMax * kPointerDepthMax;
  Shape shape = own_shape("mine");
  shape.type = sources_of_names(kList, "t", "^");
  shape.user = sources_of_names(kList - 1, "u", "^");
  shape.events = {"/events"};
  EXPECT_EQ(words(shape), "");
  const Transform most(Options{.shape = shape});
  Transformer{}.prepare(most);
  shape.events = {"/events", "/one_more"};
  EXPECT_EQ(words(shape), "pointers: those into the body have more than 512 names in all\n");
  EXPECT_EQ(problems(Options{.shape = shape}),
            std::vector<std::string>{"shape mine: pointers: those into the body have more than 512 names in all"});
}

TEST(AnswerMembers, AreValuesWithNamesOfTheirOwn) {
  std::string problem;
  EXPECT_EQ(parse_answer_member("ts=normalized_timestamp", problem)->name, "ts");
  EXPECT_EQ(parse_answer_member("key", problem)->value, AnswerValue::key);
  for (const std::string_view wrong : {"", "x", "=key", "a=b", "\xff=key"}) {
    EXPECT_FALSE(parse_answer_member(wrong, problem)) << wrong;
    EXPECT_FALSE(problem.empty());
  }
  Options options;
  options.answer_members = {{"a", AnswerValue::key}, {"a", AnswerValue::hash}};
  options.hash = HashAlgorithm::prefix8;
  EXPECT_EQ(problems(options).size(), 2U);
  options.answer_members.assign(33, {"b", AnswerValue::id});
  EXPECT_GE(problems(options).size(), 1U);
}

}  // namespace
}  // namespace planish
