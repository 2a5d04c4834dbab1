// What the machine lets this process have: processors, memory, open files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace planish::app {

// The CPUs of the affinity mask, capped by the cgroup's quota (rounded up); at least 1.
[[nodiscard]] unsigned usable_cpus();

// The least limits of the process's cgroup and all above it, versions 1 and 2. `root`: "" on a real machine.
[[nodiscard]] std::optional<double> cgroup_cpus(const std::string& root = {});
[[nodiscard]] std::optional<std::uint64_t> cgroup_memory_bytes(const std::string& root = {});

struct OpenFiles {
  std::size_t before = 0;
  std::size_t now = 0;
};
// Raises the soft limit of open files to the hard one.
OpenFiles raise_open_files() noexcept;

// The whole of a small file, as those of /proc and /sys are; nothing if it cannot be read.
[[nodiscard]] std::optional<std::string> read_small_file(const std::string& path);

}  // namespace planish::app
