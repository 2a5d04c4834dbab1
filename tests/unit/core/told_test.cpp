// What an answer tells of events: its members, its key, and what client libraries want of a success.
#include <gtest/gtest.h>
#include <core/hash.hpp>
#include <support/transforming.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace planish {
namespace {

using support::Outcome;
using support::Transforming;

constexpr Context kLenient{.invalid_events = InvalidEvents::skip, .received_at_ms = 77};

Options sdk(std::string_view name) {
  Options options;
  options.shape = *ready_made_shape(name);
  options.timestamps = Timestamps::lax;
  options.answer = Answer::none;
  return options;
}

std::string hashed(std::string_view text) {
  char out[core::kHashBytesMax];
  return {out, core::write_hash<HashAlgorithm::xxh3_128>(text, out)};
}

Options telling(std::string_view name, Answer answer, std::string_view member) {
  Options options = sdk(name);
  options.answer = answer;
  std::string problem;
  options.answer_members = {*parse_answer_member(member, problem)};
  return options;
}

TEST(Told, KeyIsTheHashOfWhatIdentifiesAnEvent) {
  Transforming transform(telling("segment", Answer::ndjson, "key"));
  const auto key = [&](std::string_view body) { return transform(body, kLenient).text; };
  const auto expected = [](std::string_view text) { return "{\"key\":\"" + hashed(text) + "\"}\n"; };
  EXPECT_EQ(key(R"({"event":"a","userId":"\u0075","timestamp":5,"properties":{"b":1.0,"a":2}})"),
            expected(R"(["u","a",5,{"a":2,"b":1}])"));
  EXPECT_EQ(key(R"({"event":"a\/","anonymousId":12})"), expected(R"([12,"a/",null,null])"));
  EXPECT_EQ(key(R"({"batch":[{"event":"a","properties":{}}],"sentAt":5})"), expected(R"([null,"a",null,{}])"));
}

// By SHA-256 both are made at once, whatever their lengths, and stand in the order that is asked for.
TEST(Told, DigestsOfHashAndKeyAreThoseOfEachAlone) {
  const auto answer = [](std::string_view members, std::string_view body) {
    Options options = sdk("segment");
    options.answer = Answer::ndjson;
    options.hash = HashAlgorithm::sha256;
    std::string problem;
    for (std::size_t at = 0; at <= members.size();) {
      const std::size_t comma = std::min(members.find(',', at), members.size());
      options.answer_members.push_back(*parse_answer_member(members.substr(at, comma - at), problem));
      at = comma + 1;
    }
    const std::string text = Transforming(options)(body, kLenient).text;
    return text.substr(1, text.size() - 3);  // without the braces and the line's end
  };
  for (std::size_t size = 0; size < 200; ++size) {
    const std::string body =
        R"({"event":"a","userId":"u","timestamp":5,"properties":")" + std::string(size, 'x') + "\"}";
    const std::string hash = answer("hash", body), key = answer("key", body);
    ASSERT_EQ(answer("hash,key", body), hash + "," + key) << size;
    ASSERT_EQ(answer("key,event_type,hash", body), key + R"(,"event_type":"a",)" + hash) << size;
  }
}

TEST(Told, LineEndsOfAnEventBecomeBlanksWhereverTheyStand) {
  Transforming transform(telling("segment", Answer::ndjson, "event"));
  for (std::size_t blanks = 0; blanks < 40; ++blanks) {
    for (std::size_t at = 0; at < blanks; ++at) {
      for (const char end : {'\n', '\r'}) {
        std::string space(blanks, ' ');
        space[at] = end;
        const std::string event = R"({"event":)" + space + R"("a"})";
        ASSERT_EQ(transform(event, kLenient).text, R"({"event":{"event":)" + std::string(blanks, ' ') + "\"a\"}}\n");
      }
    }
  }
}

TEST(Told, LeavesOtherWhiteSpaceOfAnEventAsItIs) {
  Transforming transform(telling("segment", Answer::ndjson, "event"));
  for (std::size_t blanks = 0; blanks < 40; ++blanks) {
    const std::string event = R"({"event":)" + std::string(blanks, '\t') + R"("a"})";
    ASSERT_EQ(transform(event, kLenient).text, R"({"event":)" + event + "}\n");
  }
}

