// Events by a shape: which source counts, what comes first, and where a fault is said to lie.
#include <gtest/gtest.h>
#include <support/transforming.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace planish {
namespace {

using support::Outcome;
using support::Transforming;

Options of_shape(std::string_view name, Answer answer = Answer::ndjson, std::string_view members = {}) {
  Options options;
  options.shape = *ready_made_shape(name);
  options.timestamps = options.shape.timestamps;
  options.answer = answer;
  std::string problem;
  while (!members.empty()) {
    const std::size_t size = std::min(members.find(','), members.size());
    options.answer_members.push_back(*parse_answer_member(members.substr(0, size), problem));
    members.remove_prefix(std::min(size + 1, members.size()));
  }
  return options;
}

Options own(std::string_view type, std::string_view members, std::vector<std::string> events = {""}) {
  Options options = of_shape("planish", Answer::ndjson, members);
  options.shape = own_shape("own");
  std::string problem;
  options.shape.type = {*parse_source(type, Part::type, problem)};
  options.shape.events = std::move(events);
  return options;
}

void set(Options& options, Part part, std::vector<std::string_view> sources) {
  options.shape.of(part).clear();
  for (const std::string_view source : sources) {
    std::string problem;
    const auto parsed = parse_source(source, part, problem);
    ASSERT_TRUE(parsed) << source << ": " << problem;
    options.shape.of(part).push_back(*parsed);
  }
}

constexpr Context kLenient{.invalid_events = InvalidEvents::skip, .received_at_ms = 77};
constexpr Context kStrict{.received_at_ms = 77};

Outcome run(const Options& options, std::string_view body, const Context& context = kLenient) {
  EXPECT_TRUE(problems(options).empty());
  Outcome outcome = Transforming(options, {.body_bytes_max = body.size()})(body, context);
  EXPECT_TRUE(outcome.kept_to_its_memory) << body;
  return outcome;
}

TEST(Shape, TakesTheFirstSourceThatIsThere) {
  const Options options = of_shape("segment", Answer::ndjson, "event_type,user_id,id,payload");
  EXPECT_EQ(run(options, R"({"batch":[{"event":"Made","userId":"u","messageId":"m","properties":{"a":1},)"
                         R"("timestamp":"2023-11-04T20:17:36.789Z"},{"type":"page","userId":null,"anonymousId":7,)"
                         R"("timestamp":1,"traits":[]},{"event":"","type":"alias","userId":"","timestamp":1}]})")
                .text,
            R"({"event_type":"Made","user_id":"u","id":"m","payload":{"a":1}})"
            "\n"
            R"({"event_type":"page","user_id":7,"id":null,"payload":[]})"
            "\n"
            R"({"event_type":"alias","user_id":null,"id":null,"payload":null})"
            "\n");
}

TEST(Shape, TakesOneEventForTheBodyItself) {
  const Options options = of_shape("segment", Answer::ndjson, "event_type,normalized_timestamp,event");
  const std::string body = R"({"type":"track","sentAt":5,"event":"x","timestamp":3})";
  EXPECT_EQ(run(options, body).text, R"({"event_type":"x","normalized_timestamp":3,"event":)" + body + "}\n");
  EXPECT_EQ(run(options, R"([{"event":"a"},{"event":"b","timestamp":1}])").text,
            R"({"event_type":"a","normalized_timestamp":77,"event":{"event":"a"}})"
            "\n"
            R"({"event_type":"b","normalized_timestamp":1,"event":{"event":"b","timestamp":1}})"
            "\n");
}

TEST(Shape, ReadsWhatIsAroundTheEventsBeforeAndAfterThem) {
  const Options options = of_shape("segment", Answer::ndjson, "event_type,normalized_timestamp,index");
  const std::string events =
      R"("batch":[{"event":"a","timestamp":1},{"event":"b"},{"event":"c"},{"event":"d","timestamp":4}])";
  const std::string expected = R"({"event_type":"a","normalized_timestamp":1,"index":0})"
                               "\n"
                               R"({"event_type":"b","normalized_timestamp":9,"index":1})"
                               "\n"
                               R"({"event_type":"c","normalized_timestamp":9,"index":2})"
                               "\n"
                               R"({"event_type":"d","normalized_timestamp":4,"index":3})"
                               "\n";
  const Outcome before = run(options, R"({"sentAt":9,)" + events + "}");
  const Outcome after = run(options, "{" + events + R"(,"sentAt":9})");
  EXPECT_EQ(before.text, expected);
  EXPECT_EQ(after.text, expected);
  EXPECT_EQ(after.events_total, 4U);
}

TEST(Shape, FindsEventsByALaterPointerToo) {
  const Options options = own("/t", "event_type,index", {"/a", "/b/c", ""});
  const std::string a = R"({"event_type":"a","index":0})"
                        "\n";
  const std::string b = R"({"event_type":"b","index":0})"
                        "\n";
  EXPECT_EQ(run(options, R"({"b":{"c":[{"t":"b"}]},"a":[{"t":"a"}],"t":"x"})").text, a);
  EXPECT_EQ(run(options, R"({"b":{"c":[{"t":"b"}]},"a":null,"t":"x"})").text, b);
  EXPECT_EQ(run(options, R"({"b":{"c":{"t":"b"}},"t":"x"})").text, b);
  EXPECT_EQ(run(options, R"({"b":{},"t":"a"})").text, a);
}

TEST(Shape, NamesThePlaceInTheBodyAsSent) {
  const Options options = of_shape("segment");
  const auto faults = [&](std::string_view body) { return run(options, body, kStrict).faults; };
  EXPECT_EQ(faults(R"({"batch":[{"event":"a"},{"event":"a","originalTimestamp":"x"}]})"),
            std::vector<std::string>{R"({"pointer":"/batch/1/originalTimestamp","code":"bad_timestamp",)"
                                     R"("detail":"not an RFC 3339 date-time"})"});
  EXPECT_EQ(
      faults(R"([{"event":"a"},{}])"),
      std::vector<std::string>{R"({"pointer":"/1/event","code":"missing_member","detail":"this member is required"})"});
  EXPECT_EQ(faults(R"({"type":""})"), std::vector<std::string>{R"({"pointer":"/type","code":"empty_event_type",)"
                                                               R"("detail":"the event type is empty"})"});
  EXPECT_EQ(faults(R"({"batch":[{"event":"a"}],"sentAt":"x"})"),
            std::vector<std::string>{R"({"pointer":"/batch/0","code":"bad_timestamp",)"
                                     R"("detail":"^/sentAt: not an RFC 3339 date-time"})"});
  EXPECT_EQ(faults(R"({"batch":{"event":"a","userId":1.5}})"),
            std::vector<std::string>{R"({"pointer":"/batch/userId","code":"wrong_type","detail":"expected a string or )"
                                     R"(an integer, found a number with a fraction or an exponent"})"});
  EXPECT_EQ(faults("7"), std::vector<std::string>{R"({"pointer":"","code":"wrong_type",)"
                                                  R"("detail":"expected an object, found an integer"})"});
}

