// What is wrong with a request that is JSON: contract sections 1 and 2, each code with its pointer and detail.
#include <gtest/gtest.h>
#include <support/transforming.hpp>

#include <memory>
#include <string>
#include <vector>

namespace planish {
namespace {

using support::event_of;
using support::Outcome;
using support::request_of;
using support::Transforming;

std::string fault(std::string_view pointer, std::string_view code, std::string_view detail) {
  return R"({"pointer":")" + std::string(pointer) + R"(","code":")" + std::string(code) + R"(","detail":")" +
         std::string(detail) + R"("})";
}
std::string missing(std::string_view pointer) {
  return fault(pointer, "missing_member", "this member is required");
}
std::string twice(std::string_view pointer) {
  return fault(pointer, "duplicate_member", "this member stands more than once");
}

using Faults = std::vector<std::string>;

// The faults of a request that has these members and an otherwise good rest.
Outcome refuse(std::string_view body, const Options& options = {}, const Limits& limits = {}) {
  Outcome outcome = Transforming(options, limits)(body);
  EXPECT_TRUE(outcome.kept_to_its_memory) << body;
  return outcome;
}

TEST(RequestFault, IsOfTheWholeTextWhereThatIsNoObject) {
  for (const auto& [text, found] : {std::pair{"null", "null"},
                                    {"true", "a boolean"},
                                    {"12", "an integer"},
                                    {"-0", "-0"},
                                    {"1.5", "a number with a fraction or an exponent"},
                                    {"\"{}\"", "a string"},
                                    {" [{}] ", "an array"}}) {
    const Outcome outcome = refuse(text);
    EXPECT_EQ(outcome.verdict, Verdict::invalid_request) << text;
    EXPECT_EQ(outcome.faults, Faults{fault("", "wrong_type", std::string("expected an object, found ") + found)})
        << text;
  }
}

TEST(RequestFault, NamesMissingMembersLast) {
  EXPECT_EQ(refuse("{}").faults, (Faults{missing("/user_id"), missing("/events")}));
  EXPECT_EQ(refuse(R"({"metadata":{}})").faults, (Faults{missing("/user_id"), missing("/events"),
                                                         missing("/metadata/source"), missing("/metadata/trace_id")}));
  EXPECT_EQ(refuse(R"({"metadata":{"trace_id":1},"events":{}})").faults,
            (Faults{fault("/metadata/trace_id", "wrong_type", "expected a string, found an integer"),
                    fault("/events", "wrong_type", "expected an array, found an object"), missing("/user_id"),
                    missing("/metadata/source")}));
}

TEST(RequestFault, IsAWrongUserId) {
  const auto of = [](std::string_view id) {
    return refuse(R"({"events":[],"user_id":)" + std::string(id) + "}").faults;
  };
  constexpr std::string_view kFraction = "expected an integer, found a number with a fraction or an exponent";
  for (const std::string_view id : {"1.0", "1e3", "1E0", "0.0", "-0.0", "1e400"}) {
    EXPECT_EQ(of(id), Faults{fault("/user_id", "wrong_type", kFraction)}) << id;
  }
  EXPECT_EQ(of("-0"), Faults{fault("/user_id", "wrong_type", "expected an integer, found -0")});
  EXPECT_EQ(of("\"1\""), Faults{fault("/user_id", "wrong_type", "expected an integer, found a string")});
  EXPECT_EQ(of("null"), Faults{fault("/user_id", "wrong_type", "expected an integer, found null")});
  EXPECT_EQ(of("[1]"), Faults{fault("/user_id", "wrong_type", "expected an integer, found an array")});
  for (const std::string_view id :
       {"-1", "18446744073709551616", "99999999999999999999999999", "-99999999999999999999999"}) {
    EXPECT_EQ(of(id), Faults{fault("/user_id", "out_of_range", "not within 0 and 18446744073709551615")}) << id;
  }
}

