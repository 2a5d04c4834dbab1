// Reads in chunks; what goes beyond the limit is read and dropped.
#include <app/body_reader.hpp>

#include <planish/padded_view.hpp>

#include <algorithm>

namespace planish::app {

BodyReader::BodyReader(std::FILE* file, std::size_t body_bytes_max)
    : file_(file),
      size_max_(body_bytes_max + 1),
      capacity_(size_max_ + kPadding),
      body_(std::make_unique_for_overwrite<char[]>(capacity_)),
      chunk_(64 * 1024) {}

bool BodyReader::fill() {
  begin_ = 0;
  end_ = std::fread(chunk_.data(), 1, chunk_.size(), file_);
  return end_ > 0;
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