TEST(Shape, KeepsTheFirstFaultOfAnEvent) {
  const Options options = of_shape("segment");
  const Outcome outcome = run(options, R"([{"timestamp":"x","userId":[],"event":1},{"userId":[],"timestamp":"x"}])");
  EXPECT_EQ(outcome.faults[0].substr(0, 30), R"({"pointer":"/0/timestamp","cod)");
  EXPECT_EQ(outcome.faults[1].substr(0, 27), R"({"pointer":"/1/userId","cod)");
  EXPECT_EQ(outcome.events_invalid, 2U);
  EXPECT_EQ(outcome.verdict, Verdict::ok);
}

TEST(Shape, RefusesNamesOnAPointerThatStandTwice) {
  const Options options = of_shape("posthog");
  const auto first = [&](std::string_view body) {
    const Outcome outcome = run(options, body, kStrict);
    return outcome.faults.empty() ? std::string("none")
                                  : outcome.faults[0].substr(0, outcome.faults[0].find(",\"detail"));
  };
  EXPECT_EQ(first(R"([{"event":"a","uuid":"u","uu\u0069d":"v"}])"),
            R"({"pointer":"/0/uuid","code":"duplicate_member")");
  EXPECT_EQ(first(R"([{"event":"a","properties":{},"properties":{}}])"),
            R"({"pointer":"/0/properties","code":"duplicate_member")");
  EXPECT_EQ(first(R"([{"event":"a","properties":{"$time":1,"$time":2}}])"),
            R"({"pointer":"/0/properties/$time","code":"duplicate_member")");
  EXPECT_EQ(first(R"([{"event":"a","properties":{"x":1,"x":2},"y":1,"y":2}])"), "none");
  EXPECT_EQ(first(R"({"batch":[],"batch":[]})"), R"({"pointer":"/batch","code":"duplicate_member")");
}

