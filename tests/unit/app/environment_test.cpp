// The environment: every setting, PORT, and what is not a setting.
#include <app/environment.hpp>
#include <app/setting_table.hpp>

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace planish::app {
namespace {

Environment read(std::initializer_list<std::string_view> variables, Complaints& complaints) {
  return read_environment(std::vector<std::string_view>(variables), complaints);
}

TEST(Environment, EverySettingIsAVariable) {
  for (const Setting& setting : setting_table()) {
    Complaints complaints;
    const std::string name = variable_of(setting.key);
    const Environment environment = read({name + "=a"}, complaints);
    EXPECT_TRUE(complaints.empty()) << name;
    ASSERT_EQ(environment.settings.size(), 1U) << name;
    EXPECT_EQ(environment.settings[0].key, setting.key);
    EXPECT_EQ(environment.settings[0].place, name);
  }
}

TEST(Environment, ListsHaveCommas) {
  Complaints complaints;
  const Environment environment = read({"PLANISH_LISTEN=[::]:1,unix:/x", "PLANISH_PATH=/a,b"}, complaints);
  EXPECT_EQ(environment.settings[0].values, (std::vector<std::string>{"[::]:1", "unix:/x"}));
  EXPECT_EQ(environment.settings[1].values, std::vector<std::string>{"/a,b"});
}

TEST(Environment, UnknownNamesOfOursAreFaultsAndOthersAreNot) {
  Complaints complaints;
  static_cast<void>(
      read({"PLANISH_MAX_BODI=1", "PLANISH_=1", "PLANISH_max_body=1", "PLANISHER=1", "HOME=/", "broken"}, complaints));
  ASSERT_EQ(complaints.size(), 3U);
  for (const Complaint& complaint : complaints) EXPECT_FALSE(complaint.usage);
}

TEST(Environment, WhatKubernetesSaysOfAServiceCalledPlanishIsNotASetting) {
  Complaints complaints;
  const Environment environment =
      read({"PLANISH_SERVICE_HOST=10.0.0.1", "PLANISH_SERVICE_PORT=80", "PLANISH_SERVICE_PORT_HTTP=80",
            "PLANISH_PORT=tcp://10.0.0.1:80", "PLANISH_PORT_80_TCP=tcp://10.0.0.1:80", "PLANISH_PORT_80_TCP_PROTO=tcp"},
           complaints);
  EXPECT_TRUE(complaints.empty());
  EXPECT_TRUE(environment.settings.empty());
  EXPECT_TRUE(environment.platform.empty());
}

TEST(Environment, NamesOfTheBuildAndItsTestsAreNotSettings) {
  Complaints complaints;
  EXPECT_TRUE(read({"PLANISH_BIN=/x", "PLANISH_CACHE=/c", "PLANISH_COMMIT=abc", "PLANISH_LONG=1"}, complaints)
                  .settings.empty());
  EXPECT_TRUE(complaints.empty());
}

TEST(Environment, PortConfigAndSystemdAreTaken) {
  Complaints complaints;
  const Environment environment = read({"PORT=3000", "PLANISH_CONFIG=/etc/p.toml", "LISTEN_FDS=2", "LISTEN_PID=7",
                                        "LISTEN_FDNAMES=a:b", "NOTIFY_SOCKET=@x=y"},
                                       complaints);
  ASSERT_EQ(environment.platform.size(), 1U);
  EXPECT_EQ(environment.platform[0].values, std::vector<std::string>{"0.0.0.0:3000"});
  EXPECT_EQ(environment.config, "/etc/p.toml");
  EXPECT_EQ(environment.listen_fds, "2");
  EXPECT_EQ(environment.listen_pid, "7");
  EXPECT_EQ(environment.listen_fdnames, "a:b");
  EXPECT_EQ(environment.notify_socket, "@x=y");
}

}  // namespace
}  // namespace planish::app