TEST(RequestFault, IsWrongMetadata) {
  const auto of = [](std::string_view metadata) {
    return refuse(R"({"user_id":1,"events":[],"metadata":)" + std::string(metadata) + "}").faults;
  };
  EXPECT_EQ(of("0"), Faults{fault("/metadata", "wrong_type", "expected an object or null, found an integer")});
  EXPECT_EQ(of("[]"), Faults{fault("/metadata", "wrong_type", "expected an object or null, found an array")});
  EXPECT_EQ(of(R"({"source":null,"trace_id":false})"),
            (Faults{fault("/metadata/source", "wrong_type", "expected a string, found null"),
                    fault("/metadata/trace_id", "wrong_type", "expected a string, found a boolean")}));
}

TEST(RequestFault, IsAMemberThatStandsTwiceOncePerName) {
  EXPECT_EQ(
      refuse(R"({"user_id":1,"user_id":"x","events":[],"us\u0065r_id":2,"events":7,"metadata":null,"metadata":3})")
          .faults,
      (Faults{twice("/user_id"), twice("/events"), twice("/metadata")}));
  EXPECT_EQ(
      refuse(R"({"user_id":1,"events":[],"metadata":{"source":"","trace_id":"","source":1,"trace_id":[]}})").faults,
      (Faults{twice("/metadata/source"), twice("/metadata/trace_id")}));
}

TEST(RequestFault, ValidatesTheSecondEventsOnly) {
  const Outcome outcome = refuse(R"({"user_id":1,"events":[{}],"events":[1,2,3]})");
  EXPECT_EQ(outcome.verdict, Verdict::invalid_request);
  EXPECT_EQ(outcome.faults, (Faults{twice("/events"), missing("/events/0/event_type")}));
  EXPECT_EQ(outcome.events_total, 1U);
  EXPECT_EQ(refuse(R"({"user_id":1,"events":[],"events":[01]})").verdict, Verdict::not_json);
}

TEST(RequestFault, IsOneEventMoreThanAllowed) {
  const Limits three{.events_max = 3};
  std::string events = event_of("1") + "," + event_of("2") + "," + event_of("3");
  EXPECT_EQ(refuse(request_of(events), {}, three).verdict, Verdict::ok);
  const Outcome outcome = refuse(request_of(events + ",7,{}"), {}, three);
  EXPECT_EQ(outcome.verdict, Verdict::invalid_request);
  EXPECT_EQ(outcome.faults, Faults{fault("/events", "too_many_events", "more than 3 events")});
  EXPECT_EQ(outcome.events_total, 5U);
  EXPECT_EQ(outcome.events_invalid, 0U);
  EXPECT_EQ(refuse(request_of(events + ",tru"), {}, three).verdict, Verdict::not_json);
  const Limits none{.events_max = 0};
  EXPECT_EQ(refuse(R"({"user_id":1,"events":[]})", {}, none).verdict, Verdict::ok);
  EXPECT_EQ(refuse(request_of("1"), {}, none).faults,
            Faults{fault("/events", "too_many_events", "more than 0 events")});
}

TEST(RequestFault, StandsBeforeThoseOfTheEvents) {
  const Outcome outcome = refuse(R"({"events":[{"event_type":1},{}],"user_id":-1})");
  EXPECT_EQ(outcome.verdict, Verdict::invalid_request);
  EXPECT_EQ(outcome.faults, (Faults{fault("/user_id", "out_of_range", "not within 0 and 18446744073709551615"),
                                    fault("/events/0/event_type", "wrong_type", "expected a string, found an integer"),
                                    missing("/events/1/event_type")}));
}

TEST(EventFault, IsAnEventThatIsNoObject) {
  const Outcome outcome = refuse(request_of("0,[],null," + event_of("1") + ",\"x\""));
  EXPECT_EQ(outcome.verdict, Verdict::invalid_events);
  EXPECT_EQ(outcome.faults, (Faults{fault("/events/0", "wrong_type", "expected an object, found an integer"),
                                    fault("/events/1", "wrong_type", "expected an object, found an array"),
                                    fault("/events/2", "wrong_type", "expected an object, found null"),
                                    fault("/events/4", "wrong_type", "expected an object, found a string")}));
  EXPECT_EQ(outcome.events_total, 5U);
  EXPECT_EQ(outcome.events_invalid, 4U);
}

