// The TOML file: values of every TOML type, and faults with line and column.
#include <app/config_file.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace planish::app {
namespace {

std::vector<std::string> values_of(std::string_view text) {
  Complaints complaints;
  const auto given = parse_config(text, "f.toml", complaints).given;
  EXPECT_TRUE(complaints.empty()) << complaints.front().text;
  return given.empty() ? std::vector<std::string>{} : given.front().values;
}

std::string fault_of(std::string_view text) {
  Complaints complaints;
  static_cast<void>(parse_config(text, "f.toml", complaints));
  return complaints.size() == 1 ? complaints.front().text : std::to_string(complaints.size()) + " faults";
}

TEST(ConfigFile, TakesStringsAndNumbers) {
  using Values = std::vector<std::string>;
  EXPECT_EQ(values_of("max_body = \"1MiB\""), Values{"1MiB"});
  EXPECT_EQ(values_of("max_body = 1_048_576"), Values{"1048576"});
  EXPECT_EQ(values_of("access_log = 0.25"), Values{"0.25"});
  EXPECT_EQ(values_of("access_log = 1"), Values{"1"});
  EXPECT_EQ(values_of("unix_mode = 0o600"), Values{"0o600"});
  EXPECT_EQ(values_of("listen = [\"[::]:1\", 'unix:/a,b']"), (Values{"[::]:1", "unix:/a,b"}));
  EXPECT_EQ(values_of("event_types = []"), Values{});
}

TEST(ConfigFile, AListIsAnArray) {
  using Values = std::vector<std::string>;
  for (const std::string key : {"event_types", "listen", "path", "cors_origin", "cors_headers", "answer_members"}) {
    for (const std::string value : {"\"click\"", "\"click, view\"", "1", "true", "{a = 1}"}) {
      const std::string fault = fault_of(key + " = " + value);
      EXPECT_TRUE(fault.starts_with("f.toml:1:1: " + key + " is a list: " + key + " = [\"")) << fault;
    }
    EXPECT_EQ(values_of(key + " = \"\""), Values{""});  // which the setting refuses, with what to write
  }
  EXPECT_EQ(values_of("admin_listen = \"127.0.0.1:1\""), Values{"127.0.0.1:1"});  // there is one at most
  EXPECT_TRUE(fault_of("[[endpoint]]\npath = \"/v1,/v2\"").starts_with("f.toml:2:1: path is a list"));
}

TEST(ConfigFile, FaultsNameFileLineAndColumn) {
  EXPECT_TRUE(fault_of("threads = 1\n\n  max_bodi = 1").starts_with("f.toml:3:3: ")) << fault_of("\n  max_bodi = 1");
  EXPECT_TRUE(fault_of("[server]\nthreads = 1").starts_with("f.toml:1:")) << fault_of("[server]\nthreads = 1");
  EXPECT_TRUE(fault_of("threads = true").starts_with("f.toml:1:1: threads ")) << fault_of("threads = true");
  EXPECT_TRUE(fault_of("threads = [1]").starts_with("f.toml:1:1: threads "));
  EXPECT_TRUE(fault_of("listen = [[\"a\"]]").starts_with("f.toml:1:1: listen "));
  EXPECT_TRUE(fault_of("threads = 1\nthreads = 2").starts_with("f.toml:2:")) << fault_of("threads = 1\nthreads = 2");
  EXPECT_TRUE(fault_of("threads = \n").starts_with("f.toml:1:")) << fault_of("threads = \n");
  EXPECT_TRUE(fault_of("config = \"x\"").starts_with("f.toml:1:1: "));
  EXPECT_EQ(fault_of("a = 1\nb = 2\n"), "2 faults");
}

TEST(ConfigFile, EveryTruncationIsReadOrRefused) {
  const std::string text =
      "listen = [\"127.0.0.1:1\", 'unix:/x']\nmax_body = \"1MiB\"  # c\naccess_log = 0.5\nunix_mode = 0o600\n";
  for (std::size_t n = 0; n <= text.size(); ++n) {
    Complaints complaints;
    EXPECT_LE(parse_config(std::string_view(text).substr(0, n), "f.toml", complaints).given.size(), 4U);
  }
}

TEST(ConfigFile, AFileThatCannotBeReadIsAFault) {
  Complaints complaints;
  EXPECT_TRUE(read_config_file("/nonexistent/planish.toml", complaints).given.empty());
  EXPECT_TRUE(read_config_file("/", complaints).given.empty());
  ASSERT_EQ(complaints.size(), 2U);
  EXPECT_TRUE(complaints[0].text.starts_with("/nonexistent/planish.toml: "));
}

}  // namespace
}  // namespace planish::app
