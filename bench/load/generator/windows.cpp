// Windows of an open loop, and the kernel's counters at their edges.
#include "windows.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <string_view>

namespace load {
namespace {

std::string_view read_again(int fd, std::array<char, 512>& buffer) {
  const auto got = pread(fd, buffer.data(), buffer.size(), 0);
  return {buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
}

// The field of this index, counted from 0, of a line of numbers.
std::uint64_t field(std::string_view line, unsigned index) {
  line = line.substr(0, line.find('\n'));
  while (!line.empty()) {
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    const auto end = std::min(line.find(' '), line.size());
    if (index-- == 0) {
      std::uint64_t value = 0;
      std::from_chars(line.data(), line.data() + end, value);
      return value;
    }
    line.remove_prefix(end);
  }
  return 0;
}

}  // namespace

Watch::Watch(const std::string& schedstats) : stat_(open("/proc/stat", O_RDONLY | O_CLOEXEC)) {
  for (std::size_t begin = 0; begin < schedstats.size();) {
    const auto end = std::min(schedstats.find(',', begin), schedstats.size());
    const int fd = open(schedstats.substr(begin, end - begin).c_str(), O_RDONLY | O_CLOEXEC);
    if (fd >= 0) threads_.push_back(fd);
    begin = end + 1;
  }
}

Watch::~Watch() {
  for (const int fd : threads_) close(fd);
  if (stat_ >= 0) close(stat_);
}

Watch::Seen Watch::look() const {
  std::array<char, 512> buffer;
  Seen seen;
  for (const int fd : threads_)
    seen.delay_ns += field(read_again(fd, buffer), 1);                     // time on a CPU, time waiting for one
  if (stat_ >= 0) seen.steal_ticks = field(read_again(stat_, buffer), 8);  // "cpu", user, nice, …
  return seen;
}

Windows::Windows(std::chrono::nanoseconds duration, const std::string& schedstats)
    : windows_(static_cast<std::size_t>(std::max<std::int64_t>(1, (duration + width).count() / width.count()))),
      watch_(schedstats),
      seen_(watch_.look()) {}

Window& Windows::at(std::chrono::nanoseconds since_start) {
  const auto index = static_cast<std::size_t>(std::max<std::int64_t>(0, since_start / width));
  return windows_[std::min(index, windows_.size() - 1)];
}

void Windows::turn(std::chrono::nanoseconds now, bool was_idle) {
  const auto gap = static_cast<std::uint64_t>((now - last_turn_).count());
  if (was_idle) at(last_turn_).idle_ns += gap;
  const auto last = static_cast<std::size_t>(last_turn_ / width);
  const auto current = static_cast<std::size_t>(now / width);
  for (auto i = last; i <= current && i < windows_.size(); ++i) raise(windows_[i].gap_ns, gap);
  if (current != last) look(last, current);
  last_turn_ = now;
}

// What happened is known of all the windows that ended since the last look together: each of them has it.
void Windows::look(std::size_t from, std::size_t to) {
  const auto seen = watch_.look();
  for (auto i = from; i < to && i < windows_.size(); ++i) {
    windows_[i].delay_ns = seen.delay_ns - seen_.delay_ns;
    windows_[i].steal_ticks = seen.steal_ticks - seen_.steal_ticks;
  }
  seen_ = seen;
}

}  // namespace load
