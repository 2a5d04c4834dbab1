// The settings of an upstream: addresses, fields and files as text, and what http is given.
#include <app/configure.hpp>
#include <app/endpoints.hpp>
#include <app/setting_table.hpp>
#include <app/upstream_settings.hpp>

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace planish::app {
namespace {

std::string told(std::string_view text) {
  std::string why;
  const auto parsed = parse_upstream(text, why);
  if (!parsed) return why;
  const http::UpstreamPeer& peer = parsed->peer;
  return (peer.unix_path.empty() ? peer.host + "|" + peer.port : peer.unix_path) + "|" + parsed->target;
}

TEST(UpstreamSettings, ReadAnAddress) {
  EXPECT_EQ(told("http://collector:8080/in?a=b&c=http://x"), "collector|8080|/in?a=b&c=http://x");
  EXPECT_EQ(told("http://10.0.0.1"), "10.0.0.1|80|/");
  EXPECT_EQ(told("http://[::1]/x"), "::1|80|/x");
  EXPECT_EQ(told("http://[::1]:81"), "::1|81|/");
  EXPECT_EQ(told("http://a:/x"), "a|80|/x");
  EXPECT_EQ(told("unix:/run/x.sock:/path?q"), "/run/x.sock|/path?q");
  EXPECT_EQ(told("unix:/run/x.sock"), "/run/x.sock|/");
  EXPECT_EQ(told("unix:@name:/p"), "@name|/p");
}

TEST(UpstreamSettings, NameWhatIsWrongWithAnAddress) {
  for (const char* bad : {"collector:8080", "https://a/", "ftp://a/", "http://", "http:///x", "http://a:0/",
                          "http://a:65536/", "http://a:x/", "http://u:p@a/", "http://a b/", "http://a/b c",
                          "http://a?x", "http://a/#f", "http://a/\xC3\xA9", "unix:", "unix::/x", "http://[::1/"}) {
    std::string why;
    EXPECT_FALSE(parse_upstream(bad, why)) << bad;
    EXPECT_FALSE(why.empty()) << bad;
    EXPECT_FALSE(check_upstream(bad).empty()) << bad;
  }
  EXPECT_EQ(check_upstream(""), "");
  const std::string path(107, 'p');
  EXPECT_EQ(told("unix:" + path), path + "|/");
  EXPECT_NE(check_upstream("unix:p" + path), "");
  const std::string target(4 * 1024 - 1, 't');
  EXPECT_EQ(check_upstream("http://a/" + target), "");
  EXPECT_NE(check_upstream("http://a/t" + target), "");
}

TEST(UpstreamSettings, CheckFields) {
  for (const char* good : {"A: b", "A:", "Authorization: file:/run/x", "X-A:b:c"})
    EXPECT_EQ(check_upstream_field(good), "") << good;
  for (const char* bad : {"A", ": b", "A b: c", "A: b\nc", "Host\r: x", "Content-Length: 1", "Connection: close",
                          "A: file:", "traceparent: x"}) {
    EXPECT_NE(check_upstream_field(bad), "") << bad;
  }
  EXPECT_EQ(check_upstream_fields(std::vector<std::string>{"A: b", "B: c"}), "");
  EXPECT_NE(check_upstream_fields(std::vector<std::string>{"A: b", "a: c"}), "");
}

class UpstreamFiles : public testing::Test {
 protected:
  UpstreamFiles() : path_(testing::TempDir() + "upstream_settings_token") {}
  ~UpstreamFiles() override { std::filesystem::remove(path_); }

  void write(std::string_view text) const { std::ofstream(path_, std::ios::binary) << text; }

  // The head of each request, or the complaint.
  std::string head() const {
    Sources sources;
    sources.flags = {{"upstream", {"http://up/in"}, "--upstream"},
                     {"upstream_fields", {"Authorization: file:" + path_}, "--upstream-fields"}};
    Complaints complaints;
    Configuration configuration = merge(sources, complaints);
    read_upstreams(configuration, complaints);
    if (!complaints.empty()) return complaints.front().text;
    EXPECT_TRUE(has_upstream_files(configuration.settings));
    return configuration.settings.endpoints.front().upstream_made->head;
  }

  std::string path_;
};

TEST_F(UpstreamFiles, HoldTheValueOfAField) {
  for (const char* text : {"Bearer x", "Bearer x\n", "Bearer x\r\n"}) {
    write(text);
    EXPECT_NE(head().find("\r\nAuthorization: Bearer x\r\n"), std::string::npos) << head();
  }
}

TEST_F(UpstreamFiles, ThatAreNoneOrHoldNoValueAreComplainedOfWithoutTheirText) {
  EXPECT_TRUE(head().starts_with("--upstream-fields: ")) << head();
  for (const std::string& text : {std::string("secret\nsecret"), std::string(kUpstreamValueBytesMax + 1, 's')}) {
    write(text);
    EXPECT_TRUE(head().starts_with("--upstream-fields: ")) << head();
    EXPECT_EQ(head().find("secret"), std::string::npos);
  }
  write(std::string(kUpstreamValueBytesMax, 's'));
  EXPECT_NE(head().find("Authorization: s"), std::string::npos);
}

TEST(UpstreamSettings, WarnOfCredentialsThatCheckPrints) {
  Sources sources;
  sources.flags = {{"upstream", {"http://up/in"}, "--upstream"},
                   {"upstream_fields",
                    {"authorization: Bearer s3cr3t", "X-Api-KEY: s3cr3t", "Accept: s3cr3t", "Cookie: file:/run/cookie"},
                    "--upstream-fields"}};
  Complaints complaints;
  const Configuration configuration = merge(sources, complaints);
  EXPECT_TRUE(complaints.empty());
  const std::string then = " is told here with all else; \"";
  EXPECT_EQ(credentials_told(configuration),
            (std::vector<std::string>{
                "--upstream-fields: \"authorization\"" + then + "authorization: file:PATH\" has it in a file",
                "--upstream-fields: \"X-Api-KEY\"" + then + "X-Api-KEY: file:PATH\" has it in a file"}));
  EXPECT_NE(to_toml(configuration).find("Bearer s3cr3t"), std::string::npos) << "it is read back";
}

TEST(UpstreamSettings, ChangeTheDefaultOfTheAnswerAndNeedOne) {
  const auto answer_of = [](std::vector<Given> flags) {
    Sources sources;
    sources.flags = std::move(flags);
    Complaints complaints;
    const Configuration configuration = merge(sources, complaints);
    return complaints.empty() ? std::to_string(static_cast<int>(*configuration.settings.endpoints.front().answer))
                              : complaints.front().text;
  };
  const Given upstream{"upstream", {"http://up"}, "--upstream"};
  const auto is = [](Answer answer) { return std::to_string(static_cast<int>(answer)); };
  EXPECT_EQ(answer_of({}), is(Answer::results));
  EXPECT_EQ(answer_of({upstream}), is(Answer::ndjson));
  EXPECT_EQ(answer_of({{"shape", {"segment"}, "--shape"}, upstream}), is(Answer::ndjson));
  EXPECT_EQ(answer_of({{"answer", {"events"}, "--answer"}, upstream}), is(Answer::events));
  EXPECT_NE(answer_of({{"answer", {"none"}, "--answer"}, upstream}).find("upstream"), std::string::npos);
}

TEST(UpstreamConnecting, SaysEachAddressThatWasTried) {
  http::UpstreamPeer peer;
  peer.host = "collector";
  peer.port = "8080";
  net::Reached reached;
  reached.addresses = 3;
  reached.tries = {{"10.0.0.7:8080", "Connection refused", std::chrono::microseconds{240}},
                   {"10.0.0.8:8080", "", std::chrono::microseconds{1'260}}};
  EXPECT_TRUE(reached.connected());
  EXPECT_EQ(say_reached(peer, "/a, /b", reached),
            "upstream http://collector:8080 of /a, /b: 3 addresses; 10.0.0.7:8080: Connection refused after 0.2 ms; "
            "10.0.0.8:8080: connected in 1.3 ms");
  EXPECT_EQ(say_reached(peer, "/", {.failure = "collector: unknown", .addresses = 0, .tries = {}}),
            "upstream http://collector:8080 of /: collector: unknown");
}

}  // namespace
}  // namespace planish::app
