// From settings to the server's options.
#include <app/server_setup.hpp>
#include <app/upstream_settings.hpp>
#include <net/upstreams.hpp>

#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace planish::app {
namespace {

EndpointNames names;

Configuration configured(std::vector<Given> flags, std::vector<Given> platform = {}) {
  Sources sources;
  sources.flags = std::move(flags);
  sources.platform = std::move(platform);
  Complaints complaints;
  Configuration configuration = merge(sources, complaints);
  EXPECT_TRUE(complaints.empty());
  return configuration;
}

TEST(ServerSetup, AddressesBecomeEndpoints) {
  const auto options = server_options(configured({{"listen", {"127.0.0.1:1", "unix:/x"}, "--listen"},
                                                  {"admin_listen", {"[::1]:2"}, "--admin-listen"},
                                                  {"unix_mode", {"0600"}, "--unix-mode"},
                                                  {"max_body", {"5"}, "--max-body"}}),
                                      {}, names);
  ASSERT_EQ(options.listen.size(), 2U);
  EXPECT_EQ(options.listen[1].unix_path, "/x");
  EXPECT_EQ(options.listen[1].unix_mode, 0600U);
  ASSERT_EQ(options.admin.size(), 1U);
  EXPECT_EQ(options.admin[0].port, 2);
  EXPECT_EQ(options.limits.body_bytes_max, 5U);
  EXPECT_EQ(options.transform_limits.body_bytes_max, 5U);
  EXPECT_EQ(options.endpoints->all().front().transform.options().event_types, nullptr);
}

TEST(ServerSetup, InheritedSocketsStandForTheDefaultAddress) {
  const InheritedSockets inherited{{3}, {4}, {}};
  EXPECT_EQ(server_options(configured({}), inherited, names).listen.size(), 1U);
  EXPECT_EQ(server_options(configured({}), inherited, names).listen[0].inherited, 3);
  EXPECT_EQ(server_options(configured({}), inherited, names).admin[0].inherited, 4);
  EXPECT_EQ(server_options(configured({}, {{"listen", {"0.0.0.0:1"}, "PORT"}}), inherited, names).listen.size(), 1U);
  EXPECT_EQ(server_options(configured({{"listen", {"127.0.0.1:1"}, "--listen"}}), inherited, names).listen.size(), 2U);
}

TEST(ServerSetup, ConnectionsAreLoweredToWhatOpenFilesAllow) {
  net::ServerOptions options = server_options(configured({}), {}, names);
  EXPECT_EQ(connections_within(1'000'000, options, 2), 10'000U);
  const std::size_t lowered = connections_within(1'024, options, 2);
  EXPECT_LT(lowered, 1'024U);
  EXPECT_GT(lowered, 800U);
  EXPECT_LT(connections_within(1'024, options, 100), lowered);
  EXPECT_EQ(connections_within(8, options, 2), 1U);
  options.connections_max = lowered;
  EXPECT_EQ(connections_within(1'024, options, 2), lowered);
  options.connections_max = lowered + 1;
  EXPECT_EQ(connections_within(1'024, options, 2), lowered);
}

TEST(ServerSetup, ConnectionsToUpstreamsHaveTheirDescriptorsSetAside) {
  const auto of = [](std::vector<Given> flags) {
    Configuration configuration = configured(std::move(flags));
    Complaints complaints;
    read_upstreams(configuration, complaints);
    EXPECT_TRUE(complaints.empty());
    return connections_within(1'024, server_options(configuration, {}, names), 1);
  };
  const std::size_t alone = of({});
  const Given by_number{"upstream", {"http://127.0.0.1:1/"}, "f"};
  const Given by_name{"upstream", {"http://h:1/"}, "f"};
  EXPECT_EQ(of({by_number}), alone - 64);
  EXPECT_EQ(of({by_number, {"upstream_connections", {"100"}, "f"}}), alone - 100);
  EXPECT_EQ(of({by_name}), alone - 64 - net::Upstreams::kDescriptorsOfALookup);
  EXPECT_EQ(of({by_number, {"upstream_connections", {"2000"}, "f"}}), 1U);
}

// A line for each of these limits of the cgroup that is too low.
std::string memory_warnings(std::size_t memory, std::size_t kernel,
                            std::initializer_list<std::optional<std::uint64_t>> allowed) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe(ends.data()), 0);
  {
    Log log{ends[1], LogFormat::json, LogLevel::info};
    for (const auto& one : allowed) check_memory(log, memory, kernel, one);
    EXPECT_TRUE(log.flush(std::chrono::seconds{5}));
  }
  ::close(ends[1]);
  std::array<char, 4096> text;
  const ssize_t count = ::read(ends[0], text.data(), text.size());
  ::close(ends[0]);
  return {text.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
}

TEST(ServerSetup, WarnsOfACgroupThatAllowsLessThanPlanishAndItsSocketsTogether) {
  EXPECT_EQ(memory_warnings(700, 300, {std::nullopt, 1'000, 1'001}), "");
  const std::string line = memory_warnings(700, 300, {999});
  EXPECT_NE(line.find(R"("level":"warn")"), std::string::npos) << line;
  EXPECT_NE(line.find(R"("memory_bytes_max":700,"kernel_bytes_max":300,"cgroup_bytes_max":999)"), std::string::npos);
}

}  // namespace
}  // namespace planish::app
