// Rules in a transform: everything that is told of an event is of what they leave of it.
#include <gtest/gtest.h>
#include <support/transforming.hpp>

#include <core/hash.hpp>
#include <planish/rules.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace planish {
namespace {

using support::Outcome;
using support::Transforming;

constexpr Context kLenient{.invalid_events = InvalidEvents::skip, .received_at_ms = 77};
constexpr std::string_view kKey = "0123456789abcdef";

Options ruled(std::string_view shape, const std::vector<Rule>& rules, const std::vector<std::string>& members,
              Answer answer = Answer::ndjson) {
  Options options;
  options.shape = *ready_made_shape(shape);
  options.timestamps = Timestamps::lax;
  options.answer = answer;
  for (const std::string& member : members) {
    std::string problem;
    options.answer_members.push_back(*parse_answer_member(member, problem));
  }
  Rules::Compiled compiled = Rules::compile(rules, kKey);
  EXPECT_TRUE(compiled.problems.empty());
  options.rules = compiled.rules;
  return options;
}

std::string hashed(std::string_view text) {
  char out[core::kHashBytesMax];
  return {out, core::write_hash<HashAlgorithm::xxh3_128>(text, out)};
}

std::string answer(const Options& options, std::string_view body) {
  Transforming transform(options);
  const Outcome outcome = transform(body, kLenient);
  EXPECT_EQ(outcome.verdict, Verdict::ok);
  EXPECT_TRUE(outcome.kept_to_its_memory);
  return outcome.text;
}

TEST(TransformerRules, TellOfWhatIsLeft) {
  const std::vector<Rule> rules{
      {.remove = {"/properties/b"}, .hash = {"/properties/email"}, .set = {{"/properties/z", "1.0"}}}};
  const std::string body = R"({"event":"a","timestamp":5,"properties":{"email":"ada@example.com","b":"x","a":1}})";
  const std::string form = R"({"a":1,"email":"512383176ce1b4c279ee430548cf07ec","z":1})";
  EXPECT_EQ(
      answer(ruled("segment", rules, {"hash", "key", "payload", "event"}), body),
      "{\"hash\":\"" + hashed(form) + "\",\"key\":\"" + hashed(R"([null,"a",5,)" + form + "]") +
          R"(","payload":{"email":"512383176ce1b4c279ee430548cf07ec","a":1,"z":1})" +
          R"(,"event":{"event":"a","timestamp":5,"properties":{"email":"512383176ce1b4c279ee430548cf07ec","a":1,"z":1}}})" +
          "\n");
}

TEST(TransformerRules, HashThePayloadAsItStandsWhereItIsRaw) {
  Options options = ruled("segment", {{.remove = {"/properties/b"}}}, {"hash"});
  options.canonical = Canonical::raw;
  EXPECT_EQ(answer(options, R"({"event":"a","properties":{"z":1,"b":"x", "a":1}})"),
            "{\"hash\":\"" + hashed(R"({"z":1, "a":1})") + "\"}\n");
}

TEST(TransformerRules, LeaveEventsAloneThatHaveNothingToDoWithThem) {
  const std::string body =
      R"({"batch":[{"event":"a","userId":"u","properties":{"b":[1.0,"\u0061"],"a":1}},{"event":"b"}]})";
  const std::vector<std::string> members{"event_type", "hash", "key", "user_id", "payload", "event"};
  Options plain = ruled("segment", {{.types = {"x"}, .drop = 1}}, members);
  const std::string with = answer(plain, body);
  plain.rules = nullptr;
  EXPECT_EQ(with, answer(plain, body));
}

TEST(TransformerRules, ChangeUserAndIdWhereTheyWereRead) {
  const std::string body = R"({"event":"a","userId":"u1","messageId":"m1","context":{"x":1},"properties":null})";
  const auto told = [&](const Rule& rule) { return answer(ruled("segment", {rule}, {"user_id", "id", "key"}), body); };
  const auto expected = [](const std::string& user, const std::string& id) {
    return "{\"user_id\":" + user + ",\"id\":" + id + ",\"key\":\"" + hashed("[" + user + ",\"a\",null,null]") +
           "\"}\n";
  };
  EXPECT_EQ(told({.remove = {"/userId"}}), expected("null", "\"m1\""));
  EXPECT_EQ(told({.mask = {"/userId"}, .set = {{"/messageId", "7"}}}), expected("\"**\"", "7"));
  EXPECT_EQ(told({.remove = {"/context"}}), expected("\"u1\"", "\"m1\""));
  EXPECT_EQ(told({.set = {{"/userId", R"({"b":1,"a":2})"}}}), expected(R"({"a":2,"b":1})", "\"m1\""));
}

