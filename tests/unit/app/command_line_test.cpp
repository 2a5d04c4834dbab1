// The command line: subcommands, flags of all settings, and faults of usage.
#include <app/command_line.hpp>
#include <app/setting_table.hpp>

#include <gtest/gtest.h>

#include <array>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace planish::app {
namespace {

struct Parsed {
  Arguments arguments;
  Complaints complaints;
};

Parsed parse(std::initializer_list<std::string_view> words) {
  Parsed parsed;
  parsed.arguments = parse_command_line(std::vector<std::string_view>(words), parsed.complaints);
  return parsed;
}

TEST(CommandLine, WithoutACommandItServes) {
  EXPECT_EQ(parse({}).arguments.command, Command::serve);
  const Parsed parsed = parse({"--threads", "3"});
  EXPECT_EQ(parsed.arguments.command, Command::serve);
  ASSERT_EQ(parsed.arguments.flags.size(), 1U);
  EXPECT_EQ(parsed.arguments.flags[0].key, "threads");
  EXPECT_EQ(parsed.arguments.flags[0].place, "--threads");
}

TEST(CommandLine, EachCommandHasItsOwnArguments) {
  EXPECT_EQ(parse({"transform", "f.json", "--ndjson"}).arguments.file, "f.json");
  EXPECT_TRUE(parse({"transform", "--ndjson"}).arguments.ndjson);
  EXPECT_EQ(parse({"smoke", "--url", "http://x"}).arguments.url, "http://x");
  EXPECT_EQ(parse({"healthcheck", "--url=unix:/x"}).arguments.url, "unix:/x");
  EXPECT_TRUE(parse({"version", "--json"}).arguments.json);
  EXPECT_EQ(parse({"--version"}).arguments.command, Command::version);
  const Parsed draft = parse({"contracts", "draft", "f.json", "--endpoint", "/e", "--contracts", "c"});
  EXPECT_EQ(draft.arguments.command, Command::draft);
  EXPECT_EQ(draft.arguments.file + draft.arguments.endpoint + draft.arguments.flags.at(0).values.at(0), "f.json/ec");
  EXPECT_EQ(parse({"licenses"}).arguments.command, Command::licenses);
  EXPECT_EQ(parse({"check", "--config", "f.toml"}).arguments.config, "f.toml");
}

TEST(CommandLine, EverySettingIsAFlag) {
  for (const Setting& setting : setting_table()) {
    const std::string flag = flag_of(setting.key);
    const Parsed parsed = parse({"serve", flag, "value"});
    EXPECT_TRUE(parsed.complaints.empty()) << flag;
    ASSERT_EQ(parsed.arguments.flags.size(), 1U) << flag;
    EXPECT_EQ(parsed.arguments.flags[0].key, setting.key);
    EXPECT_EQ(parsed.arguments.flags[0].values, std::vector<std::string>{"value"});
  }
}

TEST(CommandLine, ListsAreCollectedAndTheLastOfOtherFlagsCounts) {
  const Parsed parsed = parse({"serve", "--listen", "[::]:1", "--listen=unix:/x,y", "--hash", "a", "--hash", "b",
                               "--event-types", "a,b", "--event-types=c"});
  ASSERT_EQ(parsed.arguments.flags.size(), 3U);
  EXPECT_EQ(parsed.arguments.flags[0].values, (std::vector<std::string>{"[::]:1", "unix:/x,y"}));
  EXPECT_EQ(parsed.arguments.flags[2].values, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(parsed.arguments.flags[1].values, std::vector<std::string>{"b"});
}

TEST(CommandLine, AValueMayBeginWithADashOrBeEmpty) {
  const Parsed parsed = parse({"serve", "--access-log=-1", "--event-types", "", "--hash=", "--threads", "1"});
  EXPECT_TRUE(parsed.complaints.empty());
  ASSERT_EQ(parsed.arguments.flags.size(), 4U);
  EXPECT_EQ(parsed.arguments.flags[0].values, std::vector<std::string>{"1"});
  EXPECT_EQ(parsed.arguments.flags[1].values, std::vector<std::string>{""});
  EXPECT_EQ(parsed.arguments.flags[2].values, std::vector<std::string>{""});
}

TEST(CommandLine, AnEmptyValueBehindAnEqualsSignIsNeverTheNextWord) {
  constexpr std::array<std::array<std::string_view, 2>, 12> kOptions{{{"transform", "--config"},
                                                                      {"transform", "--endpoint"},
                                                                      {"transform", "--content-type"},
                                                                      {"explain", "--endpoint"},
                                                                      {"explain", "--content-type"},
                                                                      {"test", "--now"},
                                                                      {"check", "--config"},
                                                                      {"serve", "--config"},
                                                                      {"healthcheck", "--url"},
                                                                      {"smoke", "--url"},
                                                                      {"healthcheck", "--config"},
                                                                      {"test", "--config"}}};
  for (const auto& [command, option] : kOptions) {
    const std::string word = std::string(option) + '=';
    const std::string wanted = std::string(option) + ": is empty";
    for (const Parsed& parsed :
         {parse({command, word, "--threads", "3"}), parse({command, option, "", "--threads=3"})}) {
      ASSERT_EQ(parsed.complaints.size(), 1U) << word;
      EXPECT_EQ(parsed.complaints[0].text, wanted);
      EXPECT_TRUE(parsed.complaints[0].usage);
      ASSERT_EQ(parsed.arguments.flags.size(), 1U) << word;
      EXPECT_EQ(parsed.arguments.flags[0].values, std::vector<std::string>{"3"});
    }
  }
  const Parsed draft = parse({"contracts", "draft", "--endpoint=", "events.ndjson"});
  EXPECT_EQ(draft.complaints.at(0).text, "--endpoint: is empty");
  EXPECT_EQ(draft.arguments.file, "events.ndjson");
  EXPECT_EQ(parse({"transform", ""}).complaints.at(0).text, "FILE: is empty");
  EXPECT_EQ(parse({"test", "--", ""}).complaints.at(0).text, "DIR: is empty");
}

TEST(CommandLine, AFlagIsTrueOrFalse) {
  constexpr std::array<std::array<std::string_view, 2>, 4> kFlags{
      {{"transform", "--ndjson"}, {"test", "--update"}, {"check", "--connect"}, {"version", "--json"}}};
  for (const auto& [command, flag] : kFlags) {
    for (const std::string_view value : {"5", "", "yes", "TRUE", "0", "tru"}) {
      const std::string word = std::string(flag) + '=' + std::string(value);
      const Parsed parsed = parse({command, word});
      ASSERT_EQ(parsed.complaints.size(), 1U) << word;
      EXPECT_EQ(parsed.complaints[0].text,
                std::string(flag) + ": \"" + std::string(value) + "\" is neither true nor false");
      EXPECT_TRUE(parsed.complaints[0].usage);
    }
  }
  EXPECT_TRUE(parse({"transform", "--ndjson=true"}).arguments.ndjson);
  EXPECT_FALSE(parse({"transform", "--ndjson", "--ndjson=false"}).arguments.ndjson);
  const Parsed help = parse({"check", "--help=5"});
  EXPECT_EQ(help.complaints.at(0).text, "--help: takes no value");
  EXPECT_EQ(help.arguments.answer, "");
}

TEST(CommandLine, WhatStandsBehindAnOptionIsItsValueWhateverItLooksLike) {
  EXPECT_EQ(parse({"transform", "--endpoint", "--ndjson=5"}).arguments.endpoint, "--ndjson=5");
  EXPECT_EQ(parse({"transform", "--", "--ndjson=5"}).arguments.file, "--ndjson=5");
  EXPECT_EQ(parse({"transform", "--endpoint=a=b"}).arguments.endpoint, "a=b");
}

TEST(CommandLine, EveryUnknownWordIsAFaultOfUsage) {
  const Parsed parsed = parse({"serve", "--bogus", "--max-bodi=1", "extra"});
  ASSERT_EQ(parsed.complaints.size(), 3U);
  for (const Complaint& complaint : parsed.complaints) EXPECT_TRUE(complaint.usage) << complaint.text;
  EXPECT_TRUE(parse({"sreve"}).complaints.at(0).usage);
  EXPECT_TRUE(parse({"serve", "--max-body"}).complaints.at(0).usage);
  EXPECT_TRUE(parse({"version", "--threads", "1"}).complaints.at(0).usage);
  EXPECT_TRUE(parse({"transform", "a", "b"}).complaints.at(0).usage);
  EXPECT_TRUE(parse({"contracts"}).complaints.at(0).usage);
  EXPECT_TRUE(parse({"contracts", "drafts"}).complaints.at(0).usage);
  EXPECT_TRUE(parse({"contracts", "draft", "a", "b"}).complaints.at(0).usage);
}

TEST(CommandLine, ASettingIsNotGuessedAtWhereThereIsNone) {
  EXPECT_EQ(parse({"version", "--max-body=1"}).complaints.at(0).text,
            "\"--max-body=1\": there is no such option or argument");
  EXPECT_EQ(parse({"check", "--max-bodi=1"}).complaints.at(0).text,
            "\"--max-bodi=1\": there is no such option or argument; did you mean --max-body?");
}

TEST(CommandLine, HelpIsPrintedAndNamesEverySetting) {
  EXPECT_NE(parse({"--help"}).arguments.answer.find("healthcheck"), std::string::npos);
  EXPECT_EQ(parse({"help", "--help"}).arguments.answer, parse({"help"}).arguments.answer);
  const std::string help = parse({"serve", "--help"}).arguments.answer;
  for (const Setting& setting : setting_table()) {
    EXPECT_NE(help.find(flag_of(setting.key)), std::string::npos) << setting.key;
  }
}

TEST(CommandLine, CallsOnlyThatRepeatableWhichMayStandAgain) {
  const std::string help = parse({"serve", "--help"}).arguments.answer;
  const auto line_of = [&](std::string_view flag) {
    const std::size_t begin = help.find(flag);
    return help.substr(begin, help.find('\n', begin) - begin);
  };
  EXPECT_NE(line_of("--listen").find("repeatable"), std::string::npos);
  EXPECT_EQ(line_of("--admin-listen").find("repeatable"), std::string::npos);
}

}  // namespace
}  // namespace planish::app
