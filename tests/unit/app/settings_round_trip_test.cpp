// What `check` prints, `check --config` reads back to the same: any value of any setting, from its whole range.
#include <app/config_file.hpp>
#include <app/setting_table.hpp>
#include <app/settings.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace planish::app {
namespace {

class Values {
 public:
  explicit Values(std::uint64_t seed) : random_(seed) {}

  // As many as the setting may have, more often few.
  std::vector<std::string> of(const Setting& setting) {
    if (setting.key == "shape") return {below(2) == 0 ? "planish" : "segment"};
    if (setting.key == "answer_members")
      return below(2) == 0 ? Strings{"event_type"} : Strings{"ts=time", "hash", "x=hash"};
    if (setting.key == "path") return {"/" + text(kPathBytes), "/x/*/" + text(kPathBytes)};
    if (setting.key == "upstream" && answers_nothing_) return {""};
    if (!setting.list) return {one(setting)};
    std::vector<std::string> all;
    const std::uint64_t count = below(setting.max < 4 ? setting.max + 1 : 4);
    for (std::uint64_t i = 0; i < count; ++i) all.push_back(one(setting));
    if (all.empty() && setting.key == "listen") all.push_back(one(setting));
    if (setting.key == "event_types" && (all.empty() || std::find(all.begin(), all.end(), "*") != all.end()))
      return {"*"};
    return all;
  }

 private:
  using Strings = std::vector<std::string>;
  static constexpr std::string_view kPathBytes = "abcXYZ019-._~!$&'()+,;=:@%";

  std::uint64_t below(std::uint64_t end) { return random_() % end; }
  std::uint64_t within(std::uint64_t min, std::uint64_t max) {
    switch (below(4)) {
      case 0:
        return min;
      case 1:
        return max;
      case 2:
        return std::clamp(random_() >> below(64), min, max);  // any magnitude
      default:
        return min + below(max - min + 1);
    }
  }

  std::string one(const Setting& setting) {
    if (!setting.names.empty()) {
      std::string name(setting.names[below(setting.names.size())]);
      if (setting.key == "answer") answers_nothing_ = name == "none";
      return name;
    }
    const std::string_view kind = setting.value;
    if (kind == "SIZE" || kind == "N") return std::to_string(within(setting.min, setting.max));
    if (kind == "TIME") return std::to_string(within(setting.min, setting.max)) + "ms";
    if (kind == "MODE") return mode();
    if (kind == "SHARE") return share();
    if (kind == "HEX") return std::string(64, "0aF"[below(3)]);
    if (kind == "DIR" || kind == "FILE") return text("abcXYZ019/. -_\"'\\");
    if (kind == "URL") return url();
    if (kind == "NAME:VALUE") return "x" + std::to_string(++fields_) + ": " + text("abcXYZ019 ,;:=/\"'\\#");
    if (kind == "ADDRESS") return address();
    if (kind == "ORIGIN") return origin();
    if (kind == "NAME") return event_type();
    if (kind == "FIELD") return "x" + text("abcXYZ019!#$%&'*+-.^_`|~");
    ADD_FAILURE() << setting.key << ": no values for " << kind;
    return {};
  }

