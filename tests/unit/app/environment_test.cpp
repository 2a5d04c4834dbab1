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

TEST(Environment, ListsHaveCommasOrLineEnds) {
  Complaints complaints;
  const Environment environment = read(
      {"PLANISH_LISTEN=[::]:1\nunix:/x,y\n", "PLANISH_PATH=/a,b", "PLANISH_EVENT_TYPES=a, b", "PLANISH_CORS_ORIGIN="},
      complaints);
  EXPECT_EQ(environment.settings[0].values, (std::vector<std::string>{"[::]:1", "unix:/x,y"}));
  EXPECT_EQ(environment.settings[1].values, std::vector<std::string>{"/a,b"});
  EXPECT_EQ(environment.settings[2].values, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(environment.settings[3].values, std::vector<std::string>{""}) << "an empty value, which no setting takes";
}

TEST(Environment, UnknownNamesOfOursAreFaultsAndOthersAreNot) {
  Complaints complaints;
  static_cast<void>(
      read({"PLANISH_MAX_BODI=1", "PLANISH_=1", "PLANISH_max_body=1", "PLANISHER=1", "HOME=/", "broken"}, complaints));
  ASSERT_EQ(complaints.size(), 3U);
  for (const Complaint& complaint : complaints) EXPECT_FALSE(complaint.usage);
}

// What Kubernetes says of a service with such a name.
std::vector<std::string> service_links(const std::string& service) {
  std::vector<std::string> links;
  for (const std::string_view end :
       {"_SERVICE_HOST=10.0.0.1", "_SERVICE_PORT=80", "_SERVICE_PORT_HTTP=80", "_SERVICE_PORT_A_B_2=80",
        "_PORT=tcp://10.0.0.1:80", "_PORT_80_TCP=tcp://10.0.0.1:80", "_PORT_80_TCP_PROTO=tcp", "_PORT_80_TCP_PORT=80",
        "_PORT_80_TCP_ADDR=10.0.0.1", "_PORT_53_UDP=udp://10.0.0.1:53", "_PORT_53_UDP_ADDR=10.0.0.1",
        "_PORT_38412_SCTP_PROTO=sctp"}) {
    links.push_back(service + std::string(end));
  }
  return links;
}

TEST(Environment, WhatKubernetesSaysOfServicesCalledPlanishIsNotASetting) {
  for (const std::string service :
       {"PLANISH", "PLANISH_METRICS", "PLANISH_ADMIN", "PLANISH_MAX_BODY", "PLANISH_A_B_2"}) {
    for (const std::string& link : service_links(service)) {
      Complaints complaints;
      const Environment environment = read({link}, complaints);
      EXPECT_TRUE(complaints.empty()) << link;
      EXPECT_TRUE(environment.settings.empty()) << link;
      EXPECT_TRUE(environment.platform.empty()) << link;
    }
  }
}

TEST(Environment, NamesThatOnlyLookLikeItsAreFaults) {
  for (const std::string_view name :
       {"PLANISH_SERVICE=1", "PLANISH_SERVICE_HOSTS=1", "PLANISH_SERVICE_PORT_=1", "PLANISH_SERVICE_NAME=1",
        "PLANISH_PORTS=1", "PLANISH_SUPPORT=1", "PLANISH_PORT_TCP=1", "PLANISH_PORT_80=1", "PLANISH_PORT_80_HTTP=1",
        "PLANISH_PORT_8o_TCP=1", "PLANISH_80_TCP=1", "PLANISH_PORT_80_TCP_NAME=1", "PLANISH_PORT_80_TCP_ADDR_PORTS=1",
        "PLANISH_ADMIN_ADDR=1", "PLANISH_METRICS_PROTO=1"}) {
    Complaints complaints;
    static_cast<void>(read({name}, complaints));
    EXPECT_EQ(complaints.size(), 1U) << name;
  }
}

// Else a service's name could give a setting its value.
TEST(Environment, NoSettingIsCalledAsAServicesLink) {
  for (const Setting& setting : setting_table()) {
    const std::string name = variable_of(setting.key);
    for (const std::string_view end : {"_HOST", "_PORT", "_PROTO", "_ADDR", "_TCP", "_UDP", "_SCTP"}) {
      EXPECT_FALSE(name.ends_with(end)) << name;
    }
    EXPECT_EQ(name.find("_SERVICE_PORT"), std::string::npos) << name;
  }
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
  EXPECT_EQ(environment.platform[0].values, std::vector<std::string>{":3000"});
  EXPECT_EQ(environment.config, "/etc/p.toml");
  EXPECT_EQ(environment.listen_fds, "2");
  EXPECT_EQ(environment.listen_pid, "7");
  EXPECT_EQ(environment.listen_fdnames, "a:b");
  EXPECT_EQ(environment.notify_socket, "@x=y");
}

}  // namespace
}  // namespace planish::app
