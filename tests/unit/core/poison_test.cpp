// Events that are no JSON, in lenient mode: left out and listed, and nothing else changes.
#include <gtest/gtest.h>
#include <support/transforming.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace planish {
namespace {

using support::event_of;
using support::Outcome;
using support::request_of;
using support::Transforming;

Outcome lenient(std::string_view body) {
  Outcome outcome = Transforming(Options{}, {.body_bytes_max = body.size()})(body, InvalidEvents::skip);
  EXPECT_TRUE(outcome.kept_to_its_memory) << body;
  return outcome;
}

std::string without_errors(const std::string& text) {
  return text.substr(0, text.find(",\"errors\""));
}

TEST(Poison, IsLeftOutAsIfItHadNotBeenSent) {
  const std::string good = event_of(R"({"b":1,"a":"\u00e9"})");
  const std::string deep = std::string(130, '[') + std::string(130, ']');
  for (const std::string& poison : std::vector<std::string>{
           "NaN", "-Infinity", "01", "tru", R"({"a" 1})", R"({"a":NaN})", R"({"a":"\x"})", R"({"a":"\ud83c"})",
           "{\"a\":\"\x01\"}", "\"\n\"", R"({"a":1,})", R"([1 2])", R"({"a":[}])", std::string("1\0", 2),
           std::string("\0", 1), std::string("{\0:1}", 5), deep, R"({"a":)" + deep + "}"}) {
    const bool balanced = poison != R"({"a":[}])";
    for (const std::string& events : {poison + "," + good, good + " , " + poison, good + "," + poison + "," + good}) {
      const Outcome outcome = lenient(request_of(events));
      if (!balanced) {
        EXPECT_EQ(outcome.verdict, Verdict::not_json);
        continue;
      }
      ASSERT_EQ(outcome.verdict, Verdict::ok) << events;
      const bool two = events.find(good) != events.rfind(good);
      EXPECT_EQ(without_errors(outcome.text), without_errors(lenient(request_of(two ? good + "," + good : good)).text));
      EXPECT_EQ(outcome.events_invalid, 1U);
      EXPECT_EQ(outcome.events_total, two ? 3U : 2U);
      EXPECT_NE(outcome.text.find(poison.find(deep) == poison.npos ? "\"code\":\"not_json\"" : "\"code\":\"too_deep\""),
                std::string::npos);
    }
  }
}

TEST(Poison, IsToldWithItsOffset) {
  const Outcome outcome = lenient(R"({"user_id":1,"events":[{"a":NaN},7]})");
  EXPECT_EQ(outcome.faults[0], R"({"pointer":"/events/0","code":"not_json",)"
                               R"("detail":"the event stops being JSON at byte 28 of the body","offset":28})");
  EXPECT_EQ(outcome.faults.size(), 2U);
}

TEST(Poison, StaysWhereItsEndIsNotCertain) {
  for (const std::string_view body :
       {R"({"user_id":1,"events":[{"a":"},{}]})", R"({"user_id":1,"events":[{},,{}]})",
        R"({"user_id":1,"events":[{} {}]})", R"({"user_id":1,"events":[{]}]})", R"({"user_id":NaN,"events":[{}]})",
        R"({"user_id":1,"events":[{},]})", R"({"user_id":1,"events":[NaN,{}],})", R"({"user_id":1,"events":NaN})",
        "NaN", "{\"user_id\":1,\"events\":[\"\xff\"]}", R"({"user_id":1,"events":[{}{}]})",
        R"({"user_id":1,"events":[NaN)"}) {
    const Outcome outcome = lenient(body);
    EXPECT_EQ(outcome.verdict, Verdict::not_json) << body;
    EXPECT_EQ(outcome.syntax_offset, Transforming()(body).syntax_offset) << body;
  }
}

TEST(Poison, RefusesTheBatchInStrictMode) {
  EXPECT_EQ(Transforming()("{\"user_id\":1,\"events\":[\x01]}").verdict, Verdict::not_json);
  EXPECT_EQ(lenient("{\"user_id\":1,\"events\":[\x01, \x02]}").events_invalid, 2U);
  EXPECT_EQ(Transforming()(R"({"user_id":1,"events":[NaN]})").verdict, Verdict::not_json);
}

TEST(Poison, IsCountedBeyondWhatIsListed) {
  std::string events = "NaN";
  for (int i = 1; i < 250; ++i) events += ",NaN";
  const Outcome outcome = lenient(request_of(events + "," + event_of("1")));
  EXPECT_EQ(outcome.events_invalid, 250U);
  EXPECT_EQ(outcome.faults.size(), 100U);
  EXPECT_TRUE(outcome.text.ends_with("\"errors_total\":250}"));
}

TEST(Poison, IsFoundByTheShapesPointers) {
  Options options;
  options.shape = *ready_made_shape("segment");
  options.answer = Answer::none;
  Transforming transform(options);
  const auto code = [&](std::string_view body) { return transform(body, InvalidEvents::skip); };
  EXPECT_EQ(code(R"({"sentAt":1,"batch":[NaN,{"event":"a"}]})").events_invalid, 1U);
  EXPECT_EQ(code(R"({"b\u0061tch":{"event":NaN}})").events_invalid, 1U);
  EXPECT_EQ(code(R"([{"event":"a"},{"event":'a'}])").events_invalid, 1U);
  EXPECT_EQ(code(R"({"event":NaN})").verdict, Verdict::not_json);
  EXPECT_EQ(code(R"({"batch":null,"event":NaN})").verdict, Verdict::not_json);
}

TEST(Poison, IsALineThatIsNotJson) {
  Options options;
  options.shape = *ready_made_shape("segment");
  options.answer = Answer::ndjson;
  std::string problem;
  options.answer_members = {*parse_answer_member("index", problem)};
  Transforming transform(options);
  const Context lines{.invalid_events = InvalidEvents::skip, .framing = Framing::lines};
  const Outcome outcome =
      transform("{\"event\":\"a\"}\n{\"event\":\n\"b\"}\n\n\xff\n{\"event\":\"c\"}{}\n{\"event\":\"d\"}", lines);
  EXPECT_EQ(outcome.text, "{\"index\":0}\n{\"index\":5}\n");
  EXPECT_EQ(outcome.events_invalid, 4U);
  EXPECT_EQ(outcome.faults[0].substr(0, 34), R"({"pointer":"/1","code":"not_json",)");
}

}  // namespace
}  // namespace planish
