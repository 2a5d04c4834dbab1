// Endpoints: tables of the file become transforms with paths of their own; what is wrong with them is said with its
// place.
#include <app/config_file.hpp>
#include <app/endpoints.hpp>
#include <http/counters.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace planish::app {
namespace {

struct Read {
  Configuration configuration;
  std::vector<std::string> faults;
};

Read read(std::string_view text, std::vector<Given> flags = {}) {
  Complaints complaints;
  ConfigFile file = parse_config(text, "f", complaints);
  Sources sources;
  sources.flags = std::move(flags);
  sources.file = std::move(file.given);
  sources.endpoints = std::move(file.endpoints);
  sources.shapes = std::move(file.shapes);
  Read out{merge(sources, complaints), {}};
  for (const Complaint& complaint : complaints) out.faults.push_back(complaint.text);
  return out;
}

constexpr std::string_view kOrders = R"(
[shape.orders]
events = ["/batch", ""]
type = "/kind"
time = ["^/at@us", "received"]
[[endpoint]]
path = ["/o", "/o/*"]
shape = "orders"
answer = "ndjson"
)";

TEST(Endpoints, AreTheOneOfTheTopLevelWhereThereIsNoTable) {
  const Read one = read("hash = \"sha256\"");
  ASSERT_TRUE(one.faults.empty()) << one.faults.front();
  ASSERT_EQ(one.configuration.settings.endpoints.size(), 1U);
  const EndpointSettings& endpoint = one.configuration.settings.endpoints[0];
  EXPECT_EQ(endpoint.paths, std::vector<std::string>{"/"});
  EXPECT_EQ(endpoint.hash, HashAlgorithm::sha256);
  EXPECT_EQ(endpoint.invalid_events, InvalidEvents::refuse);
  EXPECT_EQ(endpoint.answer, Answer::results);
}

TEST(Endpoints, HaveThePathsAndHabitsOfTheirShape) {
  const Read two =
      read("[[endpoint]]\nshape = \"segment\"\n[[endpoint]]\nshape = \"amplitude\"\ninvalid_events = \"refuse\"\n");
  ASSERT_TRUE(two.faults.empty()) << two.faults.front();
  const auto& endpoints = two.configuration.settings.endpoints;
  ASSERT_EQ(endpoints.size(), 2U);
  EXPECT_EQ(endpoints[0].paths.front(), "/v1/*");
  EXPECT_EQ(endpoints[0].invalid_events, InvalidEvents::skip);
  EXPECT_EQ(endpoints[0].timestamps, Timestamps::lax);
  EXPECT_EQ(endpoints[0].answer, Answer::none);
  EXPECT_EQ(endpoints[1].paths, std::vector<std::string>{"/2/httpapi"});
  EXPECT_EQ(endpoints[1].invalid_events, InvalidEvents::refuse);
}

TEST(Endpoints, OwnKeysWinOverFlagsWhichAreDefaults) {
  const Read one = read("[[endpoint]]\npath = [\"/a\"]\nhash = \"xxh3-64\"\n[[endpoint]]\npath = [\"/b\"]\n",
                        {{"hash", {"sha256"}, "--hash"}});
  ASSERT_TRUE(one.faults.empty()) << one.faults.front();
  EXPECT_EQ(one.configuration.settings.endpoints[0].hash, HashAlgorithm::xxh3_64);
  EXPECT_EQ(one.configuration.settings.endpoints[1].hash, HashAlgorithm::sha256);
}

TEST(Endpoints, OwnShapesReachTheTransform) {
  const Read orders = read(kOrders);
  ASSERT_TRUE(orders.faults.empty()) << orders.faults.front();
  EndpointNames names;
  const auto compiled = compile_endpoints(orders.configuration.settings, names);
  const http::Endpoint* const found = compiled->find_wild("/o/x");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->name(), "/o");
  EXPECT_EQ(found->shape().name, "orders");
  EXPECT_EQ(found->shape().time.front().unit, TimestampUnit::us);
  EXPECT_EQ(found->transform.options().answer, Answer::ndjson);
}

TEST(Endpoints, AreReadBackAsCheckPrintsThem) {
  const Read first = read(kOrders);
  const Read second = read(to_toml(first.configuration));
  EXPECT_TRUE(second.faults.empty()) << second.faults.front();
  const auto without_places = [](std::string text) {
    for (std::size_t at = text.find("  # "); at != std::string::npos; at = text.find("  # ")) {
      text.erase(at, text.find('\n', at) - at);
    }
    return text;
  };
  EXPECT_EQ(without_places(to_toml(first.configuration)), without_places(to_toml(second.configuration)));
}

TEST(Endpoints, GuessWhatIsMeantAtTheFirstHundredFaults) {
  std::string text = "[[endpoint]]\n";
  for (int i = 100; i < 300; ++i) text += "timestamp_unit" + std::to_string(i) + " = 1\n";
  const Read one = read(text);
  ASSERT_GE(one.faults.size(), 200U);
  EXPECT_TRUE(one.faults[99].ends_with("; did you mean timestamp_unit?")) << one.faults[99];
  EXPECT_TRUE(one.faults[100].ends_with(" of an endpoint")) << one.faults[100];
}

