// Batch: what a plugin says of each event, and what becomes of a request whose plugin misbehaves.
#include <planish/padded_view.hpp>
#include <planish/transformer.hpp>

#include <unit/plugin/plugin_fixture.hpp>

#include <numeric>

namespace planish::plugin {
namespace {

using enum Action;

// The events of a request, in one word each: k, d, r, or ! and the first letter of the failure.
std::string story(std::span<const BatchVerdict> outs) {
  std::string text;
  for (const BatchVerdict& out : outs) {
    if (out.action == keep) text += 'k';
    if (out.action == drop) text += 'd';
    if (out.action == reject) text += 'r';
    if (out.action == fail) text += '!';
    if (out.failure != 0) text += "-tdsmr"[std::size_t{out.failure}];
  }
  return text;
}

class BatchOfHostile : public testing::Test {
 protected:
  std::string run(std::string_view type, std::string_view payload = "null") {
    Events events;
    events.add(type, payload);
    return story(batch_->judge(events.request()).verdicts);
  }
  std::unique_ptr<Batch> batch_ = make_batch("hostile");
};

TEST(Batch, OfAGuestThatDoesNothingKeepsEveryEventAsItWas) {
  const auto batch = make_batch("noop");
  Events events;
  for (int i = 0; i < 100; ++i) events.add("click", R"({"id":1})");
  for (const BatchVerdict& out : batch->judge(events.request()).verdicts) {
    EXPECT_EQ(out.action, keep);
    EXPECT_TRUE(out.type.empty() && out.payload.empty() && out.attributes.empty() && out.reason.empty());
  }
  EXPECT_EQ(batch->counts().calls, 1U);
  EXPECT_EQ(batch->counts().actions[static_cast<std::size_t>(keep)], 100U);
}

TEST(Batch, IsTimedUntilWhoAskedIsDone) {
  const auto batch = make_batch("noop");
  const auto begin = Ticker::Clock::now();
  Events events;
  events.add("click");
  EXPECT_TRUE(batch->judge(events.request()).all_stay);
  EXPECT_EQ(batch->counts().requests_ns, 0U);
  batch->ended(begin.time_since_epoch() + std::chrono::hours(1));
  const Counts counts = batch->counts();
  EXPECT_EQ(counts.requests.back(), 1U);
  EXPECT_EQ(std::accumulate(counts.requests.begin(), counts.requests.end(), std::uint64_t{0}), 1U);
  EXPECT_GT(counts.requests_ns, 3'500'000'000'000U);
  EXPECT_LE(counts.requests_ns, 3'600'000'000'000U);
}

// What is refused without it, or tells no time, is none of its requests.
TEST(Batch, IsToldTheTimeOfTransformsThatAskedIt) {
  struct Timed final : BatchStage {
    explicit Timed(unsigned& times) : times_(times) {}
    std::span<const std::string_view> fields() const noexcept override { return {}; }
    std::uint32_t text_base() const noexcept override { return 64; }
    BatchAnswer judge(const BatchRequest& request) noexcept override {
      verdicts_.assign(request.events.size(), BatchVerdict{});
      return {verdicts_, true};
    }
    void ended(std::chrono::nanoseconds at) noexcept override { times_ += at.count() == 7; }
    unsigned& times_;
    std::vector<BatchVerdict> verdicts_;
  };
  struct Maker final : BatchMaker {
    std::unique_ptr<BatchStage> make(const Limits&) const override { return std::make_unique<Timed>(times); }
    std::size_t memory_bytes_max(const Limits&) const noexcept override { return 0; }
    mutable unsigned times = 0;
  };
  const auto maker = std::make_shared<Maker>();
  planish::Options options;
  options.batch = maker;
  const Transform transform(options);
  Transformer transformer;
  std::vector<char> out(transformer.answer_bytes_max(transform, 1000));
  const auto run = [&](std::string body) {
    const std::size_t size = body.size();
    body.resize(size + kPadding);
    const Verdict verdict = transformer.transform(transform, PaddedView(body, size), Context{}, out).verdict;
    transformer.ended(std::chrono::nanoseconds(7));
    return verdict;
  };
  EXPECT_EQ(run(R"({"user_id":1,"events":[{"event_type":"a","timestamp":1699123456789,"payload":{}}]})"), Verdict::ok);
  EXPECT_EQ(maker->times, 1U);
  EXPECT_NE(run(R"({"user_id":1,"events":[{"event_type":"a"}]})"), Verdict::ok);
  EXPECT_NE(run("{"), Verdict::ok);
  EXPECT_EQ(maker->times, 1U);
}

TEST(Batch, OfNoEventCallsNobody) {
  const auto batch = make_batch("noop");
  EXPECT_TRUE(batch->judge({}).verdicts.empty());
  EXPECT_EQ(batch->counts().calls, 0U);
}

TEST_F(BatchOfHostile, TellsDropsAndRejects) {
  Events events;
  events.add("click").add("drop").add("reject").add("click");
  const auto outs = batch_->judge(events.request()).verdicts;
  EXPECT_EQ(story(outs), "kdrk");
  EXPECT_EQ(outs[2].reason, "because");
}

TEST_F(BatchOfHostile, GivesThePayloadsThatAreJson) {
  Events events;
  events.add("payload_string", R"("{ \"a\" : 1 }")");  // with its backslashes: not JSON
  events.add("payload_is", R"([1,{"b":"é"}])").add("payload_string", R"("17")").add("payload_bytes", "7");
  events.add("attributes_is", R"({"a":1})").add("attributes_is", "[1]").add("payload_string", R"("1,2")");
  events.add("payload_string", R"("[1")").add("payload_string", R"("1]")").add("payload_string", R"("")");
  const auto outs = batch_->judge(events.request()).verdicts;
  EXPECT_EQ(story(outs), "!rkkkk!r!r!r!r!r");
  EXPECT_EQ(outs[1].payload, R"([1,{"b":"é"}])");
  EXPECT_EQ(outs[2].payload, "17");
  EXPECT_EQ(outs[3].payload, "1");  // the blanks around it are gone
  EXPECT_EQ(outs[4].attributes, R"({"a":1})");
}

TEST_F(BatchOfHostile, ChecksPayloadsOneByOneWhereOneOfThemIsNoText) {
  Events events;
  events.add("payload_string", R"("17")").add("payload_not_utf8").add("payload_string", R"("18")");
  const auto outs = batch_->judge(events.request()).verdicts;
  EXPECT_EQ(story(outs), "k!rk");
  EXPECT_EQ(outs[0].payload, "17");
  EXPECT_EQ(outs[2].payload, "18");
}

TEST_F(BatchOfHostile, RefusesWhatIsNestedTooDeepOrBeyondDoubles) {
  EXPECT_EQ(run("payload_deep", "125"), "k");
  EXPECT_EQ(run("payload_deep", "126"), "!r");
  EXPECT_EQ(run("payload_is", "1e308"), "k");
  EXPECT_EQ(run("payload_is", "1e309"), "!r");
  EXPECT_EQ(run("payload_is", std::string(400, '9')), "!r");
}

TEST_F(BatchOfHostile, RefusesTypesThatSectionOneRefuses) {
  EXPECT_EQ(run("type_len", "1"), "k");
  EXPECT_EQ(run("type_len", "256"), "k");
  EXPECT_EQ(run("type_len", "257"), "!r");
  EXPECT_EQ(run("type_empty"), "!r");
  EXPECT_EQ(run("type_not_utf8"), "!r");
}

TEST_F(BatchOfHostile, RefusesActionsThatNobodyKnows) {
  EXPECT_EQ(run("action", "3"), "!r");
  EXPECT_EQ(run("action", "4294967295"), "!r");
  EXPECT_EQ(run("reserved", "1"), "!r");
}

TEST_F(BatchOfHostile, BelievesNoAddress) {
  for (const char* field : {"reason_at", "type_at", "payload_at", "attributes_at"}) {
    for (const char* at : {"2147483648", "4294967295", "4294967292", "2147483647", "16777216"}) {
      EXPECT_EQ(run(field, at), "!r") << field << " " << at;
    }
  }
  EXPECT_EQ(run("payload_end", "4"), "!r");  // in the memory, and no JSON
  for (const char* back : {"3", "1", "0"}) EXPECT_EQ(run("payload_end", back), "!r") << back;
  for (const char* bytes : {"0", "2147483648", "4294967295", "16777216"}) EXPECT_EQ(run("payload_len", bytes), "!r");
  for (const char* bytes : {"257", "2147483648", "4294967295"}) EXPECT_EQ(run("reason_len", bytes), "!r");
}

TEST_F(BatchOfHostile, BoundsWhatOneRequestPutsOut) {
  Events events;
  events.add("payload_bytes", "65000");
  const std::size_t body = events.request().body_bytes;
  const std::size_t most = 2 * body + kBatchBytesSpare;
  Events exact;
  exact.add("payload_bytes", std::to_string(most));
  Events over;
  over.add("payload_bytes", std::to_string(most + 1));
  ASSERT_EQ(exact.request().body_bytes, body);
  EXPECT_EQ(story(batch_->judge(exact.request()).verdicts), "k");
  EXPECT_EQ(story(batch_->judge(over.request()).verdicts), "!r");
  Events both;  // the first takes it all, the others go on
  both.add("payload_bytes", std::to_string(kBatchBytesSpare)).add("payload_bytes", "65000").add("drop").add("click");
  EXPECT_EQ(story(batch_->judge(both.request()).verdicts), "k!rdk");
}

TEST_F(BatchOfHostile, ChargesATrapToTheEventThatItHappenedAt) {
  for (const char* type : {"read_far", "unreachable", "divide", "overflow", "wrong_call", "no_such_call"}) {
    Events first;
    first.add(type).add("drop").add("click");
    EXPECT_EQ(story(batch_->judge(first.request()).verdicts), "!tdk") << type;
    Events middle;
    middle.add("drop").add(type).add("reject");
    EXPECT_EQ(story(batch_->judge(middle.request()).verdicts), "d!tr") << type;
    Events last;
    last.add("drop").add("click").add(type);
    EXPECT_EQ(story(batch_->judge(last.request()).verdicts), "dk!t") << type;
  }
}

TEST_F(BatchOfHostile, ReadsAndWritesUpToItsMemorysEnd) {
  EXPECT_EQ(run("read_end", "4"), "k");
  EXPECT_EQ(run("read_end", "3"), "!t");
  EXPECT_EQ(run("write", "16777215"), "!t");  // far beyond what it has
  EXPECT_EQ(run("read", "0"), "k");
}

TEST_F(BatchOfHostile, ChargesRecursionToTheStack) {
  EXPECT_EQ(run("round_about"), "!s");
  EXPECT_EQ(run("deep"), "!t");  // its own stack, which lies at the bottom of its memory
  EXPECT_EQ(run("click"), "k");
}

TEST(Batch, EndsALoopAtTheDeadline) {
  Options options = patient();
  options.deadline = std::chrono::milliseconds(100);
  const auto batch = make_batch("hostile", options);
  for (const char* type : {"loop", "loop_memory"}) {
    Events events;
    events.add("drop").add(type).add("click");
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(story(batch->judge(events.request()).verdicts), "d!dk") << type;
    const auto took = std::chrono::steady_clock::now() - begin;
    EXPECT_GE(took, options.deadline) << type;
  }
}

TEST_F(BatchOfHostile, MakesNoCallAfterThreeFailures) {
  Events events;
  events.add("click").add("unreachable").add("divide").add("unreachable").add("click").add("drop").add("unreachable");
  const std::uint64_t calls = batch_->counts().calls;
  EXPECT_EQ(story(batch_->judge(events.request()).verdicts), "k!t!t!t!t!t!t");
  EXPECT_EQ(batch_->counts().calls - calls, 3U);
  EXPECT_EQ(run("click"), "k");
}

TEST_F(BatchOfHostile, ChargesATrapOfNoEventToAllOfThem) {
  for (const char* current : {"3", "2147483648", "4294967295"}) {
    Events events;
    events.add("drop").add("current", current).add("click");
    EXPECT_EQ(story(batch_->judge(events.request()).verdicts), "!t!t!t") << current;
  }
  Events events;
  events.add("drop").add("current", "0").add("click");  // a lie, which costs the event that it names
  EXPECT_EQ(story(batch_->judge(events.request()).verdicts), "!t!tk");
}

TEST_F(BatchOfHostile, LetsAGuestWriteOverItsRecords) {
  for (const char* number : {"0", "1", "4294967295", "65536"}) {
    Events events;
    events.add("records", number).add("click").add("click");
    const auto outs = batch_->judge(events.request()).verdicts;
    EXPECT_EQ(outs.size(), 3U);
    EXPECT_EQ(run("click"), "k");
  }
}

TEST_F(BatchOfHostile, LetsItsMemoryGrowToTheLimitAndNotBeyond) {
  EXPECT_EQ(run("grow", "1"), "k");
  EXPECT_LE(batch_->instance().memory().size(), kMemoryBytesDefault);
  EXPECT_GT(batch_->instance().memory().size(), kMemoryBytesDefault / 2);
  const std::size_t marked = batch_->instance().memory().size_at_mark();
  EXPECT_EQ(run("grow", "65535"), "k");
  EXPECT_EQ(batch_->instance().memory().size(), marked);  // a request finds it as small as every other
}

TEST_F(BatchOfHostile, FindsNothingOfTheRequestBefore) {
  EXPECT_EQ(run("seek"), "k");
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(run("hide"), "k");
    EXPECT_EQ(run("seek"), "k");
  }
  Events both;
  both.add("hide").add("seek");
  EXPECT_EQ(story(batch_->judge(both.request()).verdicts), "kr");  // within one it does, so it can be seen
  Events broken;
  broken.add("hide").add("unreachable").add("seek");
  EXPECT_EQ(story(batch_->judge(broken.request()).verdicts), "k!tk");
}

// What was open is closed before the next request is written, not after.
TEST_F(BatchOfHostile, SeesARequestAfterOneThatTouchedAllMemory) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(run("touch_all"), "k");
    EXPECT_EQ(run("drop"), "d");
    EXPECT_EQ(run("seek"), "k");
    EXPECT_EQ(run("reject"), "r");
  }
}