TEST(EventFault, IsTheFirstMissingMember) {
  EXPECT_EQ(refuse(request_of(R"({},{"event_type":"a"},{"payload":1,"event_type":"a"},{"timestamp":1,"payload":1},)"
                              R"({"event_type":"a","timestamp":1})"))
                .faults,
            (Faults{missing("/events/0/event_type"), missing("/events/1/timestamp"), missing("/events/2/timestamp"),
                    missing("/events/3/event_type"), missing("/events/4/payload")}));
}

TEST(EventFault, IsTheFirstInDocumentOrder) {
  EXPECT_EQ(
      refuse(request_of(R"({"timestamp":"x","event_type":""},{"event_type":"","timestamp":"x"},)"
                        R"({"payload":1e400,"timestamp":"x"},{"payload":1,"payload":2,"event_type":5})"))
          .faults,
      (Faults{fault("/events/0/timestamp", "bad_timestamp", "not an RFC 3339 date-time"),
              fault("/events/1/event_type", "empty_event_type", "the event type is empty"),
              fault("/events/2/payload", "number_out_of_range", "a number in the payload is too large for a double"),
              twice("/events/3/payload")}));
}

TEST(EventFault, IsAMemberThatStandsTwice) {
  EXPECT_EQ(refuse(request_of(R"({"event_type":"a","event\u005ftype":"a"},{"timestamp":1,"x":0,"x":0,"timestamp":1})"))
                .faults,
            (Faults{twice("/events/0/event_type"), twice("/events/1/timestamp")}));
}

TEST(EventFault, IsAnEventTypeOverItsLength) {
  const auto of = [](const std::string& type) {
    return refuse(request_of(R"({"event_type":")" + type + R"(","timestamp":1,"payload":1})")).faults;
  };
  std::string escaped;
  for (int i = 0; i < 256; ++i) escaped += "\\u0061";
  EXPECT_EQ(of(std::string(256, 'a')), Faults{});
  EXPECT_EQ(of(escaped), Faults{});
  const auto too_long = [](int bytes) {
    return Faults{fault("/events/0/event_type", "event_type_too_long",
                        "the event type has " + std::to_string(bytes) + " bytes, at most 256 are allowed")};
  };
  EXPECT_EQ(of(std::string(257, 'a')), too_long(257));
  EXPECT_EQ(of(escaped + "b"), too_long(257));
  EXPECT_EQ(of(std::string(255, 'a') + "\\u00e9"), too_long(257));
  EXPECT_EQ(of(std::string(255, 'a') + "é"), too_long(257));
  EXPECT_EQ(of(std::string(254, 'a') + "\\u00e9"), Faults{});
  EXPECT_EQ(of(std::string(100'000, 'a') + "\\n"), too_long(100'001));
  EXPECT_EQ(of(""), Faults{fault("/events/0/event_type", "empty_event_type", "the event type is empty")});
}

TEST(EventFault, IsAnEventTypeThatIsNotOnTheList) {
  Options options;
  options.event_types = std::make_shared<EventTypes>(std::vector<std::string>{"click", "vi\"ew"});
  Transforming transform(options);
  const std::string body = request_of(R"({"event_type":"cl\u0069ck","timestamp":1,"payload":1},)"
                                      R"({"event_type":"vi\"ew","timestamp":1,"payload":1},)"
                                      R"({"event_type":"Click","timestamp":1,"payload":1})");
  const Outcome outcome = transform(body);
  EXPECT_EQ(outcome.faults,
            Faults{fault("/events/2/event_type", "unknown_event_type", "the event type is not one of those allowed")});
  EXPECT_EQ(Transforming()(body).verdict, Verdict::ok);
}