TEST(TransformerRules, RenameATypeButNotInTheEvent) {
  const std::vector<Rule> rules{{.types = {"secret \"x\""}, .rename = "p\"\n"},
                                {.types = {"p\"\n"}, .remove = {"/event"}}};
  EXPECT_EQ(answer(ruled("segment", {rules[0]}, {"event_type", "event", "key"}), R"({"event":"secret \"x\""})"),
            R"({"event_type":"p\"\n","event":{"event":"secret \"x\""},"key":")" +
                hashed(R"([null,"p\"\n",null,null])") + "\"}\n");
  EXPECT_EQ(answer(ruled("segment", rules, {"event_type", "event"}), R"({"event":"secret \"x\""})"),
            R"({"event_type":"p\"\n","event":{}})"
            "\n");
}

TEST(TransformerRules, RemoveATraceEverywhere) {
  Options options = ruled("planish", {{.remove = {"/t"}}}, {"trace_id", "event"});
  options.shape = own_shape("own");
  std::string problem;
  options.shape.type = {*parse_source("/e", Part::type, problem)};
  options.shape.trace = {*parse_source("/t", Part::trace, problem)};
  EXPECT_EQ(answer(options, R"({"e":"a","t":"secret"})"), "{\"trace_id\":null,\"event\":{\"e\":\"a\"}}\n");
}

TEST(TransformerRules, DropEventsFromAnswerAndErrors) {
  Transforming transform(ruled("segment", {{.types = {"debug *"}, .drop = 1}}, {"event_type"}));
  const Outcome outcome =
      transform(R"({"batch":[{"event":"debug a"},{"event":"b"},{"event":"debug c"},{"event":5}]})", kLenient);
  EXPECT_EQ(outcome.text, "{\"event_type\":\"b\"}\n");
  EXPECT_EQ(outcome.events_total, 4u);
  EXPECT_EQ(outcome.events_dropped, 2u);
  EXPECT_EQ(outcome.events_invalid, 1u);
}

TEST(TransformerRules, ApplyToTheShapePlanish) {
  const std::string body =
      R"({"user_id":7,"events":[{"event_type":"a","timestamp":1,"payload":{"b":1.0,"s":"x"}},)"
      R"({"event_type":"b","timestamp":2,"payload":null}],"metadata":{"source":"s","trace_id":"t"}})";
  const std::vector<Rule> rules{{.remove = {"/payload/s"}}, {.types = {"b"}, .rename = "c"}};
  EXPECT_EQ(answer(ruled("planish", rules, {}, Answer::results), body),
            R"({"user_id":7,"processed_events":[{"event_type":"a","normalized_timestamp":1,"hash":")" +
                hashed(R"({"b":1})") + R"("},{"event_type":"c","normalized_timestamp":2,"hash":")" + hashed("null") +
                R"("}],"total_duration_ms":0,"trace_id":"t","errors":[]})");
}

TEST(TransformerRules, JudgeNumbersByWhatIsLeft) {
  for (const std::string_view shape : {"planish", "segment"}) {
    const std::string name = shape == "planish" ? "payload" : "properties";
    Transforming transform(ruled(shape, {{.remove = {"/" + name + "/a"}}}, {"payload"}));
    const auto body = [&](const std::string& payload) {
      return shape == "planish" ? support::request_of(R"({"event_type":"a","timestamp":1,"payload":)" + payload + "}")
                                : R"({"event":"a","properties":)" + payload + "}";
    };
    EXPECT_EQ(transform(body(R"({"a":1e400})"), kLenient).text, "{\"payload\":{}}\n");
    const Outcome outcome = transform(body(R"({"a":1,"b":1e400})"), kLenient);
    EXPECT_EQ(outcome.count[static_cast<std::size_t>(Errc::number_out_of_range)], 1u);
    EXPECT_EQ(outcome.text, "");
  }
}

