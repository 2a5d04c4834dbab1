// What the machine allows: cgroups of both versions, out of sample files.
#include <app/machine.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace planish::app {
namespace {

class Cgroup : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "cgroup-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void put(const std::string& path, const std::string& text) const {
    const std::filesystem::path file = root_ + path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }

  std::string root_;
};

TEST_F(Cgroup, NoFilesMeanNoLimits) {
  EXPECT_FALSE(cgroup_cpus(root_));
  EXPECT_FALSE(cgroup_memory_bytes(root_));
}

TEST_F(Cgroup, Version2TakesTheLeastOnTheWayUp) {
  put("/proc/self/cgroup", "0::/a.slice/b.scope\n");
  put("/sys/fs/cgroup/a.slice/b.scope/cpu.max", "max 100000\n");
  put("/sys/fs/cgroup/a.slice/b.scope/memory.max", "268435456\n");
  put("/sys/fs/cgroup/a.slice/cpu.max", "150000 100000\n");
  put("/sys/fs/cgroup/a.slice/memory.max", "max\n");
  EXPECT_EQ(cgroup_cpus(root_), 1.5);
  EXPECT_EQ(cgroup_memory_bytes(root_), 268435456U);
}

TEST_F(Cgroup, Version2InAContainerIsTheMountItself) {
  put("/proc/self/cgroup", "0::/\n");
  put("/sys/fs/cgroup/cpu.max", "50000 100000\n");
  put("/sys/fs/cgroup/memory.max", "1048576\n");
  EXPECT_EQ(cgroup_cpus(root_), 0.5);
  EXPECT_EQ(cgroup_memory_bytes(root_), 1048576U);
}

TEST_F(Cgroup, Version1HasAMountForEachController) {
  put("/proc/self/cgroup", "5:memory:/docker/x\n4:cpu,cpuacct:/docker/x\n1:name=systemd:/docker/x\n");
  put("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "200000\n");  // the host's path is not there
  put("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  put("/sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes", "4096\n");
  EXPECT_EQ(cgroup_cpus(root_), 2.0);
  EXPECT_EQ(cgroup_memory_bytes(root_), 4096U);
}

TEST_F(Cgroup, Version1WithoutLimitsShowsHugeNumbersAndMinusOne) {
  put("/proc/self/cgroup", "5:memory:/\n4:cpu:/\n");
  put("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  put("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  put("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_FALSE(cgroup_cpus(root_));
  EXPECT_FALSE(cgroup_memory_bytes(root_));
}

TEST_F(Cgroup, LinesThatAreNoneAreLeftOut) {
  put("/proc/self/cgroup", "\n:\n0:\n0::relative\n::\nx");
  put("/sys/fs/cgroup/cpu.max", "");
  EXPECT_FALSE(cgroup_cpus(root_));
}

TEST(Machine, ThereIsAtLeastOneCpu) {
  EXPECT_GE(usable_cpus(), 1U);
}

TEST(Machine, OpenFilesAreRaisedToTheHardLimit) {
  const OpenFiles files = raise_open_files();
  EXPECT_GE(files.now, files.before);
  EXPECT_EQ(raise_open_files().before, files.now);
}

}  // namespace
}  // namespace planish::app