TEST(Shape, TakesUsersOfBothKindsWithinTheirBounds) {
  Options options = own("/t", "user_id");
  set(options, Part::user, {"/u"});
  const auto user = [&](const std::string& value) {
    const Outcome outcome = run(options, R"({"t":"a","u":)" + value + "}");
    return outcome.faults.empty() ? outcome.text : outcome.faults[0].substr(0, outcome.faults[0].find(",\"detail"));
  };
  EXPECT_EQ(user("-9223372036854775808"), "{\"user_id\":-9223372036854775808}\n");
  EXPECT_EQ(user("18446744073709551615"), "{\"user_id\":18446744073709551615}\n");
  EXPECT_EQ(user("18446744073709551616"), R"({"pointer":"/u","code":"out_of_range")");
  EXPECT_EQ(user("-0"), R"({"pointer":"/u","code":"wrong_type")");
  EXPECT_EQ(user("true"), R"({"pointer":"/u","code":"wrong_type")");
  EXPECT_EQ(user("null"), R"({"pointer":"/u","code":"missing_member")");
  EXPECT_EQ(user("\"\""), R"({"pointer":"/u","code":"missing_member")");
  const std::string most(256, 'x');
  EXPECT_EQ(user('"' + most + '"'), "{\"user_id\":\"" + most + "\"}\n");
  EXPECT_EQ(user('"' + most + "x\""), R"({"pointer":"/u","code":"out_of_range")");
}

TEST(Shape, TakesWhatIsBesideTheBody) {
  Options options = own("header:X-Type", "event_type,user_id,id,payload,trace_id");
  set(options, Part::user, {"query:user", "null"});
  set(options, Part::id, {"segment:-1"});
  set(options, Part::payload, {"=con\"stant"});
  Context context = kLenient;
  context.path = "/v1/a%20b";
  context.trace_id = "0af7651916cd43dd8448eb211c80319c";
  context.header.find = [](const void*, std::string_view name) noexcept -> std::optional<std::string_view> {
    if (name == "X-Type") return "t\ty";
    return std::nullopt;
  };
  context.query.find = [](const void*, std::string_view) noexcept -> std::optional<std::string_view> { return ""; };
  EXPECT_EQ(run(options, "{}", context).text,
            R"({"event_type":"t\ty","user_id":null,"id":"a%20b","payload":"con\"stant",)"
            R"("trace_id":"0af7651916cd43dd8448eb211c80319c"})"
            "\n");
  context.header = {};
  EXPECT_EQ(run(options, "{}", context).faults[0],
            R"({"pointer":"","code":"missing_member","detail":"header:X-Type: this member is required"})");
}

