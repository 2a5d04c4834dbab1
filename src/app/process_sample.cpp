// proc(5): /proc/self/stat, /proc/stat for the time of the boot, /proc/self/fd.
#include <app/process_sample.hpp>

#include <app/machine.hpp>
#include <app/values.hpp>

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>

namespace planish::app {
namespace {

// Fields of /proc/self/stat after the name in parentheses, which may hold anything; the first is field 3.
constexpr std::size_t kFirstField = 3;
constexpr std::size_t kUserTime = 14, kSystemTime = 15, kStartTime = 22, kVirtualBytes = 23, kResidentPages = 24;

// The time of the boot, out of /proc/stat; it does not change.
const std::string& boot_time() {
  static const std::string time = [] {
    const std::string text = read_small_file("/proc/stat").value_or("");
    const std::size_t begin = text.find("\nbtime ");
    return begin == std::string::npos ? std::string{} : text.substr(begin + 7, text.find('\n', begin + 7) - begin - 7);
  }();
  return time;
}

std::uint64_t count_descriptors() {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder{::opendir("/proc/self/fd"), &::closedir};
  if (!folder) return 0;
  std::uint64_t entries = 0;
  while (::readdir(folder.get()) != nullptr) ++entries;
  return entries - std::min<std::uint64_t>(entries, 3);  // ".", "..", and the one that listed them
}

}  // namespace

ProcessSample parse_stat(std::string_view stat, std::string_view boot_time_seconds, StatUnits units) {
  std::array<std::uint64_t, kResidentPages + 1> fields{};
  stat.remove_prefix(std::min(stat.rfind(')'), stat.size()));
  for (std::size_t i = kFirstField; i < fields.size() && !stat.empty(); ++i) {
    stat.remove_prefix(std::min(stat.find(' '), stat.size()));
    if (!stat.empty()) stat.remove_prefix(1);
    fields[i] = parse_unsigned(stat.substr(0, stat.find(' '))).value_or(0);
  }
  const auto ticks = static_cast<std::uint64_t>(std::max(units.ticks_per_second, 1L));
  ProcessSample sample;
  sample.cpu = std::chrono::nanoseconds{
      static_cast<std::int64_t>((fields[kUserTime] + fields[kSystemTime]) * (1'000'000'000 / ticks))};
  sample.started_at = std::chrono::milliseconds{static_cast<std::int64_t>(
      parse_unsigned(boot_time_seconds).value_or(0) * 1'000 + fields[kStartTime] * 1'000 / ticks)};
  sample.virtual_bytes = fields[kVirtualBytes];
  sample.resident_bytes = fields[kResidentPages] * static_cast<std::uint64_t>(units.page_bytes);
  return sample;
}

ProcessSample ProcessSampler::sample(std::chrono::nanoseconds now) {
  if (!counted_at_ || now - *counted_at_ >= std::chrono::seconds{1}) {
    open_descriptors_ = count_descriptors();
    counted_at_ = now;
  }
  const StatUnits units{::sysconf(_SC_CLK_TCK), ::sysconf(_SC_PAGESIZE)};
  ProcessSample sample = parse_stat(read_small_file("/proc/self/stat").value_or(""), boot_time(), units);
  sample.open_descriptors = open_descriptors_;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) sample.descriptors_max = limit.rlim_cur;
  return sample;
}

}  // namespace planish::app