  std::string text(std::string_view alphabet) {
    std::string out;
    for (std::uint64_t i = below(20); i > 0; --i) out += alphabet[below(alphabet.size())];
    return out;
  }
  std::string url() {
    switch (below(3)) {
      case 0:
        return {};
      case 1:
        return "http://host:" + std::to_string(1 + below(65'535)) + "/" + text("abcXYZ019-._~/?=&%");
      default:
        return "unix:/run/x.sock:/" + text("abcXYZ019-._~/?=&%");
    }
  }
  std::string mode() {
    std::string out = "0";
    for (int i = 0; i < 3; ++i) out += static_cast<char>('0' + below(8));
    return out;
  }
  // Any double from 0 to 1, of any exponent, as its shortest digits; and as people write it.
  std::string share() {
    static constexpr std::string_view kWritten[] = {"0",     "1",    "0.0",    "1.0", "0.00001",
                                                    "1e-05", "1E-5", "5e-324", "0.1"};
    if (below(2) == 0) return std::string(kWritten[below(std::size(kWritten))]);
    const double any = std::bit_cast<double>(below(std::bit_cast<std::uint64_t>(1.0)));
    char digits[32];
    return {digits, static_cast<std::size_t>(std::snprintf(digits, sizeof digits, "%.17g", any))};
  }
  std::string address() {
    const std::string port = std::to_string(1 + below(65'535));
    switch (below(4)) {
      case 0:
        return "127.0.0." + std::to_string(below(256)) + ":" + port;
      case 1:
        return "[::" + std::to_string(1 + below(9)) + "]:" + port;
      case 2:
        return ":" + port;
      default:
        return "unix:/" + text("ab,\"'\\#=\n\t []\x01\x7F");
    }
  }
  std::string origin() {
    if (below(5) == 0) return "*";
    return "https://a" + std::to_string(below(99)) + ".example:" + std::to_string(1000 + below(64'000));
  }
  // One to twenty code points of any length, the odd ones among them.
  std::string event_type() {
    static constexpr std::string_view kOdd[] = {"\"",
                                                "\\",
                                                "'",
                                                ",",
                                                "#",
                                                "*",
                                                "\n",
                                                "\r",
                                                "\t",
                                                "\b",
                                                "\x1F",
                                                "\x7F",
                                                " ",
                                                "=",
                                                "\xC2\x80",
                                                "\xC2\x85",
                                                "\xE2\x80\xA8",
                                                "\xEF\xBB\xBF",
                                                "\xEF\xBF\xBF",
                                                "\xED\x9F\xBF",
                                                "\xEE\x80\x80",
                                                "\xF0\x9F\x98\x80",
                                                "\xF4\x8F\xBF\xBF"};
    std::string out;
    for (std::uint64_t i = 1 + below(20); i > 0; --i) {
      if (below(2) == 0) {
        out += kOdd[below(std::size(kOdd))];
      } else {
        out += static_cast<char>(below(128));
      }
    }
    return out;
  }

  std::mt19937_64 random_;
  bool answers_nothing_ = false;  // there is nothing that an upstream could have
  unsigned fields_ = 0;
};

// An address stands once: those that would stand twice are dropped.
bool addresses_differ(const Configuration& configuration) {
  std::vector<std::string> all = configuration.settings.listen;
  all.insert(all.end(), configuration.settings.admin_listen.begin(), configuration.settings.admin_listen.end());
  std::sort(all.begin(), all.end());
  return std::adjacent_find(all.begin(), all.end()) == all.end();
}

TEST(SettingsRoundTrip, WhatCheckPrintsIsReadBackToTheSame) {
  Values values(20'260'101);
  int compared = 0;
  for (int turn = 0; turn < 2'000; ++turn) {
    Sources sources;
    for (const Setting& setting : setting_table()) {
      sources.flags.push_back({std::string(setting.key), values.of(setting), "a\nfile\xFF:1:1"});
    }
    Complaints complaints;
    Configuration first = merge(sources, complaints);
    if (!addresses_differ(first)) continue;
    settle_threads(first, 7);
    const std::string printed = to_toml(first);
    Sources again;
    again.file = parse_config(printed, "f.toml", complaints).given;
    const Configuration second = merge(again, complaints);
    ASSERT_TRUE(complaints.empty()) << complaints.front().text << "\n" << printed;
    ASSERT_EQ(again.file.size(), setting_table().size());
    EXPECT_EQ(first.settings.access_log, second.settings.access_log);
    for (std::size_t i = 0; i < first.effective.size(); ++i) {
      ASSERT_EQ(first.effective[i].values, second.effective[i].values) << first.effective[i].key << "\n" << printed;
    }
    ++compared;
    Configuration third = second;
    for (Given& given : third.effective) given.place.clear();
    EXPECT_EQ(to_toml(third), [&] {
      for (Given& given : first.effective) given.place.clear();
      return to_toml(first);
    }());
  }
  EXPECT_GT(compared, 1'500);
}

TEST(SettingsRoundTrip, TheDefaultsAreReadBackToo) {
  Complaints complaints;
  Configuration first = merge({}, complaints);
  settle_threads(first, 3);
  const std::string printed = to_toml(first);
  EXPECT_NE(printed.find("event_types = [\"*\"]\n"), std::string::npos);
  Sources again;
  again.file = parse_config(printed, "f.toml", complaints).given;
  EXPECT_EQ(to_toml(first).size(), printed.size());
  static_cast<void>(merge(again, complaints));
  EXPECT_TRUE(complaints.empty());
}

TEST(SettingsRoundTrip, AShareMayBeWrittenWithAnExponent) {
  for (const std::string_view written : {"0.00001", "1e-05", "1e-5", "1E-5", "0.1e-4"}) {
    Complaints complaints;
    Sources sources;
    sources.file = parse_config("access_log = " + std::string(written), "f.toml", complaints).given;
    const Configuration configuration = merge(sources, complaints);
    EXPECT_TRUE(complaints.empty()) << written;
    EXPECT_EQ(configuration.settings.access_log, 0.00001) << written;
  }
}

}  // namespace
}  // namespace planish::app