// The compiler knows the names of those that are told where nothing is asked for. With one more it does not.
TEST(Told, DefaultMembersAreWhatTheyAreByName) {
  const std::string wide(250, 'w');
  const std::string segment =
      R"({"batch":[{"event":"a","userId":"u","messageId":"m","timestamp":5,"properties":{"b":1}},)"
      R"({"event":"\u00e9\"","messageId":7, "properties" : [1,)"
      "\n"
      R"(2]},{"event":")" +
      wide + R"(","userId":")" + wide + R"(","messageId":"","properties":")" + wide + wide + "\"}]}";
  const std::string planish = support::request_of(support::event_of("{\"z\":1.0,\"a\":[]}"));
  for (const HashAlgorithm hash : {HashAlgorithm::xxh3_128, HashAlgorithm::xxh3_64, HashAlgorithm::sha256}) {
    for (const Answer answer : {Answer::ndjson, Answer::events}) {
      for (const std::string_view shape : {"segment", "planish"}) {
        Options options = sdk(shape);
        options.answer = answer;
        options.hash = hash;
        const std::string_view body = shape == "segment" ? segment : planish;
        const std::string by_default = Transforming(options)(body, kLenient).text;
        options.answer_members = default_answer_members(answer);
        options.answer_members.push_back({"one_more", AnswerValue::request_id});
        std::string by_name = Transforming(options)(body, kLenient).text;
        constexpr std::string_view kOneMore = R"(,"one_more":null)";
        std::size_t events = 0;
        for (std::size_t at; (at = by_name.find(kOneMore)) != by_name.npos; ++events)
          by_name.erase(at, kOneMore.size());
        EXPECT_EQ(by_default, by_name);
        EXPECT_EQ(events, shape == "segment" ? 3U : 1U);
      }
    }
  }
}

TEST(Told, TellsTextsOfAnyLength) {
  Transforming transform(telling("segment", Answer::ndjson, "id"));
  for (std::size_t size = 1; size <= kIdBytesMax; ++size) {
    std::string id(size + 2, '"');
    for (std::size_t i = 1; i <= size; ++i) id[i] = static_cast<char>('a' + i % 23);
    const Outcome outcome = transform(R"({"event":"a","messageId":)" + id + "}", kLenient);
    ASSERT_EQ(outcome.text, "{\"id\":" + id + "}\n");
    ASSERT_TRUE(outcome.kept_to_its_memory);
  }
}

