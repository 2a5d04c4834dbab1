// A batch between the pass and the answer: what it is shown of each event, and what becomes of its verdicts.
#include <support/batching.hpp>
#include <support/transforming.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace planish {
namespace {

using support::Answered;
using support::Maker;
using support::padded;
using support::request_of;
using support::Seen;
using support::transform;

std::string event(const std::string& type, const std::string& payload) {
  return R"({"event_type":")" + type + R"(", "timestamp":1699123456789 ,"payload": )" + payload + " }";
}

BatchVerdict of(BatchAction action) {
  return {.action = action, .failure = 0, .reason = {}, .type = {}, .payload = {}, .attributes = {}};
}

TEST(Batched, IsShownEachEventAsItStands) {
  std::vector<std::string> seen;
  const std::string first = event("a", R"({"x":[1, 2]})");
  const std::string second = event("\\u0062", "17");
  transform(request_of(first + " , " + second), [&](const Seen& event) {
    seen.push_back(std::string(event.type) + "|" + std::to_string(event.time) + "|" + std::string(event.payload) + "|" +
                   std::string(event.event));
    return of(BatchAction::keep);
  });
  EXPECT_EQ(seen,
            (std::vector<std::string>{R"(a|1699123456789|{"x":[1, 2]}|)" + first, "b|1699123456789|17|" + second}));
}

TEST(Batched, LeavesTheAnswerAsItWasWhereAllStay) {
  const std::string body = request_of(event("a", "1") + "," + event("\\u0022", R"({"b":1,"a":2})"));
  const Answered with = transform(body, [](const Seen&) { return of(BatchAction::keep); });
  EXPECT_EQ(with.content, transform(body, {}).content);
}

// Its records are written by a reader of their own; what an answer tells that has all of an event comes from another.
TEST(Batched, IsShownTheSameWhateverTheAnswer) {
  std::string events;
  const std::vector<std::string> times{"1",
                                       "12345678",
                                       "123456789",
                                       "1699123456789",
                                       "999999999999999",
                                       "9999999999999999",
                                       "12345678901234567",
                                       "9223372036854775807",
                                       "-1",
                                       "-9223372036854775808",
                                       "0",
                                       "\"2023-11-04T18:44:16.789Z\"",
                                       "123456789012345678901"};
  for (int i = 0; i < 600; ++i) {
    const std::string blank(static_cast<std::size_t>(i % 4), i % 8 < 4 ? ' ' : '\n');
    const std::string type = i % 7 == 0 ? "\\u00e9\\\"" : i % 11 == 0 ? "" : "type" + std::to_string(i);
    events += (i == 0 ? "" : ",") + blank + "{" + blank + R"("timestamp":)" + blank +
              times[static_cast<std::size_t>(i) % times.size()] + blank + R"(,"payload":)" + blank +
              (i % 3 == 0 ? "1.50" : R"({"b":[1, 2] ,"a":")" + type + "\"}") + blank + R"(,"event_type")" + blank +
              ":" + blank + '"' + type + '"' + blank + (i % 13 == 0 ? R"(,"more":{})" : "") + "}" + blank;
  }
  const std::string body = request_of(events);
  const auto shown = [&](Answer answer, Canonical canonical) {
    std::string seen;
    transform(
        body,
        [&](const Seen& event) {
          seen.append(event.type).append("|").append(std::to_string(event.time)).append("|").append(event.user);
          seen.append("|").append(event.payload).append("|").append(event.event).append("\n");
          return of(BatchAction::keep);
        },
        InvalidEvents::skip, {}, answer, canonical);
    return seen;
  };
  const std::string seen = shown(Answer::events, Canonical::jcs);
  EXPECT_GT(std::count(seen.begin(), seen.end(), '\n'), 400);
  EXPECT_EQ(shown(Answer::results, Canonical::jcs), seen);
  EXPECT_EQ(shown(Answer::results, Canonical::raw), seen);
}

TEST(Batched, DropsAndRefusesAmongTheFaultsOfOthers) {
  const std::string body = request_of(event("drop", "1") + "," + event("", "1") + "," + event("no", "1") + ",1," +
                                      event("fail", "1") + "," + event("stay", "1") + "," + event("", "1"));
  const Answered answered = transform(body, [](const Seen& event) {
    BatchVerdict verdict = of(event.type == "drop"   ? BatchAction::drop
                              : event.type == "no"   ? BatchAction::reject
                              : event.type == "fail" ? BatchAction::fail
                                                     : BatchAction::keep);
    if (event.type == "no") verdict.reason = "(so)";
    return verdict;
  });
  EXPECT_EQ(answered.faults, "1:empty_event_type 2:rejected(so) 3:wrong_type 4:plugin_failed 6:empty_event_type ");
  EXPECT_EQ(answered.outcome.events_dropped, 1U);
  EXPECT_EQ(answered.outcome.events_invalid, 5U);
  EXPECT_EQ(answered.outcome.events_ok(), 1U);
  EXPECT_EQ(answered.outcome.counted(Errc::rejected), 1U);
  EXPECT_NE(answered.content.find(R"([{"event_type":"stay")"), std::string::npos) << answered.content;
  EXPECT_NE(answered.content.find(R"x("detail":"(so)")x"), std::string::npos) << answered.content;
}

