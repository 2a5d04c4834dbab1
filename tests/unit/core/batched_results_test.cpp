// The events of section 1's answer before a batch, whether their records are made when it asks or while they are read.
#include <support/batching.hpp>
#include <support/transforming.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace planish {
namespace {

using support::Maker;
using support::Seen;

std::string any_event(std::mt19937& random, bool is_plain) {
  const auto any = [&](const std::vector<std::string>& texts) { return texts[random() % texts.size()]; };
  const auto blank = [&] { return any({"", "", "", " ", "\n\t "}); };
  std::vector<std::pair<std::string, std::string>> members{
      {"event_type", any({R"("a")", R"("click")", R"("p")", std::string(R"(")").append(256, 't').append(1, '"')})},
      {"timestamp", any({"12345678", "1699123456789", "9999999999999999"})},
      {"payload", any({"1.5", "\"p\"", "[]", R"({"event_type":[1,{"timestamp":2}]})", "null", R"([ {} , "\\" ])"})}};
  if (!is_plain) {
    auto& [name, value] = members[random() % 3];
    switch (random() % 6) {
      case 0:
        members.emplace_back("e", any({"1", "{}", R"(["timestamp"])"}));
        break;
      case 1:
        members[0].second = any({R"("\u0070\"")", R"("\\")", "\"\"", "7"});
        break;
      case 2:
        members[1].second = any({"1", "-9223372036854775808", R"("2023-11-04T18:44:16.789Z")", "00000000", "1e3"});
        break;
      case 3:
        name = std::string(R"(\u00)").append(name[0] == 'e' ? "65" : name[0] == 't' ? "74" : "70").append(name, 1);
        break;
      case 4:
        value = any({"{}", "\"\"", "1"});
        break;
      default:
        return any({"1", "{}", "[{}]", R"({"event_type":"a"})", R"({"event_type":nul})", "[1 2]"});
    }
  }
  std::shuffle(members.begin(), members.end(), random);
  std::string text;
  for (const auto& [name, value] : members) {
    text += text.empty() ? '{' : ',';
    text.append(blank()).append(1, '"').append(name).append(1, '"').append(blank()).append(1, ':');
    text.append(blank()).append(value).append(blank());
  }
  text += '}';
  return text;
}

// The records of plain events are made when they are first asked for; where they are likely to be, they are written at
// once; of other events they always are. It is the same that the stage is shown, whatever came before in its thread.
TEST(BatchedResults, IsShownTheSameWheneverItAsks) {
  std::mt19937 random(7);
  std::string seen;
  bool asks = true;
  const auto telling = [&](Answer answer, Canonical canonical) {
    Options options;
    options.answer = answer;
    options.canonical = canonical;
    options.batch = std::make_shared<Maker>(
        [&](const Seen& event) {
          seen.append(event.type).append("|").append(std::to_string(event.time)).append("|").append(event.user);
          seen.append("|").append(event.payload).append("|").append(event.event).append("\n");
          return BatchVerdict{};
        },
        std::vector<std::string_view>{}, [&] { return asks; });
    return options;
  };
  support::Transforming other(telling(Answer::events, Canonical::raw));
  std::optional<support::Transforming> jcs;
  std::optional<support::Transforming> raw;
  Context context;
  context.invalid_events = InvalidEvents::skip;
  for (int round = 0; round < 1500; ++round) {
    const std::size_t plain = random() % (round % 64 == 0 ? 400 : 8);
    std::string events;
    for (std::size_t i = 0, count = plain + random() % 4; i < count; ++i) {
      events.append(i == 0 ? "" : ",").append(any_event(random, i < plain || random() % 2 == 0));
    }
    const bool is_after = random() % 2 == 0;
    std::string body = is_after ? "{" : R"({"user_id":7,)";
    body.append(R"("events": [)").append(events).append(is_after ? R"( ] , "user_id":7})" : "]}");
    const auto shown = [&](support::Transforming& transforming) {
      seen.clear();
      EXPECT_TRUE(transforming(body, context).kept_to_its_memory);
      return seen;
    };
    if (round < 600 || round == 900) {  // the first request's records are made when they are asked for
      jcs.emplace(telling(Answer::results, Canonical::jcs));
      raw.emplace(telling(Answer::results, Canonical::raw));
    }
    asks = true;
    const std::string all = shown(other);
    asks = round < 900 || round % 300 < 3;  // as seldom as the reader goes over to doing without
    const std::string expected = asks ? all : "";
    ASSERT_EQ(shown(*jcs), expected) << round << ' ' << body;
    ASSERT_EQ(shown(*raw), expected) << round << ' ' << body;
  }
}

// Sees whether the records are still to be made when it is asked, and has them made where it is told to.
class Latecomer final : public BatchStage {
 public:
  [[nodiscard]] std::span<const std::string_view> fields() const noexcept override { return {}; }
  [[nodiscard]] std::uint32_t text_base() const noexcept override { return 4096; }
  [[nodiscard]] BatchAnswer judge(const BatchRequest& request) noexcept override {
    is_late = request.events.late() != nullptr;
    verdicts_.resize(request.events.size());
    EXPECT_EQ(asks ? request.events.made().size() : verdicts_.size(), verdicts_.size());
    return {verdicts_, true};
  }

  bool is_late = false;
  bool asks = false;

 private:
  std::vector<BatchVerdict> verdicts_;
};

// Of one thread, which keeps it.
class LatecomerMaker final : public BatchMaker {
 public:
  [[nodiscard]] std::unique_ptr<BatchStage> make(const Limits&) const override {
    auto stage = std::make_unique<Latecomer>();
    stage_ = stage.get();
    return stage;
  }
  [[nodiscard]] std::size_t memory_bytes_max(const Limits&) const noexcept override { return 0; }
  [[nodiscard]] Latecomer& stage() const { return *stage_; }

 private:
  mutable Latecomer* stage_ = nullptr;
};

struct Late {
  Late() : maker(std::make_shared<LatecomerMaker>()), transforming(options(), {.body_bytes_max = 2 << 20}) {}
  bool operator()(std::string_view body, InvalidEvents mode = InvalidEvents::skip) {
    EXPECT_EQ(transforming(body, mode).verdict, Verdict::ok);
    return maker->stage().is_late;
  }

  std::shared_ptr<LatecomerMaker> maker;
  support::Transforming transforming;

 private:
  [[nodiscard]] Options options() const {
    Options options;
    options.batch = maker;
    return options;
  }
};

constexpr std::string_view kPlain = R"({"event_type":"a","timestamp":1699123456789,"payload":1})";

std::string plain_request(std::size_t bytes = 0) {
  std::string body = support::request_of(std::string(kPlain));
  if (body.size() < bytes) body.insert(body.size() - 1, bytes - body.size(), ' ');
  return body;
}

// So that who asks does not wait long.
TEST(BatchedResults, AreWrittenWhileALargeBodyIsRead) {
  Late late;
  EXPECT_TRUE(late(plain_request()));
  EXPECT_TRUE(late(plain_request(1 << 20)));
  EXPECT_FALSE(late(plain_request((1 << 20) + 1)));
  EXPECT_TRUE(late(plain_request()));
}

TEST(BatchedResults, AreWrittenWhileTheyAreReadAfterSomebodyHasAsked) {
  Late late;
  EXPECT_TRUE(late(plain_request()));
  late.maker->stage().asks = true;
  EXPECT_TRUE(late(plain_request()));
  late.maker->stage().asks = false;
  for (int i = 1; i < 256; ++i) EXPECT_FALSE(late(plain_request())) << i;
  EXPECT_TRUE(late(plain_request()));
}

// Those that stay are told without the one that was left out: their records are made, and soon may be again.
TEST(BatchedResults, AreWrittenWhileTheyAreReadAfterAnEventWasLeftOut) {
  Late late;
  EXPECT_TRUE(late(plain_request()));
  const std::string with_fault = support::request_of(std::string(kPlain) + ",7");
  for (int round = 0; round < 2; ++round) {
    EXPECT_FALSE(late(with_fault));
    EXPECT_FALSE(late(with_fault));
    for (int i = 1; i < 8; ++i) EXPECT_FALSE(late(plain_request())) << i;
    EXPECT_TRUE(late(plain_request()));
  }
}

// As many as the bytes of a body allow, and one more that is seen to be none when it has been read.
TEST(BatchedResults, HaveRoomForTheShortestEvents) {
  for (const std::size_t count : std::initializer_list<std::size_t>{1, 127, 128, 1000, 9'999, 10'000}) {
    Late late;
    EXPECT_TRUE(late(plain_request()));
    late.maker->stage().asks = true;
    EXPECT_TRUE(late(plain_request()));
    std::string events;
    for (std::size_t i = 0; i < count; ++i) {
      events.append(i == 0 ? "" : ",").append(R"({"event_type":"a","timestamp":0,"payload":0})");
    }
    EXPECT_FALSE(late(support::request_of(events)));
    if (count == 10'000) break;
    EXPECT_FALSE(
        late(support::request_of(events + R"(,{"event_type":"a","timestamp":12345678,"payload":0,"payload":0})")));
  }
}

}  // namespace
}  // namespace planish
