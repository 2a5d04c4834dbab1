// What smoke learns of a server, and how its requests allow for that.
#include <app/smoke_request.hpp>
#include <app/version.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace planish::app {
namespace {

const net::Url kUrl{"h", "81", "", ""};

Configuration configured(std::vector<Given> flags = {}) {
  Complaints complaints;
  Sources sources;
  sources.flags = std::move(flags);
  Configuration configuration = merge(sources, complaints);
  EXPECT_TRUE(complaints.empty());
  return configuration;
}

AskedServer server_of(std::vector<Given> flags, Running running = {}) {
  const Configuration configuration = configured(std::move(flags));
  return *AskedServer::from_version(version_json(configuration.settings, running), true);
}

const Golden& named(std::string_view name) {
  const auto all = golden_requests();
  return *std::find_if(all.begin(), all.end(), [name](const Golden& golden) { return golden.name == name; });
}

SmokeRequest made(std::string_view name, const AskedServer& server, const Configuration& own = configured()) {
  return make_smoke_request(named(name), server, own.settings, kUrl);
}

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

TEST(AskedServer, ReadsWhatVersionTells) {
  const AskedServer server =
      server_of({{"path", {"/in"}, "f"}, {"hash", {"sha256"}, "f"}, {"max_body", {"2KiB"}, "f"}});
  EXPECT_EQ(server.value("path"), "/in");
  EXPECT_EQ(server.value("hash"), "sha256");
  EXPECT_EQ(server.value("canonical"), "jcs");
  EXPECT_EQ(server.value("max_body"), "2KiB");
  EXPECT_EQ(server.value("event_types"), "*");
  EXPECT_EQ(server.value("threads"), std::nullopt);
  EXPECT_EQ(server.stranger(), "");
  EXPECT_EQ(server_of({{"event_types", {"a", "b"}, "f"}}).value("event_types"), "listed");
  EXPECT_FALSE(server.is_admin_address());
  const std::string apart = version_json(configured().settings, {.admin_apart = true});
  EXPECT_TRUE(AskedServer::from_version(apart, true)->is_admin_address());
  EXPECT_FALSE(AskedServer::from_version(apart, false)->is_admin_address());
}

TEST(AskedServer, TellsNothingOfWhatItDoesNotUnderstand) {
  for (const std::string_view content :
       {"", "{", "{}", "[]", "404", R"({"version":"1"})", R"({"settings":"x"})", R"({"settings)", R"({"settings":)",
        R"({"a":"\)", R"({"a":"\"","settings":1})", "{\"a\":{\"b\":[\"}\"]},\"c\":\"settings\"}"}) {
    EXPECT_FALSE(AskedServer::from_version(content, true)) << content;
  }
  const std::string whole = version_json(configured().settings, {});
  for (std::size_t n = 0; n < whole.size(); ++n) {
    static_cast<void>(AskedServer::from_version(std::string_view(whole).substr(0, n), true));
  }
  const auto odd = AskedServer::from_version(
      R"( { "x" : [ "}" , {} ] , "settings" : { "path" : "/a\"b" , "shape":"new", "n":5}} )", true);
  ASSERT_TRUE(odd);
  EXPECT_EQ(odd->value("path"), std::nullopt) << "has an escape";
  EXPECT_EQ(odd->value("n"), "5");
  EXPECT_EQ(odd->stranger(), "n");
}

TEST(AskedServer, TakesItsOwnSettingsWhereTheyAreTheServersOrSaid) {
  const Configuration own = configured({{"hash", {"sha256"}, "--hash"}});
  const AskedServer same = AskedServer::from_own(own, true);
  EXPECT_EQ(same.value("hash"), "sha256");
  EXPECT_EQ(same.value("path"), "/");
  const AskedServer other = AskedServer::from_own(own, false);
  EXPECT_EQ(other.value("hash"), "sha256");
  EXPECT_EQ(other.value("path"), std::nullopt);
}