TEST(EventFault, IsAWrongTimestamp) {
  const auto of = [](std::string_view timestamp, TimestampUnit unit = TimestampUnit::ms) {
    Options options;
    options.timestamp_unit = unit;
    const Faults faults =
        refuse(request_of(R"({"event_type":"a","payload":0,"timestamp":)" + std::string(timestamp) + "}"), options)
            .faults;
    return faults.empty() ? "" : faults.front();
  };
  const auto wrong = [](std::string_view found) {
    return fault("/events/0/timestamp", "wrong_type", "expected an integer or a string, found " + std::string(found));
  };
  EXPECT_EQ(of("null"), wrong("null"));
  EXPECT_EQ(of("true"), wrong("a boolean"));
  EXPECT_EQ(of("{}"), wrong("an object"));
  EXPECT_EQ(of("-0"), wrong("-0"));
  EXPECT_EQ(of("1.0"), wrong("a number with a fraction or an exponent"));
  EXPECT_EQ(of("1699123456789.0"), wrong("a number with a fraction or an exponent"));
  EXPECT_EQ(of("1e12"), wrong("a number with a fraction or an exponent"));
  const std::string range =
      fault("/events/0/timestamp", "out_of_range", "not within -9223372036854775808 and 9223372036854775807");
  EXPECT_EQ(of("9223372036854775807"), "");
  EXPECT_EQ(of("9223372036854775808"), range);
  EXPECT_EQ(of("-9223372036854775808"), "");
  EXPECT_EQ(of("-9223372036854775809"), range);
  EXPECT_EQ(of("9223372036854775", TimestampUnit::s), "");
  EXPECT_EQ(of("9223372036854776", TimestampUnit::s),
            fault("/events/0/timestamp", "out_of_range",
                  "not within -9223372036854775808 and 9223372036854775807 milliseconds"));
  EXPECT_TRUE(of("\"2023-13-04T00:00:00Z\"").find("bad_timestamp") != std::string::npos);
  EXPECT_TRUE(of("\"2023-13-04T00:00:00Z\"").find("month 13 does not exist") != std::string::npos);
  EXPECT_EQ(of("\"2023-12-04T00:00:00\\u005a\""), "");
}

TEST(EventFault, IsANumberWithoutCanonicalFormOnlyInAPayloadThatNeedsOne) {
  Options raw;
  raw.canonical = Canonical::raw;
  const std::string body = request_of(event_of("[{\"a\":1e400}]"));
  EXPECT_EQ(refuse(body).faults, Faults{fault("/events/0/payload", "number_out_of_range",
                                              "a number in the payload is too large for a double")});
  EXPECT_EQ(refuse(body, raw).verdict, Verdict::ok);
  EXPECT_EQ(
      refuse(R"({"user_id":1,"events":[{"x":-1e400,"event_type":"a","timestamp":1,"payload":0}],"y":1e400})").verdict,
      Verdict::ok);
}

TEST(EventFault, IsListedAHundredTimesAndCountedAlways) {
  std::string events = "1";
  for (int i = 1; i < 99; ++i) events += ",1";
  EXPECT_EQ(refuse(request_of(events)).faults.size(), 99U);
  EXPECT_EQ(refuse(request_of(events + ",1")).faults.size(), 100U);
  const Outcome outcome = refuse(request_of(events + ",1,1"));
  EXPECT_EQ(outcome.faults.size(), 100U);
  EXPECT_EQ(outcome.events_invalid, 101U);
  EXPECT_EQ(refuse(R"({"user_id":"","events":[)" + events + ",1,1]}").faults.size(), 100U);
}

TEST(EventFault, IsCountedByCode) {
  Transforming transform;
  const Outcome outcome = transform(R"({"user_id":-1,"events":[1,{},{},{"event_type":""}]})");
  EXPECT_EQ(outcome.count[static_cast<std::size_t>(Errc::out_of_range)], 1U);
  EXPECT_EQ(outcome.count[static_cast<std::size_t>(Errc::wrong_type)], 1U);
  EXPECT_EQ(outcome.count[static_cast<std::size_t>(Errc::missing_member)], 2U);
  EXPECT_EQ(outcome.count[static_cast<std::size_t>(Errc::empty_event_type)], 1U);
  EXPECT_EQ(transform("{").count[static_cast<std::size_t>(Errc::missing_member)], 0U);
}

