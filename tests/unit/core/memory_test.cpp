// The transform's memory: nothing allocated per request, and answers within the room that is asked for.
#include <gtest/gtest.h>
#include <core/canonical/guarded_array.hpp>
#include <core/contract/set.hpp>
#include <core/structural_index.hpp>
#include <planish/rules.hpp>
#include <support/allocations.hpp>
#include <support/benchmark_body.hpp>
#include <support/transforming.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace planish {
namespace {

TEST(Memory, IsNotAllocatedPerRequest) {
  const Transform transform;
  Transformer transformer;
  transformer.prepare(transform);
  std::vector<std::string> bodies{
      support::benchmark_body(), "[", R"({"user_id":-1,"events":[{},1]})",
      support::request_of(support::event_of(R"({"b":[1.50,"\u0061"],"a":{"d":1,"c":1e400}})")),
      support::request_of(support::event_of(R"({"b":[1.50,"\u0061"],"a":{"d":1,"c":2}})"))};
  std::vector<char> out(transformer.answer_bytes_max(transform, 10'000));
  for (std::string& body : bodies) {
    const std::size_t size = body.size();
    body.resize(size + kPadding);
    for (const InvalidEvents mode : {InvalidEvents::refuse, InvalidEvents::skip}) {
      const std::size_t before = support::allocations();
      const Context context{.invalid_events = mode};
      if (transformer.transform(transform, PaddedView(body, size), context, out).verdict == Verdict::ok) {
        transformer.finish(std::chrono::nanoseconds{0});
      }
      EXPECT_EQ(support::allocations(), before) << body;
    }
  }
}

#ifndef __wasm__  // it has no RE2
// All keywords; RE2 makes its states when it first sees such texts.
TEST(Memory, IsNotAllocatedPerCheckOfAContract) {
  const auto set = core::contract::Set::compile({{"t.json", R"({
    "uniqueItems":true,"contains":{"type":"string"},"minProperties":1,"propertyNames":{"pattern":"^[a-z]"},
    "anyOf":[{"items":{"enum":[1,"x",{"a":[null]}]}},{"properties":{"e":{"format":"email"},"p":{"pattern":"^\\w+$"}}}],
    "patternProperties":{"^x":{"multipleOf":0.01}},"unevaluatedProperties":false,"required":["e"]})"}})
                       .set;
  ASSERT_NE(set, nullptr);
  core::StructuralIndex index(1000);
  core::contract::Scratch scratch(1000);
  for (std::string body : {R"([1,"x",{"a":[null]},{"b":1},1.0])", R"({"e":"a@b","p":"\u0061","xy":4.35})",
                           R"({"e":1,"p":"-","x":4.355,"U":{"deep":[[[]]]}})"}) {
    const std::size_t size = body.size();
    body.resize(size + kPadding);
    ASSERT_TRUE(index.build({body.data(), size}));
    const auto check = [&] { return set->check(set->find("t"), body.data(), index.begin(), size, scratch).size(); };
    const std::size_t faults = check();
    const std::size_t before = support::allocations();
    EXPECT_EQ(check(), faults);
    EXPECT_EQ(support::allocations(), before) << body;
  }
}
#endif

std::shared_ptr<const Rules> rules_of_every_verb() {
  Rule first;
  first.remove.emplace_back("/a/*");
  first.mask.emplace_back("/m");
  first.hash.emplace_back("/h");
  first.hash.emplace_back("/properties/h");
  first.truncate_ip.emplace_back("/i");
  Rule second;
  second.types.emplace_back("x*");
  second.drop = 0.5;
  second.rename = "y";
  second.set.push_back({"/properties/s/t", R"({"u":1})"});
  Rule third;
  third.mask.emplace_back("/properties/s/t/u");
  std::vector<Rule> rules;
  rules.push_back(std::move(first));
  rules.push_back(std::move(second));
  rules.push_back(std::move(third));
  return Rules::compile(rules, "0123456789abcdef").rules;
}

// Every verb, in two batches, so that an edited text is indexed; a hash of what is no string; a payload that is left.
TEST(Memory, IsNotAllocatedPerRequestUnderRules) {
  Options options;
  options.shape = *ready_made_shape("segment");
  options.answer = Answer::ndjson;
  options.rules = rules_of_every_verb();
  ASSERT_NE(options.rules, nullptr);
  const Transform transform(options);
  Transformer transformer;
  transformer.prepare(transform);
  std::vector<char> out(transformer.answer_bytes_max(transform, 10'000));
  for (std::string body :
       {R"({"event":"x1","userId":"\u0061","a":[1,{"b":2}],"m":"é","h":{"z":1.0,"y":[]},"i":"::1"})",
        R"({"batch":[{"event":"x","properties":{"h":[1e20,1e400]}},{"event":"b","properties":{"b":1,"a":2}}]})"}) {
    const std::size_t size = body.size();
    body.resize(size + kPadding);
    const std::size_t before = support::allocations();
    const Context context{.invalid_events = InvalidEvents::skip};
    EXPECT_EQ(transformer.transform(transform, PaddedView(body, size), context, out).verdict, Verdict::ok);
    transformer.finish(std::chrono::nanoseconds{0});
    EXPECT_EQ(support::allocations(), before) << body;
  }
}

TEST(Memory, OfAnAnswerIsEnoughForTheShortestEvents) {
  Options options;
  options.hash = HashAlgorithm::sha256;
  options.timestamp_unit = TimestampUnit::s;
  support::Transforming transform(options);
  std::string events;
  for (int i = 0; i < 10'000; ++i) {
    events += i == 0 ? "" : ",";
    events += R"({"event_type":"a","timestamp":-1,"payload":0})";
  }
  const auto outcome = transform(support::request_of(events));
  EXPECT_EQ(outcome.verdict, Verdict::ok);
  EXPECT_TRUE(outcome.kept_to_its_memory);
}

TEST(Memory, OfAnAnswerIsEnoughForTheShortestInvalidEvents) {
  std::string events = "0";
  for (int i = 1; i < 10'000; ++i) events += ",0";
  for (const unsigned tail : {0U, 1U, 300U}) {
    const auto outcome =
        support::Transforming()(R"({"user_id":18446744073709551615,"events":[)" + events +
                                    R"(],"metadata":{"source":"","trace_id":")" + std::string(tail, 'x') + R"("}})",
                                InvalidEvents::skip, std::nullopt, std::chrono::nanoseconds::max());
    EXPECT_EQ(outcome.verdict, Verdict::ok);
    EXPECT_TRUE(outcome.kept_to_its_memory);
  }
}

TEST(Memory, OfAnAnswerIsEnoughForOneLargeValue) {
  const std::string large(900'000, 'x');
  for (const std::string& event :
       {support::event_of('"' + large + '"'), support::event_of(R"({"b":")" + large + R"(","a":1})"),
        support::event_of(R"({"b":"\u0061)" + large + R"(","a":1})"),
        R"({"event_type":"\n)" + large + R"(","timestamp":1,"payload":1})",
        R"({"event_type":"a","timestamp":"\n)" + large + R"(","payload":1})"}) {
    for (const InvalidEvents mode : {InvalidEvents::refuse, InvalidEvents::skip}) {
      const auto outcome = support::Transforming()(support::request_of(event), mode);
      EXPECT_NE(outcome.verdict, Verdict::not_json);
      EXPECT_TRUE(outcome.kept_to_its_memory);
    }
  }
}

TEST(Memory, IsToldAtTheStart) {
  const Transform canonical;
  Options options;
  options.canonical = Canonical::raw;
  const Transform raw(options);
  const Limits large;
  EXPECT_LT(Transformer(Limits{.body_bytes_max = 1'000}).memory_bytes_max(canonical),
            Transformer(large).memory_bytes_max(canonical));
  EXPECT_GE(Transformer(large).memory_bytes_max(canonical), 4 * large.body_bytes_max);
  EXPECT_LT(Transformer(large).memory_bytes_max(canonical), 32 * large.body_bytes_max);
  EXPECT_LT(Transformer(large).memory_bytes_max(raw), 7 * large.body_bytes_max);
}

// Rules on one endpoint, contracts on another, and a third that copies what clients say of themselves: a thread that
// serves all of them has the memory of all.
TEST(Memory, OfSeveralTransformsIsOfEachKindAsMuchAsOneOfThemTakes) {
  Options ruled{.shape = *ready_made_shape("segment")};
  ruled.rules = rules_of_every_verb();
  Options contracted{.shape = *ready_made_shape("cloudevents")};
  contracted.contracts = Contracts::compile({{"x.json", "{}"}}).contracts;
  contracted.canonical = Canonical::raw;
  Options keyed{.shape = *ready_made_shape("posthog"), .answer = Answer::ndjson};
  keyed.canonical = Canonical::raw;
  const std::vector<Transform> all{Transform(contracted), Transform(ruled), Transform(keyed), Transform{}};
  Transformer transformer;
  const auto allocated = [] { return support::allocated_bytes() + core::canonical::GuardedBlock::all_bytes(); };
  const std::size_t before = allocated();
  for (const Transform& transform : all) transformer.prepare(transform);
  const std::size_t taken = allocated() - before, told = transformer.memory_bytes_max(all);
  EXPECT_LE(taken, told);
  EXPECT_GT(taken, told - told / 8);
  for (const Transform& one : all) EXPECT_LT(transformer.memory_bytes_max(one), taken);
  // In whatever order, and no kind twice.
  EXPECT_EQ(transformer.memory_bytes_max(std::vector{all[1], all[0], all[1], all[3], all[2]}), told);
}

#ifndef __wasm__  // 32 bits have no room for it
// Taken, but not touched: pages that nobody writes to are not there.
TEST(Memory, OfTheLargestBodyThatCanBeSetIsThereForAnyShape) {
  for (const std::string_view name : ready_made_shapes()) {
    Options options{.shape = *ready_made_shape(name)};
    options.answer_members = {{"key", AnswerValue::key}};
    const Transform transform(options);
    Transformer transformer(Limits{.body_bytes_max = kBodyBytesLimit});
    transformer.prepare(transform);
    EXPECT_GT(transformer.memory_bytes_max(transform), 17 * kBodyBytesLimit) << name;
  }
}
#endif

TEST(Memory, OfATransformerMoves) {
  Transformer first;
  Transformer second(std::move(first));
  first = std::move(second);
  EXPECT_GT(first.memory_bytes_max(Transform{}), 0U);
}

}  // namespace
}  // namespace planish