TEST(SmokeRequest, AllowsForUnitHashPathAndTypes) {
  EXPECT_TRUE(has(made("one event", server_of({})).answer, R"("hash":"b740eaf9c9eebfb7273ee74bfb95edc4")"));
  const SmokeRequest seconds = made("one event", server_of({{"timestamp_unit", {"s"}, "f"}, {"path", {"/in"}, "f"}}));
  EXPECT_TRUE(has(seconds.request, R"("timestamp":1699123456,)"));
  EXPECT_TRUE(has(seconds.request, "POST /in HTTP/1.1\r\n"));
  EXPECT_TRUE(has(seconds.answer, R"("normalized_timestamp":1699123456000,)"));
  EXPECT_TRUE(has(made("one event", server_of({{"hash", {"prefix8"}, "f"}})).answer, R"("hash":"{\"id\":1}")"));
  const AskedServer listed = server_of({{"event_types", {"*?", "buy"}, "f"}});
  EXPECT_TRUE(has(made("one event", listed).request, R"("event_type":"click")"));
  EXPECT_TRUE(has(made("one event", listed, configured({{"event_types", {"*?", "buy"}, "f"}})).answer,
                  R"("event_type":"buy")"));
  EXPECT_TRUE(
      has(made("an unknown path", server_of({{"path", {"/no/such/path"}, "f"}})).request, "GET /no/such/path/2 "));
}

TEST(SmokeRequest, AsksForTheStrictHandlingThatItsAnswersAreOf) {
  EXPECT_FALSE(has(made("one event", server_of({})).request, "Prefer"));
  const AskedServer skipping = server_of({{"invalid_events", {"skip"}, "f"}});
  EXPECT_TRUE(has(made("one event", skipping).request, "\r\nPrefer: handling=strict\r\n"));
  EXPECT_FALSE(has(made("handling=lenient skips it", skipping).request, "strict"));
  EXPECT_FALSE(has(made("the process answers", skipping).request, "Prefer"));
  EXPECT_EQ(made("invalid events are skipped, as the server is set", skipping).left_out, "");
  EXPECT_FALSE(has(made("invalid events are skipped, as the server is set", skipping).request, "Prefer"));
}

TEST(SmokeRequest, LeavesOutWhatIsOverTheServersLimits) {
  const std::size_t content = named("no events").content.size();
  EXPECT_EQ(made("no events", server_of({{"max_body", {std::to_string(content)}, "f"}})).left_out, "");
  EXPECT_NE(made("no events", server_of({{"max_body", {std::to_string(content - 1)}, "f"}})).left_out, "");
  const AskedServer roomy = server_of({{"path", {"/" + std::string(200, 'a')}, "f"}});
  const std::size_t head = made("no events", roomy).request.size() - content;
  const auto limited = [&](std::size_t limit) {
    return made("no events", server_of({{"path", {"/" + std::string(200, 'a')}, "f"},
                                        {"max_header", {std::to_string(limit)}, "f"}}));
  };
  EXPECT_EQ(limited(head).left_out, "");
  EXPECT_NE(limited(head - 1).left_out, "");
}

TEST(SmokeRequest, LeavesOutWhatItKnowsNothingOf) {
  const AskedServer unknown = AskedServer::from_own(configured(), false);
  EXPECT_NE(made("one event", unknown).left_out, "");
  EXPECT_EQ(made("no events", unknown).left_out, "");
  EXPECT_TRUE(has(made("no events", unknown).request, "handling=strict"));
  const AskedServer shaped = *AskedServer::from_version(R"({"settings":{"shape":"segment"}})", true);
  EXPECT_EQ(made("no events", shaped).left_out, "it depends on the server's shape");
  EXPECT_EQ(made("the process answers", shaped).left_out, "");
}

TEST(SmokeRequest, SendsNoEventOnToAnUpstream) {
  const AskedServer forwarding = server_of({{"upstream", {"http://h/"}, "f"}, {"upstream_timeout", {"1s"}, "f"}});
  EXPECT_TRUE(forwarding.has_upstream());
  for (const Golden& golden : golden_requests()) {
    const std::string left_out = make_smoke_request(golden, forwarding, configured().settings, kUrl).left_out;
    const bool is_asked = golden.target != "@" || golden.status >= 400;
    EXPECT_EQ(left_out.empty(), is_asked) << golden.name << ": " << left_out;
  }
  EXPECT_EQ(made("one event", forwarding).left_out, "its event would go on to the server's upstream");
  EXPECT_EQ(made("no events", forwarding).left_out, "it depends on the server's upstream");
  // What is said of an upstream that there is not changes nothing.
  EXPECT_EQ(made("one event", server_of({{"upstream_timeout", {"1s"}, "f"}})).left_out, "");
}

TEST(SmokeRequest, SendsNoEventWhereAnUpstreamMayBe) {
  const AskedServer unknown = AskedServer::from_own(configured({{"timestamp_unit", {"s"}, "f"}}), false);
  EXPECT_EQ(made("one event", unknown).left_out, "whether the server has an upstream is not known");
  const std::string_view spaced = "members in any order, spaces, escapes, an RFC 3339 time";
  EXPECT_EQ(made(spaced, unknown).left_out, "whether the server has an upstream is not known");
  EXPECT_EQ(made("not JSON", unknown).left_out, "");
  EXPECT_FALSE(excuse(named("no events"), unknown, {204, "", ""}).empty());
  EXPECT_TRUE(excuse(named("no events"), server_of({}), {204, "", ""}).empty());
}

TEST(SmokeRequest, ExcusesAnAnswerThatASettingExplains) {
  const AskedServer unknown = AskedServer::from_own(configured(), false);
  const auto excused = [&](std::string_view name, const AskedServer& server, unsigned status, std::string content) {
    return !excuse(named(name), server, {status, "", std::move(content)}).empty();
  };
  EXPECT_TRUE(excused("no events", unknown, 404, ""));
  EXPECT_TRUE(excused("no events", unknown, 413, ""));
  EXPECT_TRUE(excused("no events", unknown, 431, ""));
  EXPECT_FALSE(excused("no events", unknown, 500, ""));
  EXPECT_FALSE(excused("no events", server_of({}), 404, ""));
  EXPECT_FALSE(excused("no events", server_of({}), 413, ""));
  EXPECT_FALSE(excused("an unknown path", unknown, 404, ""));
  const std::string not_allowed = R"({"errors":[{"code":"unknown_event_type"}]})";
  EXPECT_TRUE(excused("one event", unknown, 422, not_allowed));
  EXPECT_TRUE(excused("one event", server_of({{"event_types", {"a"}, "f"}}), 422, not_allowed));
  EXPECT_FALSE(excused("one event", server_of({}), 422, not_allowed));
}

}  // namespace
}  // namespace planish::app