// Events of the shortest kind grow to the most that they may, each of them.
TEST(TransformerRules, HaveRoomForWhatTheyPutIntoEachEvent) {
  const std::string value = '"' + std::string(1000, 'x') + '"';
  const Options options =
      ruled("segment", {{.rename = std::string(256, '\n'), .set = {{"/p", value}, {"/properties", value}}}},
            {"event_type", "payload", "event", "e=event"});
  std::string body = R"({"batch":[)";
  constexpr std::size_t kEvents = 2000;
  for (std::size_t i = 0; i < kEvents; ++i) body += i == 0 ? R"({"event":"a"})" : R"(,{"event":"a"})";
  const std::string text = answer(options, body + "]}");
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), static_cast<std::ptrdiff_t>(kEvents));
}

TEST(TransformerRules, RefuseEventsThatWouldBeTooLarge) {
  const Options options = ruled("segment", {{.hash = {"/properties/*"}}}, {"event"});
  Transforming transform(options);
  std::string event = R"({"event":"a","properties":[1)";
  while (event.size() < 4000) event += ",1";
  event += "]}";
  // 4000 bytes become 72 000: the room that is shared has 65 536 beyond twice the size.
  const Outcome one = transform(R"({"batch":[)" + event + "]}", kLenient);
  EXPECT_EQ(one.events_invalid, 0u);
  const Outcome two = transform(R"({"batch":[)" + event + "," + event + R"(,{"event":"b"}]})", kLenient);
  EXPECT_EQ(
      two.faults,
      std::vector<std::string>{
          R"({"pointer":"/batch/1","code":"out_of_range","detail":"the rules of the endpoint make the event more than twice as large"})"});
  EXPECT_EQ(std::count(two.text.begin(), two.text.end(), '\n'), 2);
  // The next request has all of it again.
  EXPECT_EQ(transform(R"({"batch":[)" + event + "]}", kLenient).events_invalid, 0u);
}

// A contract is held against the event as it was sent, and names where a fault is: but no name within what is removed.
TEST(TransformerRules, NameNothingWithinWhatTheyTakeOut) {
  const std::vector<std::pair<std::string, std::string>> places{
      {"/properties/people", "/properties/people"},
      {"/properties/*", "/properties/people"},
      {"/properties", "/properties"},
      {"/properties/people/other", "/properties/people/s3cret~1é"},
      {"/properties/people/s3cret~1é", "/properties/people/s3cret~1é"}};
  for (const auto& [removed, shown] : places) {
    Options options = ruled("segment", {{.remove = {removed}}}, {"event"});
    options.contracts =
        Contracts::compile({{"a.json", R"({"properties":{"people":{"additionalProperties":{"type":"integer"}}}})"}})
            .contracts;
    const Outcome outcome =
        Transforming(options)(R"({"event":"a","properties":{"people":{"s3cret\/\u00e9":"x"}}})", kLenient);
    ASSERT_EQ(outcome.faults.size(), 1u) << removed;
    EXPECT_NE(outcome.faults[0].find("{\"pointer\":\"" + shown), std::string::npos) << outcome.faults[0];
    if (removed.find("cret") == removed.npos && removed.find("other") == removed.npos) {
      EXPECT_EQ(outcome.faults[0].find("cret"), std::string::npos) << outcome.faults[0];
    }
  }
}

TEST(TransformerRules, KeepAnIdThatTheyReachOutOfTheListOfResults) {
  Options options = ruled("posthog", {{.types = {"x"}, .remove = {"/uuid"}}}, {}, Answer::none);
  Context context = kLenient;
  context.path = "/i/v1/analytics/events";
  const std::string body =
      R"({"batch":[{"event":5,"uuid":"secret-1"},{"event":"x","uuid":"secret-2"},{"event":"y","uuid":"plain"}]})";
  const std::string text = Transforming(options)(body, context).text;
  EXPECT_EQ(text.find("secret"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("plain":{"result":"ok"})"), std::string::npos) << text;
}

}  // namespace
}  // namespace planish
