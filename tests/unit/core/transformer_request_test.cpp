// The request around the events: contract section 1.
#include <gtest/gtest.h>
#include <support/benchmark_body.hpp>
#include <support/transforming.hpp>

#include <core/hash.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace planish {
namespace {

using support::event_of;
using support::Outcome;
using support::request_of;
using support::Transforming;
using namespace std::chrono_literals;

constexpr std::string_view kTrace = "0af7651916cd43dd8448eb211c80319c";

std::string answer(std::string_view user_id, std::string_view events, std::string_view rest) {
  return R"({"user_id":)" + std::string(user_id) + R"(,"processed_events":[)" + std::string(events) +
         R"(],"total_duration_ms":)" + std::string(rest) + "}";
}

TEST(Request, AnswersInTheContractsOrder) {
  Options options;
  options.canonical = Canonical::raw;
  options.hash = HashAlgorithm::prefix8;
  const Outcome outcome = Transforming(options)(
      R"({"user_id": 12345, "events": [{"event_type": "click", "timestamp": 1699123456789, "payload": {"id": 1}}],)"
      R"( "metadata": {"source": "web", "trace_id": "bench-1234"}})");
  EXPECT_EQ(outcome.verdict, Verdict::ok);
  EXPECT_EQ(outcome.text,
            answer("12345", R"({"event_type":"click","normalized_timestamp":1699123456789,"hash":"{\"id\": 1"})",
                   R"(0,"trace_id":"bench-1234")"));
  EXPECT_TRUE(outcome.kept_to_its_memory);
}

TEST(Request, AnswersNoEventsWithNone) {
  EXPECT_EQ(Transforming()(R"({"user_id":1,"events":[]})").text, answer("1", "", R"(0,"trace_id":null)"));
  EXPECT_EQ(Transforming()(" {\"events\" : [ \r\n\t] , \"user_id\" : 0 } ").text,
            answer("0", "", R"(0,"trace_id":null)"));
}

TEST(Request, TakesMembersInAnyOrder) {
  std::array<std::string_view, 4> members{
      R"("user_id":7)", R"("events":[{"payload":1,"event_type":"e","timestamp":2}])",
      R"("metadata":{"trace_id":"t","x":[{}],"source":"s"})", R"("more":{"events":[],"user_id":[null]})"};
  std::ranges::sort(members);
  std::string first;
  do {
    std::string body = "{";
    for (const std::string_view member : members) body += std::string(body.size() > 1 ? "," : "") + std::string(member);
    const Outcome outcome = Transforming()(body + "}");
    ASSERT_EQ(outcome.verdict, Verdict::ok) << body;
    if (first.empty()) first = outcome.text;
    ASSERT_EQ(outcome.text, first) << body;
  } while (std::ranges::next_permutation(members).found);
  EXPECT_NE(first.find(R"("user_id":7)"), first.npos);
  EXPECT_NE(first.find(R"("trace_id":"t")"), first.npos);
}

TEST(Request, ComparesNamesAfterUnescaping) {
  const Outcome outcome = Transforming()(
      R"({"\u0075ser\u005fid":3,"e\u0076ents":[{"event\u005ftype":"a","\u0074imestamp":1,"payloa\u0064":0}],)"
      R"("met\u0061data":{"s\u006furce":"","trace\u005Fid":"x"}})");
  ASSERT_EQ(outcome.verdict, Verdict::ok);
  EXPECT_NE(outcome.text.find(R"("event_type":"a","normalized_timestamp":1,)"), std::string::npos);
  EXPECT_NE(outcome.text.find(R"("trace_id":"x")"), std::string::npos);
}

TEST(Request, DoesNotTakeANameForAnotherThatOnlyBeginsLikeIt) {
  const Outcome outcome = Transforming()(
      R"({"user_id":3,"user_id\"":4,"user_id\u0022":4,"user_i":5,"user_id2":6,"events":[],"Events":1,"events\u0000":2})");
  EXPECT_EQ(outcome.text, answer("3", "", R"(0,"trace_id":null)"));
}

TEST(Request, KeepsUserIdsExact) {
  for (const std::string_view id : {"0", "9", "9007199254740993", "18446744073709551614", "18446744073709551615"}) {
    EXPECT_EQ(Transforming()(R"({"events":[],"user_id":)" + std::string(id) + "}").text,
              answer(id, "", R"(0,"trace_id":null)"));
  }
}