// Read once for all events, and told of each as if it had been read for it.
TEST(Shape, TakesWhatIsAroundTheEventsHoweverLongItIs) {
  Options options = own("^/kind", "event_type,ts=normalized_timestamp,user_id", {"/batch"});
  set(options, Part::time, {"/at", "^/at"});
  set(options, Part::user, {"/who", "^/who", "null"});
  const std::string_view batch = R"("batch":[{},{"at":3,"who":4},{}]})";
  const auto body = [&](std::string_view kind, std::string_view at, std::string_view who) {
    return std::string("{\"kind\":").append(kind).append(",\"at\":").append(at).append(",\"who\":").append(who) + ',' +
           std::string(batch);
  };
  const auto codes = [&](std::string_view kind, std::string_view at, std::string_view who) {
    std::string all;
    for (const std::string& fault : run(options, body(kind, at, who)).faults) {
      const std::size_t begin = fault.find("\"code\":\"") + 8;
      all += fault.substr(12, 8) + ' ' + fault.substr(begin, fault.find('"', begin) - begin) + ' ';
    }
    return all;
  };
  EXPECT_EQ(run(options, body("\"k\"", "5", "6")).text, R"({"event_type":"k","ts":5,"user_id":6})"
                                                        "\n"
                                                        R"({"event_type":"k","ts":3,"user_id":4})"
                                                        "\n"
                                                        R"({"event_type":"k","ts":5,"user_id":6})"
                                                        "\n");
  const std::string digits(2'000, '9');
  const std::string in_quotes = '"' + digits + '"';
  EXPECT_EQ(codes("\"k\"", "5", digits), "/batch/0 out_of_range /batch/2 out_of_range ");
  EXPECT_EQ(codes("\"k\"", "5", digits + ".5"), "/batch/0 wrong_type /batch/2 wrong_type ");
  EXPECT_EQ(codes("\"k\"", "5", in_quotes), "/batch/0 out_of_range /batch/2 out_of_range ");
  EXPECT_EQ(codes("\"k\"", digits, "6"), "/batch/0 out_of_range /batch/2 out_of_range ");
  EXPECT_EQ(codes("\"k\"", in_quotes, "6"), "/batch/0 bad_timestamp /batch/2 bad_timestamp ");
  EXPECT_EQ(codes("\"k\"", "[" + digits + "]", "6"), "/batch/0 wrong_type /batch/2 wrong_type ");
  EXPECT_EQ(codes(in_quotes, "5", "6"),
            "/batch/0 event_type_too_long /batch/1 event_type_too_long /batch/2 event_type_too_long ");
}

TEST(Shape, TakesOneEventALine) {
  const Options options = of_shape("segment", Answer::ndjson, "event_type,index");
  Context lines = kStrict;
  lines.framing = Framing::lines;
  EXPECT_EQ(run(options, "{\"event\":\"a\"}\r\n\n \t\n{\"event\":\"b\"}", lines).text,
            "{\"event_type\":\"a\",\"index\":0}\n{\"event_type\":\"b\",\"index\":1}\n");
  EXPECT_EQ(run(options, "\n", lines).events_total, 0U);
  EXPECT_EQ(run(options, "", lines).verdict, Verdict::ok);
  const Outcome cut = run(options, "{\"event\":\"a\"}\n{\"event\":\n\"b\"}\n", lines);
  EXPECT_EQ(cut.verdict, Verdict::not_json);
  EXPECT_EQ(cut.syntax_offset, 23U);
  EXPECT_EQ(run(options, "{\"event\":\"a\"}{\"event\":\"b\"}\n", lines).verdict, Verdict::not_json);
  EXPECT_EQ(run(options, "{\"event\":\"a\"}\n{}\n", lines).faults[0].substr(0, 22), R"({"pointer":"/1/event",)");
}

// As of one text: only syntax comes before it.
TEST(Shape, RefusesALineThatIsTooDeepAsSuch) {
  const Options options = of_shape("segment", Answer::ndjson, "event_type");
  Context lines = kStrict;
  lines.framing = Framing::lines;
  const auto nested = [](std::size_t levels) {
    return R"({"event":"a","properties":)" + std::string(levels, '[') + std::string(levels, ']') + "}\n";
  };
  EXPECT_EQ(run(options, nested(kDepthMax - 1), lines).verdict, Verdict::ok);
  const Outcome deep = run(options, "{\"event\":\"a\"}\n" + nested(kDepthMax), lines);
  EXPECT_EQ(deep.verdict, Verdict::invalid_request);
  ASSERT_EQ(deep.faults.size(), 1U);
  EXPECT_TRUE(deep.faults[0].starts_with(R"({"pointer":"","code":"too_deep")")) << deep.faults[0];
  const Outcome both = run(options, nested(kDepthMax) + "{\"event\":\n", lines);
  EXPECT_EQ(both.verdict, Verdict::not_json);
  EXPECT_EQ(both.syntax_offset, nested(kDepthMax).size() + 9);
}

TEST(Shape, ReadsBinaryCloudEvents) {
  const Options options = of_shape("cloudevents", Answer::ndjson, "event_type,time,user_id,id,payload,event");
  const std::vector<Attribute> attributes{
      {"specversion", "1.0"}, {"id", "1"}, {"source", "/s"}, {"type", "made"}, {"time", "1970-01-01T00:00:01.5Z"}};
  Context context = kLenient;
  context.framing = Framing::binary;
  context.attributes = attributes;
  EXPECT_EQ(run(options, R"({"a" : 1})", context).text,
            R"({"event_type":"made","time":"1970-01-01T00:00:01.500Z","user_id":null,"id":"1","payload":{"a" : 1},)"
            R"("event":{"specversion":"1.0","id":"1","source":"/s","type":"made","time":"1970-01-01T00:00:01.5Z",)"
            R"("data":{"a" : 1}}})"
            "\n");
  EXPECT_NE(run(options, "", context).text.find(R"("payload":null)"), std::string::npos);
  EXPECT_EQ(run(options, "{", context).verdict, Verdict::not_json);
  EXPECT_EQ(run(options, "{", context).syntax_offset, 1U);
}

// The body is the data: no pointer into it finds an attribute, so the detail names it.
TEST(Shape, NamesAttributesThatAreInTheFieldsWithoutAPointer) {
  const Options options = of_shape("cloudevents");
  const auto fault = [&](std::string_view version, std::string_view source, std::string_view id,
                         std::string_view again = "extra") {
    const std::vector<Attribute> attributes{
        {"specversion", version}, {"id", id}, {"source", source}, {"type", "t"}, {again, "1"}};
    Context context;
    context.framing = Framing::binary;
    context.attributes = attributes;
    const Outcome outcome = run(options, "{}", context);
    return outcome.faults.empty() ? std::string("none") : outcome.faults[0];
  };
  EXPECT_EQ(fault("1.0", "/s", "1"), "none");
  EXPECT_TRUE(fault("0.3", "/s", "1").starts_with(R"({"pointer":"","code":"wrong_type","detail":"/specversion: )"));
  EXPECT_TRUE(fault("1.0", "", "1").starts_with(R"({"pointer":"","code":"missing_member","detail":"/source: )"));
  EXPECT_TRUE(fault("1.0", "/s", "").starts_with(R"({"pointer":"","code":"missing_member","detail":"/id: )"));
  EXPECT_TRUE(fault("1.0", "/s", "1", "id").starts_with(R"({"pointer":"","code":"duplicate_member","detail":"/id: )"));
}

TEST(Shape, WantsTheAttributesOfACloudEvent) {
  const Options options = of_shape("cloudevents");
  const auto first = [&](std::string_view body) {
    const Outcome outcome = run(options, body);
    return outcome.faults.empty() ? std::string("none")
                                  : outcome.faults[0].substr(0, outcome.faults[0].find(",\"detail"));
  };
  EXPECT_EQ(first(R"({"specversion":"1.0","id":"1","source":"s","type":"t"})"), "none");
  EXPECT_EQ(first(R"({"specversion":"1\u002e0","id":"1","source":"s","type":"t"})"), "none");
  EXPECT_EQ(first(R"({"specversion":"0.3","id":"1","source":"s","type":"t"})"),
            R"({"pointer":"/specversion","code":"wrong_type")");
  EXPECT_EQ(first(R"({"specversion":"","id":"1","source":"s","type":"t"})"),
            R"({"pointer":"/specversion","code":"wrong_type")");
  EXPECT_EQ(first(R"({"specversion":null,"id":"1","source":"s","type":"t"})"),
            R"({"pointer":"/specversion","code":"missing_member")");
  EXPECT_EQ(first(R"([{"specversion":"1.0","id":"1","type":"t"}])"),
            R"({"pointer":"/0/source","code":"missing_member")");
  EXPECT_EQ(first(R"({"specversion":"1.0","id":"1","source":"","type":"t"})"),
            R"({"pointer":"/source","code":"missing_member")");
  EXPECT_EQ(first(R"({"specversion":"1.0","id":7,"source":"s","type":"t"})"),
            R"({"pointer":"/id","code":"wrong_type")");
  EXPECT_EQ(first(R"({"specversion":"1.0","id":"1","source":"s","type":"t","subject":7})"), "none");
  EXPECT_EQ(first(R"({"specversion":"1.0","source":"s","type":"t"})"), R"({"pointer":"/id","code":"missing_member")");
}

}  // namespace
}  // namespace planish
