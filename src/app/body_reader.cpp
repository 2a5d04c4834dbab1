// Reads in chunks; what goes beyond the limit is read and dropped.
#include <app/body_reader.hpp>

#include <planish/padded_view.hpp>

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace planish::app {

BodyReader::BodyReader(int descriptor, std::size_t body_bytes_max, std::function<void()> before_waiting)
    : descriptor_(descriptor),
      size_max_(body_bytes_max + 1),
      capacity_(size_max_ + kPadding),
      body_(std::make_unique_for_overwrite<char[]>(capacity_)),
      before_waiting_(std::move(before_waiting)),
      chunk_(64 * 1024) {}

// Also where reading would not wait: at the end, or for an error.
bool BodyReader::is_ready(int patience_ms) const noexcept {
  pollfd wait{descriptor_, POLLIN, 0};
  return ::poll(&wait, 1, patience_ms) != 0;
}

bool BodyReader::fill() {
  begin_ = end_ = 0;
  if (ended_) return false;
  if (!is_ready(0)) before_waiting_();
  for (;;) {
    const ssize_t count = ::read(descriptor_, chunk_.data(), chunk_.size());
    if (count >= 0) {
      end_ = static_cast<std::size_t>(count);
      ended_ = count == 0;
      return !ended_;
    }
    if (errno == EAGAIN) {
      static_cast<void>(is_ready(-1));
    } else if (errno != EINTR) {
      failed_ = true;
      return false;
    }
  }
}

void BodyReader::append(std::span<const char> bytes) {
  const std::size_t count = std::min(bytes.size(), size_max_ - size_);
  std::copy_n(bytes.begin(), count, body_.get() + size_);
  size_ += count;
}

bool BodyReader::read_line() {
  size_ = 0;
  bool any = false;
  while (begin_ < end_ || fill()) {
    any = true;
    const std::span<const char> rest{chunk_.data() + begin_, end_ - begin_};
    const auto newline = std::find(rest.begin(), rest.end(), '\n');
    const auto length = static_cast<std::size_t>(newline - rest.begin());
    append(rest.first(length));
    begin_ += length;
    if (newline == rest.end()) continue;
    ++begin_;
    break;
  }
  return any;
}

void BodyReader::read_all() {
  size_ = 0;
  while (size_ < size_max_ && fill()) append({chunk_.data(), end_});
  begin_ = end_ = 0;
}

}  // namespace planish::app