TEST(Request, TakesTheTraceIdFromMetadataBeforeTheFallback) {
  const auto with = [](std::string_view metadata) {
    return Transforming()(R"({"user_id":1,"events":[])" + std::string(metadata) + "}", InvalidEvents::refuse, kTrace)
        .text;
  };
  const std::string fallback = answer("1", "", R"(0,"trace_id":")" + std::string(kTrace) + '"');
  EXPECT_EQ(with(""), fallback);
  EXPECT_EQ(with(R"(,"metadata":null)"), fallback);
  EXPECT_EQ(with(R"(,"metadata":{"source":"","trace_id":""})"), answer("1", "", R"(0,"trace_id":"")"));
  EXPECT_EQ(with(R"(,"metadata":{"source":"","trace_id":"ü"})"), answer("1", "", R"(0,"trace_id":"ü")"));
}

TEST(Request, WritesTheTraceIdWithItsShortestEscapes) {
  const Outcome outcome = Transforming()(
      R"({"user_id":1,"events":[],"metadata":{"source":"","trace_id":"\u0022\/\u005c\u000A\u001F\u0007\ud83D\ude00\u00e9\b"}})");
  EXPECT_EQ(outcome.text, answer("1", "", "0,\"trace_id\":\"\\\"/\\\\\\n\\u001f\\u0007\xF0\x9F\x98\x80\xC3\xA9\\b\""));
}

TEST(Request, CopiesALongTraceId) {
  const std::string trace(100'000, 't');
  const Outcome outcome = Transforming()(
      R"({"user_id":1,"events":[],"metadata":{"source":"","trace_id":")" + trace + R"("}})", InvalidEvents::skip);
  EXPECT_EQ(outcome.text, answer("1", "", R"(0,"trace_id":")" + trace + R"(","errors":[])"));
  EXPECT_TRUE(outcome.kept_to_its_memory);
}

TEST(Request, TellsWholeMilliseconds) {
  const auto after = [](std::chrono::nanoseconds elapsed) {
    return Transforming()(R"({"user_id":1,"events":[]})", InvalidEvents::refuse, std::nullopt, elapsed).text;
  };
  EXPECT_EQ(after(999'999ns), answer("1", "", R"(0,"trace_id":null)"));
  EXPECT_EQ(after(1ms), answer("1", "", R"(1,"trace_id":null)"));
  EXPECT_EQ(after(-1ms), answer("1", "", R"(0,"trace_id":null)"));
  EXPECT_EQ(after(std::chrono::nanoseconds::max()), answer("1", "", R"(9223372036854,"trace_id":null)"));
}

TEST(Request, IsAsManyBytesAsTheBenchmarkSays) {
  const std::string body = support::benchmark_body();
  EXPECT_EQ(body.size(), 9'416U);
  char digits[16];
  core::write_hash<HashAlgorithm::xxh3_64>(body, digits);
  EXPECT_EQ(std::string_view(digits, sizeof digits), "84c6ab72748a07eb");
  const Outcome outcome = Transforming()(body);
  ASSERT_EQ(outcome.verdict, Verdict::ok);
  EXPECT_EQ(outcome.events_total, 100U);
  EXPECT_TRUE(outcome.text.starts_with(
      R"({"user_id":12345,"processed_events":[{"event_type":"click","normalized_timestamp":1699123456789,)"
      R"("hash":"58d266c407f90e0d374be634e92404cf"},{"event_type":"view","normalized_timestamp":1699123456790,)"))
      << outcome.text.substr(0, 200);
  EXPECT_TRUE(outcome.text.ends_with(R"("}],"total_duration_ms":0,"trace_id":"bench-1234"})"));
}

TEST(Request, IsNotRememberedByTheNext) {
  Transforming transform;
  const std::string body = request_of(event_of("1"));
  const std::string first = transform(body).text;
  transform(R"({"user_id":2,"events":[{}],"metadata":{"source":"","trace_id":"t"}})");
  transform("[");
  transform(R"({"user_id":2,"events":[],"metadata":{"source":"","trace_id":"t"}})", InvalidEvents::skip);
  const Outcome last = transform(body);
  EXPECT_EQ(last.text, first);
  EXPECT_TRUE(last.faults.empty());
  EXPECT_EQ(last.events_invalid, 0U);
}

}  // namespace
}  // namespace planish
