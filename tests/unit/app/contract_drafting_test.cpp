// Events for drafts are found in bodies of any shape, or alone, in one JSON text or one a line.
#include <app/contract_drafting.hpp>

#include <planish/padded_view.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace planish::app {
namespace {

struct Drafted {
  std::string types;  // "type events, …"
  std::vector<std::string> told;
};

Drafted drafted(std::string_view text, std::string_view shape = "planish") {
  std::vector<char> buffer(text.begin(), text.end());
  buffer.resize(text.size() + kPadding);
  Options options;
  options.shape = *ready_made_shape(shape);
  Drafted result;
  const ContractDrafts drafts = draft_contracts(options, buffer, text.size(),
                                                [&result](std::string_view what) { result.told.emplace_back(what); });
  for (const DraftedContract& contract : drafts.contracts()) {
    result.types += contract.type + ' ' + std::to_string(contract.payloads) + ", ";
  }
  return result;
}

constexpr std::string_view kBody =
    R"({"user_id":1,"events":[{"event_type":"a","timestamp":0,"payload":1},{"event_type":"b","payload":{}}]})";
constexpr std::string_view kEvent = R"({"payload":[1],"event_type":"a"})";

TEST(ContractDrafting, ReadsABodyAnEventOrAnArrayOfThem) {
  EXPECT_EQ(drafted(kBody).types, "a 1, b 1, ");
  EXPECT_EQ(drafted(kEvent).types, "a 1, ");
  EXPECT_EQ(drafted("[" + std::string(kEvent) + ",\n" + std::string(kEvent) + "]\n").types, "a 2, ");
  EXPECT_EQ(drafted("").types, "");
  EXPECT_TRUE(drafted(" \n").told.empty());
}

TEST(ContractDrafting, ReadsABodyOrAnEventALine) {
  const std::string lines = std::string(kBody) + "\r\n\n" + std::string(kEvent) + "\n  \n" + std::string(kEvent);
  EXPECT_EQ(drafted(lines).types, "a 3, b 1, ");
  EXPECT_EQ(drafted(lines + '\n').types, "a 3, b 1, ");
  EXPECT_TRUE(drafted(lines).told.empty());
}

TEST(ContractDrafting, FindsEventsAsTheShapeSays) {
  constexpr std::string_view kSegment =
      R"({"batch":[{"type":"track","event":"Order","properties":{"x":1}},{"type":"page","properties":{}}]})";
  EXPECT_EQ(drafted(kSegment, "segment").types, "Order 1, page 1, ");
  EXPECT_EQ(drafted(R"({"type":"track","event":"Order","properties":{}})", "segment").types, "Order 1, ");
  EXPECT_EQ(drafted(R"([{"type":"t","data":1},{"type":"t","data":{"payload":","}}])", "cloudevents").types, "t 2, ");
}

TEST(ContractDrafting, TellsWhatIsLeftOut) {
  const Drafted some = drafted(R"({"user_id":1,"events":[{"event_type":"","payload":1},)" + std::string(kEvent) + "]}");
  EXPECT_EQ(some.types, "a 1, ");
  ASSERT_EQ(some.told.size(), 1U);
  EXPECT_EQ(some.told[0].find(R"({"pointer":"/events/0/event_type","code":"empty_event_type",)"), 0U) << some.told[0];
  const Drafted lines = drafted("{\n" + std::string(kEvent) + "\n{\"payload\":1}\n");
  EXPECT_EQ(lines.types, "a 1, ");
  ASSERT_EQ(lines.told.size(), 2U);
  EXPECT_EQ(lines.told[0].find("line 3: {"), 0U);
  EXPECT_EQ(lines.told[1], "line 1: is not JSON");
  EXPECT_EQ(drafted("{").told, std::vector<std::string>{"is not JSON"});
  EXPECT_EQ(drafted("{\n{").told, std::vector<std::string>{"is neither JSON nor JSON a line"});
}

TEST(ContractDrafting, TellsTheFirstHundredAndHowManyThereAre) {
  std::string events = "[", lines = std::string(kEvent) + '\n';
  for (std::size_t i = 0; i <= kFaultsListed; ++i) {
    events += i == 0 ? "{}" : ",{}";
    lines += "x\n";
  }
  for (const Drafted& told : {drafted(events + ']'), drafted(lines)}) {
    ASSERT_EQ(told.told.size(), kFaultsListed + 1);
    EXPECT_EQ(told.told.back().find("101 "), 0U);
  }
}

TEST(ContractDrafting, LeavesABrokenEventOfAWholeBodyOut) {
  const Drafted broken =
      drafted("{\"user_id\":1,\"events\":[{\"event_type\":\"b\",\"payload\":NaN}," + std::string(kEvent) + "]}");
  EXPECT_EQ(broken.types, "a 1, ");
  EXPECT_EQ(broken.told.size(), 1U);
}

}  // namespace
}  // namespace planish::app
