// What was said and does nothing is named with its place, and nothing else is.
#include <app/config_file.hpp>
#include <app/idle_settings.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace planish::app {
namespace {

using Lines = std::vector<std::string>;

Lines idle(std::string_view text) {
  Complaints complaints;
  ConfigFile file = parse_config(text, "f", complaints);
  Sources sources;
  sources.file = std::move(file.given);
  sources.endpoints = std::move(file.endpoints);
  sources.plugin_config = std::move(file.plugin_config);
  const Configuration configuration = merge(sources, complaints);
  EXPECT_TRUE(complaints.empty()) << complaints.front().text;
  return idle_settings(configuration);
}

TEST(IdleSettings, AreThoseOfWhatIsNotConfigured) {
  EXPECT_EQ(idle("unknown_contract = \"refuse\"\n"), Lines{"f:1:1: unknown_contract does nothing without contracts"});
  EXPECT_EQ(idle("upstream_answer = \"relay\"\nupstream_idle = \"2s\"\n"),
            (Lines{"f:1:1: upstream_answer does nothing without upstream",
                   "f:2:1: upstream_idle does nothing without upstream"}));
  EXPECT_EQ(
      idle("plugin_errors = \"skip\"\n[plugin_config]\na = 1\n"),
      (Lines{"f:1:1: plugin_errors does nothing without plugin", "f:2:2: plugin_config does nothing without plugin"}));
}

TEST(IdleSettings, AreNoneWhereTheyAreOfUse) {
  EXPECT_EQ(idle("hash = \"sha256\"\n"), Lines{});
  EXPECT_EQ(idle("contracts = \"c\"\nunknown_contract = \"refuse\"\n"), Lines{});
  EXPECT_EQ(idle("upstream = \"http://c/\"\nupstream_answer = \"relay\"\n"), Lines{});
  EXPECT_EQ(idle("plugin = \"p.cwasm\"\nplugin_errors = \"skip\"\n[plugin_config]\na = 1\n"), Lines{});
}

TEST(IdleSettings, OfAllEndpointsAreOfUseWhereOneOfThemHasWhatTheyAreOf) {
  constexpr std::string_view kTwo =
      "upstream_answer = \"relay\"\n[[endpoint]]\npath = [\"/a\"]\n[[endpoint]]\npath = [\"/b\"]\n";
  EXPECT_EQ(idle(kTwo), Lines{"f:1:1: upstream_answer does nothing without upstream"});
  EXPECT_EQ(idle(std::string(kTwo) + "upstream = \"http://c/\"\n"), Lines{});
}

TEST(IdleSettings, OfOneEndpointNeedItInThatOne) {
  EXPECT_EQ(idle("[[endpoint]]\npath = [\"/a\"]\nupstream = \"http://c/\"\n[[endpoint]]\npath = [\"/b\"]\n"
                 "upstream_timeout = \"1s\"\n"),
            Lines{"f:6:1: upstream_timeout does nothing without upstream"});
}

}  // namespace
}  // namespace planish::app