// Where each result stands is found again when some of them go: whatever types, times and faults are between them.
TEST(Batched, LeavesOfTheResultsThoseThatStay) {
  std::mt19937 random(5);
  const auto any = [&](const std::vector<std::string>& texts) { return texts[random() % texts.size()]; };
  const auto events_of = [](const std::string& content) {
    const std::size_t begin = content.find("\"processed_events\":[");
    return content.substr(begin, content.find("],\"total_duration", begin) - begin);
  };
  for (int round = 0; round < 300; ++round) {
    std::string all;
    std::string left;
    for (std::size_t i = 0, count = 1 + random() % 12; i < count; ++i) {
      const bool drops = random() % 3 == 0;
      const std::string type =
          any({"a", "\\\"", "\\\\", "\\u0001,\\\"hash\\\":\\\"", "é", "\\/", "", std::string(256, 'x')});
      const std::string time = any({"0", "-7", "1699123456789", "12345678", R"("2023-11-04T18:44:16Z")", "1.5"});
      const std::string text = R"({"event_type":")" + type + R"(","timestamp":)" + time + R"(,"payload":)" +
                               (drops ? "[\"drop\"]" : R"({"b":"]}","a":1})") + "}";
      all += (i == 0 ? "" : ",") + text;
      if (!drops) left += (left.empty() ? "" : ",") + text;
    }
    const auto drop = [](const Seen& event) {
      return of(event.payload == "[\"drop\"]" ? BatchAction::drop : BatchAction::keep);
    };
    ASSERT_EQ(events_of(transform(request_of(all), drop).content), events_of(transform(request_of(left), {}).content))
        << all;
  }
}

TEST(Batched, RefusesTheWholeRequestWhereTheClientIsStrict) {
  const auto reject_all = [](const Seen&) { return of(BatchAction::reject); };
  const Answered answered = transform(request_of(event("a", "1")), reject_all, InvalidEvents::refuse);
  EXPECT_EQ(answered.outcome.verdict, Verdict::invalid_events);
  EXPECT_EQ(answered.faults, "0:rejected ");
}

TEST(Batched, IsNotAskedWhereTheRequestIsRefusedAnyway) {
  int asked = 0;
  const auto count = [&](const Seen&) { return ++asked, of(BatchAction::keep); };
  transform(request_of(event("", "1") + "," + event("a", "1")), count, InvalidEvents::refuse);
  transform(R"({"user_id":-1,"events":[)" + event("a", "1") + "]}", count);
  transform(request_of(event("a", "1") + ","), count);
  EXPECT_EQ(asked, 0);
}

TEST(Batched, CountsMoreFaultsThanItLists) {
  std::string events;
  for (int i = 0; i < 300; ++i) {
    if (i != 0) events += ',';
    events += event(i % 2 == 0 ? "" : "no", "1");
  }
  const Answered answered = transform(request_of(events), [](const Seen&) { return of(BatchAction::reject); });
  EXPECT_EQ(answered.outcome.events_invalid, 300U);
  EXPECT_EQ(answered.outcome.counted(Errc::rejected), 150U);
  EXPECT_EQ(answered.outcome.counted(Errc::empty_event_type), 150U);
  EXPECT_EQ(answered.outcome.faults.size(), kFaultsListed);
  for (std::size_t i = 0; i < kFaultsListed; ++i) EXPECT_EQ(answered.outcome.faults[i].event, i);
}

TEST(Batched, AnswersWhatItReturnsAsIfItHadBeenSent) {
  const std::string type = padded("n\"ew\n");
  const std::string payload = padded(R"({"z":[1.50],"a":"\u0041"})");
  const Answered answered = transform(request_of(event("a", "1") + "," + event("b", "2")), [&](const Seen& event) {
    BatchVerdict verdict = of(BatchAction::keep);
    if (event.type == "a") verdict.type = type;
    if (event.type == "a") verdict.payload = payload;
    if (event.type == "b") verdict.payload = payload;
    return verdict;
  });
  const Answered sent = transform(request_of(event(R"(n\"ew\n)", payload) + "," + event("b", payload)), {});
  EXPECT_EQ(answered.content, sent.content);
}

