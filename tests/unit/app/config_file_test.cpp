// The TOML file: values of every TOML type, and faults with line and column.
#include <app/config_depth.hpp>
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
  EXPECT_EQ(values_of("unix_mode = 0x180"), Values{"0o600"});
  EXPECT_EQ(values_of("unix_mode = 600"), Values{"600"});
  EXPECT_EQ(values_of("max_body = 0x100000"), Values{"1048576"});
  EXPECT_EQ(values_of("max_events = 0o10"), Values{"8"});
  EXPECT_EQ(values_of("threads = 0b10"), Values{"2"});
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

// a.a.a
std::string key_of(std::size_t parts) {
  std::string key = "a";
  for (std::size_t part = 1; part < parts; ++part) key += ".a";
  return key;
}

// Whoever takes a table apart goes down into each that is in it.
TEST(ConfigFile, RefusesKeysThatNoStackIsDeepEnoughFor) {
  const std::string fits = key_of(kKeyPartsMax);
  EXPECT_EQ(fault_of("[plugin_config]\n" + fits + " = 1"), "0 faults");
  const std::string fault = ": a key has more than 16 parts";
  EXPECT_EQ(fault_of("threads = 1\n  " + fits + ".b = 1"), "f.toml:2:34" + fault);
  EXPECT_EQ(fault_of("[" + fits + ".b]"), "f.toml:1:33" + fault);
  EXPECT_EQ(fault_of("[[" + fits + ".b]]"), "f.toml:1:34" + fault);
  EXPECT_EQ(fault_of("plugin_config = {x = 1, " + fits + " .\t'b' = 1}"), "f.toml:1:57" + fault);
  EXPECT_EQ(fault_of(key_of(1'000'000) + " = 1"), "f.toml:1:32" + fault);
  EXPECT_EQ(fault_of("a = \"\"\"\\\"\"\"\"\"\"\n" + fits + ".b = 1"), "f.toml:2:32" + fault);
  // The deepest that is left, where the stack is that of a thread in the static binaries.
  std::string deepest = "plugin_config = ";
  for (int i = 0; i < 250; ++i) deepest += "{" + fits + " = ";
  deepest += "1" + std::string(250, '}');
  EXPECT_EQ(fault_of(deepest), "0 faults");
}

TEST(ConfigFile, CountsNoDotsButThoseOfKeys) {
  const std::string dots = "\"" + std::string(40, '.') + "\"";
  EXPECT_EQ(values_of("threads = 1 # " + dots).size(), 1U);
  EXPECT_EQ(values_of("event_types = [" + dots + ", '....................']").size(), 2U);
  EXPECT_EQ(values_of("event_types = [\"\"\"\n" + dots + "\n\"\"\", \'\'\'" + dots + "\'\'\']").size(), 2U);
  std::string numbers = "plugin_config = {a = [1.5";
  for (int i = 0; i < 40; ++i) numbers += ", 1.5";
  EXPECT_EQ(fault_of(numbers + "]}"), "0 faults");
}

TEST(ConfigFile, GuessesWhatIsMeantAtTheFirstHundredFaults) {
  std::string text;
  for (int i = 100; i < 300; ++i) text += "max_body" + std::to_string(i) + " = 1\n";
  Complaints complaints;
  static_cast<void>(parse_config(text, "f.toml", complaints));
  ASSERT_EQ(complaints.size(), 200U);
  EXPECT_EQ(complaints[99].text, "f.toml:100:1: there is no setting \"max_body199\"; did you mean max_body?");
  EXPECT_EQ(complaints[100].text, "f.toml:101:1: there is no setting \"max_body200\"");
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