TEST(Endpoints, SayWhatIsWrongWithItsPlace) {
  const auto fault = [](std::string_view text, std::vector<Given> flags = {}) {
    const Read one = read(text, std::move(flags));
    return one.faults.empty() ? std::string("none") : one.faults.front();
  };
  EXPECT_EQ(fault("[[endpoint]]\nmax_body = \"1KiB\"\n"),
            "f:2:1: max_body is no setting of an endpoint: it stands above the first [[endpoint]]");
  EXPECT_EQ(fault("[[endpoint]]\nanswr = \"none\"\n"),
            "f:2:1: there is no setting \"answr\" of an endpoint; did you mean answer?");
  EXPECT_EQ(fault("[[endpoint]]\nbanana = \"none\"\n"), "f:2:1: there is no setting \"banana\" of an endpoint");
  EXPECT_EQ(fault("[[endpoint]]\n[[endpoint.rules]]\nremove = [\"/a\"]\n"),
            "f:2:12: there is no setting \"rules\" of an endpoint; did you mean [[endpoint.rule]]?");
  EXPECT_EQ(fault("[[endpoint]]\nhash = \"md5\"\n").substr(0, 7), "f:2:1: ");
  EXPECT_EQ(
      fault("[[endpoint]]\nshape = \"none-such\"\n"),
      "f:2:1: shape: there is no shape \"none-such\"; there are planish, segment, posthog, cloudevents, mixpanel, "
      "amplitude");
  EXPECT_EQ(fault("[[endpoint]]\n", {{"path", {"/a"}, "--path"}}),
            "--path: path stands beside [[endpoint]]; say it there");
  EXPECT_EQ(fault("[[endpoint]]\npath = [\"/a\"]\n[[endpoint]]\npath = [\"/b\", \"/a\"]\n"),
            "f:4:1: path: \"/a\" is claimed twice, by the endpoint \"/a\" (f:2:1) and the endpoint \"/b\"");
  EXPECT_EQ(fault("path = [\"/a\", \"/a\"]\n"),
            "f:1:1: path: \"/a\" is claimed twice, by the endpoint \"/a\" (f:1:1) and the endpoint \"/a\"");
  EXPECT_NE(fault("[[endpoint]]\npath = [\"/healthz\"]\n").find("built-in"), std::string::npos);
  EXPECT_EQ(fault("[endpoint]\npath = \"/a\"\n"), "f:1:1: endpoint is written as [[endpoint]]");
  EXPECT_EQ(fault("[shape.x]\ntime = [\"received\"]\n").substr(0, 13), "f:1:1: type: ");
  EXPECT_EQ(fault("[shape.x]\ntype = [\"=a\", \"/b\"]\n").substr(0, 13), "f:2:1: type: ");
  EXPECT_EQ(fault("[shape.x]\ntype = \"/a\"\nform = \"x\"\n"), "f:3:1: form: is \"data\", or left out");
  EXPECT_EQ(
      fault("[shape.x]\ntype = \"/a\"\nbanana = 1\n"),
      "f:3:1: banana: there is no such key of a shape: it has base, events, type, time, user, id, payload, trace, "
      "undeclared_gzip, form");
  EXPECT_EQ(fault("[shape.segment]\ntype = \"/a\"\n").substr(0, 36), "f:1:1: \"segment\" is a ready-made sha");
  EXPECT_EQ(fault("hash = \"prefix8\"\nanswer = \"ndjson\"\n"),  // its default says the key
            "f:1:1: hash: prefix8 identifies no event, so answer_members can have no key");
}

TEST(Endpoints, SayEachValueOfAListThatIsWrong) {
  const Read one = read("[shape.x]\ntype = [\"a\", \"/b\", \"c\"]\n[[endpoint]]\npath = [\"/a*\", \"/b\", \"c\"]\n");
  ASSERT_EQ(one.faults.size(), 4U);
  EXPECT_EQ(one.faults[0].substr(0, 18), "f:2:1: type: \"a\": ");
  EXPECT_EQ(one.faults[1].substr(0, 18), "f:2:1: type: \"c\": ");
  EXPECT_EQ(one.faults[2], "f:4:1: \"/a*\": has a * that is not a whole segment");
  EXPECT_EQ(one.faults[3], "f:4:1: \"c\": must begin with a slash");
}

TEST(Endpoints, SayAllThatIsWrongWithAShapeOfTheFileAndNothingElse) {
  const Read one = read(R"([shape.orders]
typ = ["/event"]
user = ["userId"]
time = ["received", "/at"]
[[endpoint]]
path = ["/orders"]
shape = "orders"
)");
  ASSERT_EQ(one.faults.size(), 4U);  // and not that there is no shape "orders"
  EXPECT_EQ(one.faults[0].substr(0, 44), "f:2:1: typ: there is no such key of a shape:");
  EXPECT_EQ(one.faults[1].substr(0, 23), "f:3:1: user: \"userId\": ");
  EXPECT_EQ(one.faults[2].substr(0, 13), "f:1:1: type: ");
  EXPECT_EQ(one.faults[3].substr(0, 13), "f:4:1: time: ");
}

TEST(Endpoints, AreSixtyFourAtMost) {
  std::string text;
  for (std::size_t i = 0; i < kEndpointsMax; ++i)
    text.append("[[endpoint]]\npath = [\"/").append(std::to_string(i)).append("\"]\n");
  EXPECT_TRUE(read(text).faults.empty());
  EXPECT_FALSE(read(text + "[[endpoint]]\npath = [\"/x\"]\n").faults.empty());
}

TEST(EndpointNames, KeepTheirRowsAndAreBounded) {
  EndpointNames names;
  EXPECT_EQ(names.row_of("/a"), 0);
  EXPECT_EQ(names.row_of("/b"), 1);
  EXPECT_EQ(names.row_of("/a"), 0);
  for (std::size_t i = 2; i < http::kTransformsCounted; ++i) EXPECT_TRUE(names.row_of(std::to_string(i)));
  EXPECT_FALSE(names.row_of("/one-more"));
  EXPECT_TRUE(names.row_of("/b"));
}

}  // namespace
}  // namespace planish::app
