// The events of section 1's answer before a batch, whether their records are made when it asks or while they are read.
#include <support/batching.hpp>
#include <support/transforming.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <random>
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
        return any({"1", "{}", "[{}]", R"({"event_type":"a"})"});
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

}  // namespace
}  // namespace planish
