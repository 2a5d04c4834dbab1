// Contracts in the transform: which events they refuse, and all that is told of them.
#include <planish/contracts.hpp>

#include <gtest/gtest.h>
#include <support/transforming.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace planish {
namespace {

using support::event_of;
using support::request_of;
using Lines = std::vector<std::string>;

Options with_contracts(const std::vector<ContractFile>& files, UnknownContract unknown = UnknownContract::accept) {
  Contracts::Compiled compiled = Contracts::compile(files);
  EXPECT_NE(compiled.contracts, nullptr);
  Options options;
  options.contracts = compiled.contracts;
  options.unknown_contract = unknown;
  return options;
}

std::string typed(std::string_view type, std::string_view payload) {
  return R"({"event_type":")" + std::string(type) + R"(","timestamp":0,"payload":)" + std::string(payload) + "}";
}

TEST(TransformerContract, RefusesWhatDoesNotFitAndSaysAllOfIt) {
  support::Transforming transforming(with_contracts({{"click.json", R"({
    "type":"object","required":["x"],"properties":{"x":{"type":"integer"},"\"q\"":{"maxLength":1}}})"}}));
  const support::Outcome outcome =
      transforming(request_of(typed("click", R"({"x":1})") + "," + typed("click", R"({"\u0022q\"":"ab"})")));
  EXPECT_EQ(outcome.verdict, Verdict::invalid_events);
  EXPECT_EQ(outcome.events_total, 2u);
  EXPECT_EQ(outcome.events_invalid, 1u);
  EXPECT_EQ(outcome.count[static_cast<std::size_t>(Errc::contract)], 1u);
  EXPECT_EQ(
      outcome.faults,
      (Lines{
          R"({"pointer":"/events/1/payload","code":"contract","detail":"lacks the member x","schema":"click.json#/required"})",
          R"({"pointer":"/events/1/payload/\"q\"","code":"contract","detail":"is longer than 1 character",)"
          R"("schema":"click.json#/properties/%22q%22/maxLength"})"}));
}

TEST(TransformerContract, SkipsSuchEventsInLenientModeAndListsTheirFaults) {
  support::Transforming transforming(with_contracts({{"t.json", R"({"items":{"type":"null"}})"}}));
  const support::Outcome outcome =
      transforming(request_of(typed("t", "[1,2]") + "," + typed("t", "[null]")), InvalidEvents::skip);
  EXPECT_EQ(outcome.verdict, Verdict::ok);
  EXPECT_EQ(outcome.events_invalid, 1u);
  EXPECT_NE(outcome.text.find(R"("errors":[{"pointer":"/events/0/payload/0","code":"contract",)"), std::string::npos);
  EXPECT_NE(outcome.text.find(R"({"pointer":"/events/0/payload/1","code":"contract",)"), std::string::npos);
  EXPECT_EQ(outcome.text.find("errors_total"), std::string::npos);
}

TEST(TransformerContract, ListsTheFirstHundredFaultsOfAllEvents) {
  support::Transforming transforming(with_contracts({{"t.json", R"({"items":{"type":"null"}})"}}));
  std::string events = typed("t", "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]");
  for (int i = 1; i < 7; ++i) {
    events += ',';
    events += typed("t", "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]");
  }
  const support::Outcome outcome = transforming(request_of(events), InvalidEvents::skip);
  EXPECT_EQ(outcome.faults.size(), 100u);
  EXPECT_EQ(outcome.events_invalid, 7u);
  EXPECT_NE(outcome.faults[99].find("/events/6/payload/3\""), std::string::npos) << outcome.faults[99];
  EXPECT_NE(outcome.text.find(R"("errors_total":112})"), std::string::npos);
}

TEST(TransformerContract, AcceptsOrRefusesTypesWithoutOne) {
  const std::vector<ContractFile> files{{"known.json", "true"}};
  EXPECT_EQ(support::Transforming(with_contracts(files))(request_of(typed("other", "1"))).verdict, Verdict::ok);
  support::Transforming strict(with_contracts(files, UnknownContract::refuse));
  EXPECT_EQ(strict(request_of(typed("known", "1"))).verdict, Verdict::ok);
  EXPECT_EQ(
      strict(request_of(typed("other", "1"))).faults,
      (Lines{R"({"pointer":"/events/0/event_type","code":"no_contract","detail":"the event type has no contract"})"}));
}

TEST(TransformerContract, ReadsTypesWithoutTheirEscapes) {
  support::Transforming transforming(with_contracts({{"a%2F%C3%A9.json", "false"}}));
  EXPECT_EQ(transforming(request_of(typed("a\\/\\u00e9", "1"))).faults.size(), 1u);
  EXPECT_EQ(transforming(request_of(typed("a/e", "1"))).verdict, Verdict::ok);
}

TEST(TransformerContract, ComesBehindTheOtherFaultsOfAnEvent) {
  Options options = with_contracts({{"t.json", "false"}});
  options.event_types = std::make_shared<const EventTypes>(std::vector<std::string>{"u"});
  const auto faults =
      support::Transforming(options)(request_of(typed("t", "1") + R"(,{"event_type":"u","payload":1})")).faults;
  ASSERT_EQ(faults.size(), 2u);
  EXPECT_NE(faults[0].find("unknown_event_type"), std::string::npos);
  EXPECT_NE(faults[1].find("missing_member"), std::string::npos);
}

TEST(TransformerContract, WorksOnRawPayloadsToo) {
  Options options = with_contracts({{"t.json", R"({"properties":{"a":{"maximum":1}}})"}});
  options.canonical = Canonical::raw;
  EXPECT_EQ(support::Transforming(options)(request_of(typed("t", R"( { "b" : [ ] , "a" : 2 } )"))).faults.size(), 1u);
}

Options of_shape(std::string_view name, const std::vector<ContractFile>& files) {
  Options options = with_contracts(files);
  options.shape = *ready_made_shape(name);
  options.timestamps = Timestamps::lax;
  return options;
}

TEST(TransformerContract, JudgesThePayloadsOfAnyShape) {
  support::Transforming segment(
      of_shape("segment", {{"Order.json", R"({"properties":{"email":{"format":"email"}}})"}}));
  const auto batch = [](std::string_view properties) {
    return R"({"batch":[{"type":"track","event":"Order","userId":"u","timestamp":"2024-02-29T12:00:00Z")" +
           std::string(properties) + "}]}";
  };
  EXPECT_EQ(segment(batch(R"(,"properties":{"email":"a@b"})")).faults, Lines{});
  EXPECT_EQ(segment(batch(R"(,"properties":{"x":1,"email":"a"})")).faults,
            (Lines{R"({"pointer":"/batch/0/properties/email","code":"contract","detail":"is not an email address",)"
                   R"("schema":"Order.json#/properties/email/format"})"}));
}

TEST(TransformerContract, PointsIntoTheBodyWhereThatIsTheData) {
  support::Transforming events(of_shape(
      "cloudevents",
      {{"Order.json", R"({"properties":{"email":{"format":"email"}}})"}, {"Some.json", R"({"type":"object"})"}}));
  const auto faults = [&](std::string_view type, std::string_view body) {
    const std::vector<Attribute> attributes{{"specversion", "1.0"}, {"id", "1"}, {"source", "/s"}, {"type", type}};
    Context context;
    context.framing = Framing::binary;
    context.attributes = attributes;
    return events(body, context).faults;
  };
  EXPECT_EQ(faults("Order", R"({"x":1,"email":"a"})"),
            (Lines{R"({"pointer":"/email","code":"contract","detail":"is not an email address",)"
                   R"("schema":"Order.json#/properties/email/format"})"}));
  const Lines no_object{R"({"pointer":"","code":"contract","detail":"is not an object","schema":"Some.json#/type"})"};
  EXPECT_EQ(faults("Some", "1"), no_object);
  EXPECT_EQ(faults("Some", ""), no_object);
}

TEST(TransformerContract, JudgesWhereThePayloadIsTheEventOrNull) {
  Options options = with_contracts({{"t.json", R"({"type":"object","required":["n"]})"}});
  options.shape = own_shape("s");
  std::string problem;
  options.shape.type = {*parse_source("/t", Part::type, problem)};
  support::Transforming whole(options);
  EXPECT_EQ(whole(R"([{"t":"t","n":1},{"t":"t"}])").faults,
            (Lines{R"({"pointer":"/1","code":"contract","detail":"lacks the member n","schema":"t.json#/required"})"}));
  options.shape.payload = {*parse_source("/p", Part::payload, problem), *parse_source("null", Part::payload, problem)};
  support::Transforming null(options);
  EXPECT_EQ(null(R"({"t":"t"})").faults,
            (Lines{R"({"pointer":"/p","code":"contract","detail":"is not an object","schema":"t.json#/type"})"}));
  options.shape.payload = {*parse_source("=text", Part::payload, problem)};
  EXPECT_EQ(support::Transforming(options)(R"({"t":"t"})").faults.size(), 1u);
  options.shape.payload = {*parse_source("^/around", Part::payload, problem)};
  options.shape.events = {"/events"};
  EXPECT_EQ(support::Transforming(options)(R"({"events":[{"t":"t"}],"around":{"m":1}})").faults.size(), 1u);
  EXPECT_EQ(support::Transforming(options)(R"({"events":[{"t":"t"}],"around":{"n":1}})").faults.size(), 0u);
}

TEST(TransformerContract, NamesWhatIsWrongWithAFolder) {
  const Contracts::Compiled compiled = Contracts::compile({{"a.json", R"({"typ":1})"}, {"b.json", "{"}});
  EXPECT_EQ(compiled.contracts, nullptr);
  EXPECT_EQ(compiled.problems.size(), 2u);
}

}  // namespace
}  // namespace planish