TEST_F(BatchOfHostile, TakesARequestOfTheLargestBody) {
  Events events;
  const std::string payload = '"' + std::string(60, 'x') + '"';
  for (int i = 0; i < 10'000; ++i) events.add(i % 2 == 0 ? "drop" : "click", payload);
  const auto outs = batch_->judge(events.request()).verdicts;
  EXPECT_EQ(outs.size(), 10'000U);
  EXPECT_EQ(outs[9'998].action, drop);
  EXPECT_EQ(outs[9'999].action, keep);
  EXPECT_EQ(run("seek"), "k");
}

TEST(Batch, WithoutRoomForARequestFailsItAndNoOther) {
  Options options = patient();
  options.memory_bytes_max = 4 * kWasmPageBytes;
  const auto batch = make_batch("hostile", options);
  Events events;
  const std::string payload = '"' + std::string(300, 'x') + '"';
  for (int i = 0; i < 1000; ++i) events.add("click", payload);
  EXPECT_EQ(story(batch->judge(events.request()).verdicts).substr(0, 4), "!m!m");
  EXPECT_NE(batch->last_failure(), "");
  Events small;
  small.add("drop");
  EXPECT_EQ(story(batch->judge(small.request()).verdicts), "d");
}

TEST(Batch, DoesWithFailedEventsWhatTheOperatorSays) {
  Options options = patient();
  Events events;
  events.add("click").add("unreachable").add("action", "9");
  options.errors = Errors::skip;
  EXPECT_EQ(story(make_batch("hostile", options)->judge(events.request()).verdicts), "kdtdr");
  options.errors = Errors::pass;
  EXPECT_EQ(story(make_batch("hostile", options)->judge(events.request()).verdicts), "kktkr");
}

}  // namespace
}  // namespace planish::plugin
