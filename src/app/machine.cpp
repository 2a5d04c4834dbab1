// sched_getaffinity(2), cgroups(7), getrlimit(2).
#include <app/machine.hpp>

#include <app/values.hpp>

#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

namespace planish::app {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t end = text.find_first_of(" \n");
  return text.substr(0, end);
}

std::optional<std::uint64_t> read_number(const std::string& path) {
  const auto text = read_small_file(path);
  return text ? parse_unsigned(trimmed(*text)) : std::nullopt;  // "max" and "-1" are none
}

template <typename T>
void lower(std::optional<T>& limit, const std::optional<T>& other) {
  if (other) limit = limit ? std::min(*limit, *other) : *other;
}

std::optional<double> quotient(std::optional<std::uint64_t> quota, std::optional<std::uint64_t> period) {
  if (!quota || !period || *period == 0) return std::nullopt;
  return static_cast<double>(*quota) / static_cast<double>(*period);
}

// Version 2: cpu.max is "QUOTA PERIOD" or "max PERIOD".
std::optional<double> read_v2_cpus(const std::string& folder) {
  const auto text = read_small_file(folder + "/cpu.max");
  const std::string_view line = text ? std::string_view(*text) : std::string_view();
  const std::size_t blank = line.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  return quotient(parse_unsigned(line.substr(0, blank)), parse_unsigned(trimmed(line.substr(blank + 1))));
}
std::optional<std::uint64_t> read_v2_memory(const std::string& folder) {
  return read_number(folder + "/memory.max");
}

std::optional<double> read_v1_cpus(const std::string& folder) {
  const auto quota = read_number(folder + "/cpu.cfs_quota_us");
  return quota ? quotient(quota, read_number(folder + "/cpu.cfs_period_us")) : std::nullopt;
}
std::optional<std::uint64_t> read_v1_memory(const std::string& folder) {
  constexpr std::uint64_t kNoLimit = std::uint64_t{1} << 60;  // what the kernel shows for none is a little below 2^63
  const auto bytes = read_number(folder + "/memory.limit_in_bytes");
  return bytes && *bytes < kNoLimit ? bytes : std::nullopt;
}

bool names(std::string_view controllers, std::string_view wanted) {
  const auto parts = split_list(controllers, ',');
  return std::find(parts.begin(), parts.end(), wanted) != parts.end();
}

// The least limit of the cgroup's folder and those above it, up to the mount. Inside a container the path of
// /proc/self/cgroup may be the host's and not be there; the mount itself then is the cgroup.
template <typename T>
std::optional<T> least(const std::string& mount, std::string path, std::optional<T> (*read)(const std::string&)) {
  std::optional<T> limit;
  while (!path.empty() && path != "/") {
    lower(limit, read(mount + path));
    path.resize(path.rfind('/'));
  }
  lower(limit, read(mount));
  return limit;
}

// How a limit is read where either version has it.
template <typename T>
struct Controller {
  std::string_view name;
  std::optional<T> (*read_v1)(const std::string& folder);
  std::optional<T> (*read_v2)(const std::string& folder);
};

// One line of /proc/self/cgroup: "0::/path", "4:cpu,cpuacct:/path".
template <typename T>
std::optional<T> limit_of_line(const std::string& root, std::string_view line, const Controller<T>& controller) {
  const std::size_t first = line.find(':');
  const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
  if (second == std::string_view::npos || !line.substr(second + 1).starts_with('/')) return std::nullopt;
  const std::string_view controllers = line.substr(first + 1, second - first - 1);
  const std::string path(line.substr(second + 1));
  std::string mount = root + "/sys/fs/cgroup";
  if (controllers.empty()) return least(mount, path, controller.read_v2);
  if (!names(controllers, controller.name)) return std::nullopt;
  mount.append("/").append(controller.name);
  return least(mount, path, controller.read_v1);
}

template <typename T>
std::optional<T> cgroup_limit(const std::string& root, const Controller<T>& controller) {
  std::optional<T> limit;
  const auto text = read_small_file(root + "/proc/self/cgroup");
  std::string_view rest = text ? std::string_view(*text) : std::string_view();
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    lower(limit, limit_of_line(root, rest.substr(0, end), controller));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return limit;
}

unsigned affinity_cpus() {
  // The kernel refuses a mask smaller than its own: try larger ones, up to 2^16 CPUs.
  for (int cpus = 1024; cpus <= 1 << 16; cpus *= 4) {
    const std::size_t bytes = CPU_ALLOC_SIZE(cpus);
    const auto mask = std::make_unique<unsigned char[]>(bytes);
    auto* set = reinterpret_cast<cpu_set_t*>(mask.get());
    if (::sched_getaffinity(0, bytes, set) == 0) return static_cast<unsigned>(CPU_COUNT_S(bytes, set));
  }
  return 1;
}

}  // namespace

std::optional<std::string> read_small_file(const std::string& path) {
  constexpr std::size_t kBytesMax = std::size_t{16} << 10;
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  std::string text;
  std::array<char, 1024> part;  // most are much smaller: no page is touched for what is not there
  ssize_t count = 0;
  do {
    text.append(part.data(), static_cast<std::size_t>(count));
    count = ::read(file, part.data(), std::min(part.size(), kBytesMax - text.size()));
  } while (count > 0);
  ::close(file);
  if (count < 0) return std::nullopt;
  return text;
}

std::optional<double> cgroup_cpus(const std::string& root) {
  return cgroup_limit(root, Controller<double>{"cpu", read_v1_cpus, read_v2_cpus});
}

std::optional<std::uint64_t> cgroup_memory_bytes(const std::string& root) {
  return cgroup_limit(root, Controller<std::uint64_t>{"memory", read_v1_memory, read_v2_memory});
}

unsigned usable_cpus() {
  const unsigned cpus = std::max(affinity_cpus(), 1U);
  const auto quota = cgroup_cpus();
  if (!quota || *quota >= cpus) return cpus;
  return std::max(static_cast<unsigned>(std::ceil(*quota)), 1U);
}

OpenFiles raise_open_files() noexcept {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return {};
  OpenFiles files{static_cast<std::size_t>(limit.rlim_cur), static_cast<std::size_t>(limit.rlim_cur)};
  if (limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &limit) == 0) files.now = static_cast<std::size_t>(limit.rlim_cur);
  }
  return files;
}

}  // namespace planish::app