TEST(Told, AcknowledgesToTheClientWhatSomebodyElseIsTold) {
  const auto told = [](std::string_view shape, Answer answer, std::string_view body, std::string_view path = "/") {
    Options options = telling(shape, answer, "event_type");
    options.acknowledges = true;
    Context context = kLenient;
    context.path = path;
    Outcome outcome = Transforming(options)(body, context);
    EXPECT_TRUE(outcome.kept_to_its_memory);
    return outcome;
  };
  const std::string_view two = R"({"batch":[{"event":"a","uuid":"1"},{"uuid":"2"},{"event":"b","uuid":"3"}]})";
  const Outcome v1 = told("posthog", Answer::ndjson, two, "/i/v1/analytics/events");
  EXPECT_EQ(v1.text, "{\"event_type\":\"a\"}\n{\"event_type\":\"b\"}\n");
  EXPECT_TRUE(v1.acknowledged.starts_with(
      R"({"status":1,"results":{"1":{"result":"ok"},"2":{"result":"drop"},"3":{"result":"ok"}},"errors":[{)"))
      << v1.acknowledged;
  EXPECT_TRUE(told("posthog", Answer::ndjson, two).acknowledged.starts_with(R"({"status":1,"results":{},"errors")"));
  EXPECT_EQ(told("segment", Answer::events, R"({"batch":[{"event":"a"}]})").acknowledged, R"({"success":true})");
  EXPECT_TRUE(told("segment", Answer::events, R"({"batch":[{"event":"a"}]})").text.starts_with(R"({"user_id":)"));
  // Also where the first pass met an event that is no JSON.
  const Outcome poisoned = told("segment", Answer::ndjson, R"({"batch":[{"event":"a"},{"event":NaN}]})");
  EXPECT_EQ(poisoned.text, "{\"event_type\":\"a\"}\n");
  EXPECT_TRUE(poisoned.acknowledged.starts_with(R"({"success":true,"errors":[{"pointer":"/batch/1)"));
  EXPECT_EQ(told("planish", Answer::ndjson, support::request_of(support::event_of("1"))).acknowledged, "");
}

TEST(Told, AcknowledgesWithinItsRoomHoweverManyFaultsThereAre) {
  for (const Answer answer : {Answer::ndjson, Answer::events, Answer::results}) {
    Options options = telling("posthog", answer, "event");
    options.acknowledges = true;
    std::string body = R"({"batch":[)";
    for (int i = 0; i < 300; ++i) {
      const std::string id = R"(,"uuid":")" + std::string(200, 'u') + std::to_string(i) + R"("},)";
      body += (i % 2 == 0 ? R"({"event":"e")" : R"({"evil":1)") + id;
    }
    body.back() = ']';
    body += '}';
    Context context = kLenient;
    context.path = "/i/v1/analytics/events";
    const Outcome outcome = Transforming(options)(body, context);
    EXPECT_TRUE(outcome.kept_to_its_memory);
    EXPECT_EQ(outcome.events_invalid, 150U);
    EXPECT_TRUE(outcome.acknowledged.ends_with(R"("errors_total":150})"));
  }
}

TEST(Told, KeyOfPlanishCoversTheUserWhereverItStands) {
  Options options;
  options.answer = Answer::ndjson;
  std::string problem;
  options.answer_members = {*parse_answer_member("key", problem), *parse_answer_member("e=event", problem),
                            *parse_answer_member("trace_id", problem), *parse_answer_member("p=payload", problem)};
  Transforming transform(options);
  const std::string event = R"({"event_type":"a","timestamp":1,"payload": [1.0] })";
  const std::string expected =
      "{\"key\":\"" + hashed(R"([7,"a",1,[1]])") + R"(","e":)" + event + R"(,"trace_id":"t","p":[1.0]})" + "\n";
  const std::string around = R"("metadata":{"source":"s","trace_id":"t"})";
  EXPECT_EQ(transform(R"({"user_id":7,)" + around + R"(,"events":[)" + event + "]}").text, expected);
  EXPECT_EQ(transform(R"({"events":[)" + event + R"(],"user_id":7,)" + around + "}").text, expected);
}

TEST(Told, LineEndsOfAnEventBecomeBlanksInALine) {
  Transforming transform(telling("segment", Answer::ndjson, "event"));
  EXPECT_EQ(transform("{\n \"event\" :\r\n\"a\\n\"}", kLenient).text, "{\"event\":{  \"event\" :  \"a\\n\"}}\n");
  Transforming events(telling("segment", Answer::events, "event"));
  EXPECT_EQ(events("{\n\"event\":\"a\"}", kLenient).text,
            "{\"user_id\":null,\"processed_events\":[{\"event\":{\n\"event\":\"a\"}}],\"total_duration_ms\":0,"
            "\"trace_id\":null,\"errors\":[]}");
}

TEST(Told, TimeHasThreeDigitsOfFraction) {
  Transforming transform(telling("segment", Answer::ndjson, "time"));
  const auto time = [&](std::string_view ms) {
    return transform(R"({"event":"a","timestamp":)" + std::string(ms) + "}", kLenient).text;
  };
  EXPECT_EQ(time("0"), "{\"time\":\"1970-01-01T00:00:00.000Z\"}\n");
  EXPECT_EQ(time("-1"), "{\"time\":\"1969-12-31T23:59:59.999Z\"}\n");
  EXPECT_EQ(time("1709164800123"), "{\"time\":\"2024-02-29T00:00:00.123Z\"}\n");
  EXPECT_EQ(time("\"0000-01-01T00:00:00Z\""), "{\"time\":\"0000-01-01T00:00:00.000Z\"}\n");
  EXPECT_EQ(time("253402300799999"), "{\"time\":\"9999-12-31T23:59:59.999Z\"}\n");
  EXPECT_EQ(time("253402300800000"), "{\"time\":null}\n");
}

