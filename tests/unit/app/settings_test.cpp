// The table and the merge: every setting from every source, ranks, faults with their places, and the way back to TOML.
#include <app/config_file.hpp>
#include <app/environment.hpp>
#include <app/setting_checks.hpp>
#include <app/setting_table.hpp>
#include <app/settings.hpp>
#include <http/response.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace planish::app {
namespace {

Configuration merged(const Sources& sources, Complaints& complaints) {
  return merge(sources, complaints);
}

// Three values of each setting that are not its default, as text, and as `check` shows them.
const std::map<std::string, std::vector<std::string>>& samples() {
  static const std::map<std::string, std::vector<std::string>> values = {
      {"listen", {"127.0.0.1:1", "[::1]:2", "unix:/run/p"}},
      {"admin_listen", {"127.0.0.1:3", "127.0.0.1:4", "127.0.0.1:5"}},
      {"unix_mode", {"0600", "0666", "0777"}},
      {"path", {"/a", "/b/c", "/d-e~f"}},
      {"shape", {"segment", "posthog", "amplitude"}},
      {"timestamps", {"lax", "strict", "lax"}},
      {"answer", {"events", "ndjson", "results"}},
      {"answer_members", {"hash", "ts=time", "event_type"}},
      {"threads", {"1", "2", "1024"}},
      {"hash", {"xxh3-64", "sha256", "prefix8"}},
      {"canonical", {"raw", "jcs", "raw"}},
      {"timestamp_unit", {"s", "ns", "auto"}},
      {"event_types", {"click", "view", "\xC3\xA9"}},
      {"invalid_events", {"skip", "refuse", "skip"}},
      {"contracts", {"contracts", "/etc/planish/contracts", "c"}},
      {"unknown_contract", {"refuse", "accept", "refuse"}},
      {"rule_key_file", {"rule.key", "/run/secrets/rule", "k"}},
      {"plugin", {"a.cwasm", "/etc/planish/p.cwasm", "p"}},
      {"plugin_memory", {"64KiB", "1MiB", "1GiB"}},
      {"plugin_deadline", {"1ms", "50ms", "1s"}},
      {"plugin_errors", {"skip", "pass", "skip"}},
      {"plugin_state", {"thread", "request", "thread"}},
      {"plugin_sha256", {std::string(64, '0'), std::string(64, 'a'), std::string(64, 'F')}},
      {"upstream", {"http://a", "unix:/run/x.sock:/y?z", "http://[::1]:81/?q"}},
      {"upstream_answer", {"relay", "none", "relay"}},
      {"upstream_fields", {"A: b, c", "Content-Type: a/b", "Authorization: file:/run/token"}},
      {"upstream_connections", {"1", "2", "65536"}},
      {"upstream_connect_timeout", {"1ms", "5s", "3600s"}},
      {"upstream_timeout", {"1ms", "5s", "3600s"}},
      {"upstream_idle", {"1ms", "5s", "3600s"}},
      {"upstream_resolve", {"1ms", "5s", "3600s"}},
      {"max_body", {"1KiB", "2MiB", "512MiB"}},
      {"max_header", {"256", "1KiB", "1MiB"}},
      {"max_events", {"1", "2", "10000000"}},
      {"max_connections", {"1", "2", "10000000"}},
      {"max_buffered", {"1", "1KiB", "1024GiB"}},
      {"header_timeout", {"1ms", "5s", "3600s"}},
      {"body_timeout", {"1ms", "5s", "3600s"}},
      {"idle_timeout", {"1ms", "5s", "86400s"}},
      {"write_timeout", {"1ms", "5s", "3600s"}},
      {"shutdown_timeout", {"0", "5s", "3600s"}},
      {"drain_delay", {"1ms", "5s", "3600s"}},
      {"tick", {"1ms", "10ms", "500ms"}},
      {"cors_origin", {"https://a.example", "http://b:8080", "*"}},
      {"cors_headers", {"baggage", "sentry-trace", "X-B3-TraceId"}},
      {"log_level", {"debug", "warn", "error"}},
      {"log_format", {"text", "json", "text"}},
      {"access_log", {"0.5", "1.0", "0.001"}},
  };
  return values;
}

TEST(Settings, EveryOneHasSamples) {
  EXPECT_EQ(samples().size(), setting_table().size());
  for (const Setting& setting : setting_table())
    EXPECT_TRUE(samples().contains(std::string(setting.key))) << setting.key;
}

TEST(Settings, DefaultsAreRightAndSayNoPlace) {
  Complaints complaints;
  const Configuration configuration = merged({}, complaints);
  EXPECT_TRUE(complaints.empty());
  EXPECT_EQ(configuration.settings.threads, 0U);
  EXPECT_EQ(configuration.settings.body_bytes_max, 1048576U);
  EXPECT_EQ(configuration.settings.timeouts.idle, std::chrono::seconds{75});
  EXPECT_EQ(configuration.settings.listen, std::vector<std::string>{":8080"});
  for (const Given& given : configuration.effective) EXPECT_EQ(given.place, "") << given.key;
}

TEST(Settings, ThreadsAreAsManyAsCpusUnlessTheyAreGiven) {
  Complaints complaints;
  Configuration configuration = merged({}, complaints);
  settle_threads(configuration, 4);
  EXPECT_EQ(configuration.settings.threads, 4U);
  EXPECT_NE(to_toml(configuration).find("\nthreads = 4\n"), std::string::npos);
  settle_threads(configuration, 5);
  EXPECT_EQ(configuration.settings.threads, 4U);

  Configuration many = merged({}, complaints);
  settle_threads(many, 5'000);
  EXPECT_EQ(many.settings.threads, 1'024U);

  Sources sources;
  sources.flags.push_back({"threads", {"3"}, "--threads"});
  Configuration given = merged(sources, complaints);
  settle_threads(given, 4);
  EXPECT_EQ(given.settings.threads, 3U);
  EXPECT_TRUE(complaints.empty());
}

TEST(Settings, FlagsRankOverEnvironmentOverFileOverDefaults) {
  for (const auto& [key, values] : samples()) {
    Sources sources;
    Complaints complaints;
    const auto effective = [&] {
      const Configuration configuration = merged(sources, complaints);
      return *std::find_if(configuration.effective.begin(), configuration.effective.end(),
                           [&, k = key](const Given& given) { return given.key == k; });
    };
    sources.file = {{key, {values[0]}, "f.toml:1:1"}};
    EXPECT_EQ(effective().values, std::vector{values[0]}) << key;
    EXPECT_EQ(effective().place, "f.toml:1:1");
    sources.environment = {{key, {values[1]}, variable_of(key)}};
    EXPECT_EQ(effective().values, std::vector{values[1]}) << key;
    sources.flags = {{key, {values[2]}, flag_of(key)}};
    EXPECT_EQ(effective().values, std::vector{values[2]}) << key;
    EXPECT_EQ(effective().place, flag_of(key));
    EXPECT_TRUE(complaints.empty()) << key << ": " << complaints.front().text;
  }
}

TEST(Settings, PortCountsWhereNothingElseSetsTheAddress) {
  Sources sources;
  sources.platform = {{"listen", {"0.0.0.0:3000"}, "PORT"}};
  Complaints complaints;
  EXPECT_EQ(merged(sources, complaints).settings.listen, std::vector<std::string>{"0.0.0.0:3000"});
  sources.file = {{"listen", {"[::]:1"}, "f.toml:1:1"}};
  sources.platform.front().values = {"0.0.0.0:nonsense"};
  EXPECT_EQ(merged(sources, complaints).settings.listen, std::vector<std::string>{"[::]:1"});
  EXPECT_TRUE(complaints.empty());
  sources.file.clear();
  static_cast<void>(merged(sources, complaints));
  ASSERT_EQ(complaints.size(), 1U);
  EXPECT_TRUE(complaints[0].text.starts_with("PORT: "));
}

TEST(Settings, EveryBadValueIsNamedWithItsPlaceAllAtOnce) {
  static const std::map<std::string, std::vector<std::string>> bad = {
      {"listen",
       {"8080", "host:80", "1.2.3.4", "1.2.3.4:65536", "::1:80", "unix:", "unix:@name", "unix:/\xFF", ":", ":x", "*:80",
        "[]:80"}},
      {"admin_listen", {"x"}},
      {"unix_mode", {"", "8", "01000", "rw"}},
      {"path", {"", "a", "/a b", "/a?b", "/a#b", "/\xC3\xA9", "/healthz", "/metrics", "/problems/x", "/a*"}},
      {"shape", {"", "a b", "\xC3\xA9", std::string(65, 's')}},
      {"timestamps", {"loose"}},
      {"answer", {"all"}},
      {"answer_members", {"", "nothing", "=hash"}},
      {"threads", {"0", "1025", "-1", "two", ""}},
      {"hash", {"md5", "", "XXH3-64"}},
      {"canonical", {"yes"}},
      {"timestamp_unit", {"m"}},
      {"event_types", {"", std::string(257, 'x'), "\xFF"}},
      {"invalid_events", {"drop"}},
      {"contracts", {std::string(4096, 'd'), "\xFF"}},
      {"unknown_contract", {"drop"}},
      {"rule_key_file", {std::string(4096, 'f'), "\xFF"}},
      {"plugin", {std::string(4096, 'd'), "\xFF"}},
      {"plugin_memory", {"0", "65535", "1073741825"}},
      {"plugin_deadline", {"0", "1001ms"}},
      {"plugin_errors", {"drop"}},
      {"plugin_state", {"process"}},
      {"plugin_sha256", {std::string(63, '0'), std::string(65, '0'), std::string(63, '0') + "g"}},
      {"upstream", {"up", "https://up", "http://", "http://u@up/", "http://up/a b", "unix:"}},
      {"upstream_answer", {"", "both"}},
      {"upstream_fields", {"", "A", "A b: c", "A: b\nC: d", "Content-Length: 1"}},
      {"upstream_connections", {"0", "65537"}},
      {"upstream_connect_timeout", {"0", "3600001ms"}},
      {"upstream_timeout", {"0", "3600001ms"}},
      {"upstream_idle", {"0", "3600001ms"}},
      {"upstream_resolve", {"0", "86400001ms"}},
      {"max_body", {"0", "1073741825", "x"}},
      {"max_header", {"255", "1048577"}},
      {"max_events", {"0", "10000001"}},
      {"max_connections", {"0", "10000001"}},
      {"max_buffered", {"0", "1025GiB"}},
      {"header_timeout", {"0", "3600001ms", "soon"}},
      {"body_timeout", {"0", "3600001ms"}},
      {"idle_timeout", {"0", "86400001ms"}},
      {"write_timeout", {"0", "3600001ms"}},
      {"shutdown_timeout", {"3600001ms"}},
      {"drain_delay", {"3600001ms"}},
      {"tick", {"0", "1001ms"}},
      {"cors_origin", {"", "example.com", "https://", "https://a/b", "null", "http://a b"}},
      {"cors_headers", {"", "*", "a b", "a:", "\xC3\xA9", "a\n", std::string(http::kCorsHeadersBytesMax - 1, 'h')}},
      {"log_level", {"trace"}},
      {"log_format", {"xml"}},
      {"access_log", {"1.1", "-1", "all"}},
  };
  EXPECT_EQ(bad.size(), setting_table().size());
  Sources every;
  for (const auto& [key, values] : bad) {
    for (const std::string& value : values) {
      Sources sources;
      Complaints complaints;
      sources.environment = {{key, {value}, variable_of(key)}};
      static_cast<void>(merged(sources, complaints));
      ASSERT_EQ(complaints.size(), 1U) << key << " = " << value;
      EXPECT_TRUE(complaints[0].text.starts_with(variable_of(key) + ": ")) << complaints[0].text;
      EXPECT_FALSE(complaints[0].usage);
    }
    every.flags.push_back({key, {values[0]}, flag_of(key)});
    every.file.push_back({key, {values[0]}, "f.toml:9:9"});
  }
  Complaints complaints;
  static_cast<void>(merged(every, complaints));
  EXPECT_EQ(complaints.size(), 2 * setting_table().size());
}

TEST(Settings, NoEventTypesIsAFaultThatSaysWhatToWriteForAll) {
  const auto complaint = [](std::vector<std::string> values) {
    Sources sources;
    sources.file = {{"event_types", std::move(values), "f.toml:1:1"}};
    Complaints complaints;
    const Configuration configuration = merged(sources, complaints);
    if (complaints.empty())
      return allows_all_event_types(configuration.settings.endpoint) ? std::string("all") : std::string("some");
    return complaints.front().text;
  };
  EXPECT_EQ(complaint({}), "f.toml:1:1: names no event type; to allow all of them, write *");
  EXPECT_EQ(complaint({""}), "f.toml:1:1: an event type is never empty; to allow all of them, write *");
  EXPECT_EQ(complaint({"a", "*"}), "f.toml:1:1: * allows all event types: it stands alone");
  EXPECT_EQ(complaint({"*"}), "all");
  EXPECT_EQ(complaint({"a"}), "some");
  // As TOML has them: quotes, a comma and a blank about each; a control character takes six bytes.
  const std::vector<std::string> some(2'024, std::string(256, '\1'));
  std::vector<std::string> most = some;
  const std::size_t left = kEventTypesBytesMax - some.size() * (256 * 6 + 4);
  for (std::size_t bytes = left; bytes > 0; bytes -= std::min<std::size_t>(bytes, 260))
    most.emplace_back(std::min<std::size_t>(bytes, 260) - 4, 'x');
  EXPECT_EQ(complaint(most), "some");
  most.back() += 'x';
  EXPECT_NE(complaint(most), "some");
}

TEST(Settings, AnAddressMayStandOnlyOnce) {
  Sources sources;
  sources.flags = {{"listen", {"127.0.0.1:80", "127.0.0.1:80"}, "--listen"}};
  Complaints complaints;
  static_cast<void>(merged(sources, complaints));
  EXPECT_EQ(complaints.size(), 1U);
  sources.flags = {{"listen", {"127.0.0.1:80"}, "--listen"}, {"admin_listen", {"127.0.0.1:80"}, "--admin-listen"}};
  static_cast<void>(merged(sources, complaints));
  EXPECT_EQ(complaints.size(), 2U);
  sources.flags = {{"listen", {"127.0.0.1:0", "127.0.0.1:0"}, "--listen"}};
  static_cast<void>(merged(sources, complaints));
  EXPECT_EQ(complaints.size(), 2U) << "port 0 is another one each time";
  sources.flags = {{"listen", {}, "--listen"}};
  static_cast<void>(merged(sources, complaints));
  EXPECT_EQ(complaints.size(), 3U) << "an address is needed";
  sources.flags = {{"admin_listen", {"127.0.0.1:1", "127.0.0.1:2"}, "--admin-listen"}};
  static_cast<void>(merged(sources, complaints));
  EXPECT_EQ(complaints.size(), 4U) << "one admin address";
}

TEST(Settings, TheEffectiveConfigurationRoundTripsThroughToml) {
  for (std::size_t turn = 0; turn < 4; ++turn) {
    Sources sources;
    for (const auto& [key, values] : samples()) {
      if (turn < 3) sources.flags.push_back({key, {values[turn]}, flag_of(key)});
    }
    Complaints complaints;
    Configuration first = merged(sources, complaints);
    settle_threads(first, 7);
    Sources again;
    again.file = parse_config(to_toml(first), "f.toml", complaints).given;
    const Configuration second = merged(again, complaints);
    EXPECT_TRUE(complaints.empty()) << complaints.front().text;
    // What an answer says by default is not printed.
    ASSERT_EQ(again.file.size(), setting_table().size() - (turn < 3 ? 0 : 1));
    for (std::size_t i = 0; i < first.effective.size(); ++i) {
      EXPECT_EQ(first.effective[i].values, second.effective[i].values) << first.effective[i].key;
    }
  }
}

}  // namespace
}  // namespace planish::app