// However often an answer repeats them: what a batch gives is bounded, not how often it is told.
TEST(Batched, HasRoomForAttributesAndTypesThatAreToldManyTimes) {
  std::string text = R"({"a":")";
  text.append(60'000, 'a').append(R"("})");
  const std::string attributes = padded(std::move(text));
  std::vector<AnswerMember> members;
  for (const char* name : {"a", "b", "c", "d"}) members.push_back({name, AnswerValue::attributes});
  const auto gives_attributes = [&](const Seen&) {
    BatchVerdict verdict = of(BatchAction::keep);
    verdict.attributes = attributes;
    return verdict;
  };
  const Answered attributed = transform(request_of(event("a", "1")), gives_attributes, InvalidEvents::skip, {},
                                        Answer::events, Options{}.canonical, members);
  EXPECT_EQ(attributed.faults, "");
  EXPECT_GT(attributed.content.size(), 4 * attributes.size());

  const std::string type = padded(std::string(kEventTypeBytesMax, '\x01'));
  std::string events = event("a", "1");
  for (int i = 1; i < 200; ++i) events.append(",").append(event("a", "1"));
  for (AnswerMember& member : members) member.value = AnswerValue::event_type;
  const auto renames = [&](const Seen&) {
    BatchVerdict verdict = of(BatchAction::keep);
    verdict.type = type;
    return verdict;
  };
  const Answered renamed =
      transform(request_of(events), renames, InvalidEvents::skip, {}, Answer::events, Options{}.canonical, members);
  EXPECT_EQ(renamed.faults, "");
  EXPECT_GT(renamed.content.size(), 4 * 200 * 6 * kEventTypeBytesMax);
}

TEST(Batched, FindsTheFieldsThatItIsAskedFor) {
  const std::vector<std::string_view> fields{"/payload/email", "/payload/a~1b/~0", "/event_type", "/payload/none",
                                             "/payload"};
  std::vector<std::string> seen;
  const std::string payload = R"({"deep":{"email":0}, "em\u0061il" : [1,{"}":2}] , "a/b":{"~":"x" }})";
  transform(
      request_of(event("t", payload) + "," + event("t", "[]")),
      [&](const Seen& event) {
        for (const std::string_view field : event.fields) seen.emplace_back(field);
        return of(BatchAction::keep);
      },
      InvalidEvents::skip, fields);
  EXPECT_EQ(seen,
            (std::vector<std::string>{R"([1,{"}":2}])", R"("x")", R"("t")", "", payload, "", "", R"("t")", "", "[]"}));
}

// What a client is told by its events' ids comes after the batch, also where the events go to somebody else.
TEST(Batched, SaysByIdWhatBecameOfEachEvent) {
  const auto judge = [](const Seen& event) {
    BatchVerdict verdict = of(event.type == "drop"   ? BatchAction::drop
                              : event.type == "no"   ? BatchAction::reject
                              : event.type == "fail" ? BatchAction::fail
                                                     : BatchAction::keep);
    return verdict;
  };
  for (const bool acknowledges : {false, true}) {
    Options options;
    options.shape = *ready_made_shape("posthog");
    options.answer = acknowledges ? Answer::ndjson : Answer::none;
    options.acknowledges = acknowledges;
    options.batch = std::make_shared<Maker>(judge, std::vector<std::string_view>{});
    Context context;
    context.invalid_events = InvalidEvents::skip;
    context.path = "/i/v1/analytics/events";
    support::Transforming transforming(options);
    const support::Outcome outcome = transforming(
        R"({"batch":[{"event":"a","uuid":"1"},{"event":"drop","uuid":"2"},{"event":"no","uuid":"3"},{"uuid":"4"},)"
        R"({"event":"fail","uuid":"5"},{"event":"b","uuid":"6"}]})",
        context);
    EXPECT_TRUE(outcome.kept_to_its_memory);
    const std::string& text = acknowledges ? outcome.acknowledged : outcome.text;
    for (const char* name : {"1", "6"}) {
      EXPECT_NE(text.find('"' + std::string(name) + R"(":{"result":"ok"})"), std::string::npos) << text;
    }
    for (const char* name : {"2", "3", "4", "5"}) {
      EXPECT_NE(text.find('"' + std::string(name) + R"(":{"result":"drop"})"), std::string::npos) << text;
    }
    EXPECT_EQ(std::count(outcome.text.begin(), outcome.text.end(), '\n'), acknowledges ? 2 : 0);
    const support::Outcome all =
        transforming(R"({"batch":[{"event":"a","uuid":"1"},{"event":"b","uuid":"2"}]})", context);
    EXPECT_TRUE((acknowledges ? all.acknowledged : all.text)
                    .starts_with(R"({"status":1,"results":{"1":{"result":"ok"},"2":{"result":"ok"}})"));
  }
}

}  // namespace
}  // namespace planish