TEST(Lenient, LeavesInvalidEventsOutAndListsThem) {
  Transforming transform;
  const Outcome outcome = transform(
      request_of("{}," + event_of("1") + R"(,{"event_type":"b","timestamp":"x","payload":1},)" + event_of("1")),
      InvalidEvents::skip);
  EXPECT_EQ(outcome.verdict, Verdict::ok);
  const std::string event = R"({"event_type":"a","normalized_timestamp":1,"hash":"6c5cf8f5c7a1d1a6db0a2b7cb9a1d0a4"})";
  const std::string one = outcome.text.substr(outcome.text.find('[') + 1, event.size());
  EXPECT_EQ(outcome.text, R"({"user_id":1,"processed_events":[)" + one + "," + one +
                              R"(],"total_duration_ms":0,"trace_id":null,"errors":[)" +
                              missing("/events/0/event_type") + "," +
                              fault("/events/2/timestamp", "bad_timestamp", "not an RFC 3339 date-time") + "]}");
  EXPECT_EQ(outcome.events_invalid, 2U);
}

TEST(Lenient, ListsAHundredErrorsAndSaysHowManyThereAre) {
  std::string events = "1";
  for (int i = 1; i < 100; ++i) events += ",1";
  const std::string hundred = Transforming()(request_of(events), InvalidEvents::skip).text;
  EXPECT_TRUE(hundred.ends_with("]}")) << hundred;
  EXPECT_NE(hundred.find("/events/99\""), std::string::npos);
  const std::string more = Transforming()(request_of(events + ",{}"), InvalidEvents::skip).text;
  EXPECT_EQ(more, hundred.substr(0, hundred.size() - 1) + R"(,"errors_total":101})");
  EXPECT_EQ(Transforming()(request_of(events + "," + event_of("1")), InvalidEvents::skip).text.find("errors_total"),
            std::string::npos);
}

TEST(Lenient, AlwaysHasErrors) {
  EXPECT_TRUE(
      Transforming()(request_of(event_of("1")), InvalidEvents::skip).text.ends_with(R"("trace_id":null,"errors":[]})"));
  const Outcome none = Transforming()(request_of("1"), InvalidEvents::skip);
  EXPECT_EQ(none.verdict, Verdict::ok);
  EXPECT_TRUE(
      none.text.starts_with(R"({"user_id":1,"processed_events":[],"total_duration_ms":0,"trace_id":null,"errors":[{)"));
}

TEST(Lenient, StillRefusesFaultsOfTheRequest) {
  std::string events = "1";
  for (int i = 1; i < 200; ++i) events += ",1";
  const Outcome outcome = Transforming()(R"({"events":[)" + events + "]}", InvalidEvents::skip);
  EXPECT_EQ(outcome.verdict, Verdict::invalid_request);
  EXPECT_EQ(outcome.faults.size(), 100U);
  EXPECT_EQ(outcome.faults.front(), missing("/user_id"));
}

TEST(Fault, NeverTakesMoreThanItsBound) {
  const std::string longest(kPointerBytesMax, 'x');
  for (std::size_t code = 0; code < kErrcCount; ++code) {
    for (std::uint16_t detail = 0; detail < 3; ++detail) {
      char out[kFaultBytesMax];
      const std::size_t size = write({.code = static_cast<Errc>(code),
                                      .detail = detail,
                                      .event = UINT32_MAX,
                                      .number = INT64_MIN,
                                      .place = {longest, true, longest, longest + "@auto"}},
                                     out);
      EXPECT_LE(size, kFaultBytesMax);
    }
  }
}

}  // namespace
}  // namespace planish