TEST(Told, SdksReadWhatTheyWantOfASuccess) {
  const auto answer = [](std::string_view shape, std::string_view body, const Context& context = kLenient) {
    const Outcome outcome = Transforming(sdk(shape))(body, context);
    EXPECT_EQ(outcome.verdict, Verdict::ok);
    EXPECT_TRUE(outcome.kept_to_its_memory);
    return outcome.text;
  };
  const std::string missing = R"("errors":[{"pointer":"/batch/0/event","code":"missing_member",)"
                              R"("detail":"this member is required"}]})";
  EXPECT_EQ(answer("segment", R"({"batch":[{"event":"a"}]})"), R"({"success":true})");
  EXPECT_EQ(answer("segment", R"({"batch":[{}]})"), R"({"success":true,)" + missing);
  EXPECT_EQ(answer("posthog", R"({"batch":[{"event":"a","uuid":"1"}]})"), R"({"status":1,"results":{}})");
  Context v1 = kLenient;
  v1.path = "/i/v1/analytics/events";
  EXPECT_EQ(answer("posthog", R"({"batch":[{"uuid":"1"},{"event":"a","uuid":"2"},{"event":"a"}]})", v1),
            R"({"status":1,"results":{"1":{"result":"drop"},"2":{"result":"ok"}},)" + missing);
  EXPECT_EQ(answer("mixpanel", R"([{"event":"a"}])"), "1");
  Context verbose = kLenient;
  verbose.query.find = [](const void*, std::string_view name) noexcept -> std::optional<std::string_view> {
    return name == "verbose" ? std::optional<std::string_view>("1") : std::nullopt;
  };
  EXPECT_EQ(answer("mixpanel", R"([{"event":"a"}])", verbose), R"({"status":1,"error":null})");
  EXPECT_EQ(answer("amplitude", R"({"events":[{"event_type":"a"},{"event_type":"b"}]})"),
            R"({"code":200,"events_ingested":2})");
  EXPECT_EQ(answer("cloudevents", R"({"specversion":"1.0","id":"1","source":"s","type":"t"})"), "");
}

TEST(Told, UserAndTraceOfTheRequestStandInItsAnswer) {
  Options options = telling("segment", Answer::events, "event_type");
  std::string problem;
  options.shape.user = {*parse_source("^/user", Part::user, problem), *parse_source("null", Part::user, problem)};
  options.shape.trace = {*parse_source("^/trace", Part::trace, problem), *parse_source("null", Part::trace, problem)};
  Transforming transform(options);
  EXPECT_EQ(
      transform(R"({"batch":[{"event":"a"}],"user":"u","trace":"t"})", kLenient).text,
      R"({"user_id":"u","processed_events":[{"event_type":"a"}],"total_duration_ms":0,"trace_id":"t","errors":[]})");
  EXPECT_EQ(
      transform(R"({"event":"a","user":"u","trace":"t"})", kLenient).text,
      R"({"user_id":null,"processed_events":[{"event_type":"a"}],"total_duration_ms":0,"trace_id":null,"errors":[]})");
}

// However it is spelled: as many bytes as an id may have.
TEST(Told, OfATraceWhatItSaysIsBoundedForEachEvent) {
  const auto repeated = [](std::string_view text, int count) {
    std::string all;
    for (int i = 0; i < count; ++i) all += text;
    return '"' + all + '"';
  };
  Options options = telling("planish", Answer::ndjson, "trace_id");
  Transforming transform(options);
  const auto told = [&](const std::string& trace) {
    return transform(R"({"user_id":1,"events":[{"event_type":"a","timestamp":1,"payload":1}],"metadata":{"source":"s",)"
                     R"("trace_id":)" +
                     trace + "}}")
        .text;
  };
  const auto line = [](const std::string& trace) { return "{\"trace_id\":" + trace + "}\n"; };
  for (const std::string& trace : {repeated("x", 256), repeated("\\u00e9", 128), repeated("\\u0041", 256)}) {
    EXPECT_EQ(told(trace), line(trace));
  }
  for (const std::string& trace : {repeated("x", 257), repeated("\\u00e9", 129), repeated("\\u0041", 257)}) {
    EXPECT_EQ(told(trace), line("null"));
  }
}

}  // namespace
}  // namespace planish
