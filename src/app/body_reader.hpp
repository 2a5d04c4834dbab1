// BodyReader: bodies from a file, whole or a line each, into one bounded buffer with the padding that parsers need.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace planish::app {

class BodyReader {
 public:
  // `descriptor` stays the caller's. `before_waiting` is called whenever nothing is there to be read yet, so that what
  // was said so far can be sent to who may be waiting for it before asking on.
  BodyReader(int descriptor, std::size_t body_bytes_max, std::function<void()> before_waiting);

  // Reads the next line, without its newline, or all there is. False at the end of the file: there is no further line.
  bool read_line();
  void read_all();

  // The body read, and the padding after it. A body that is too long has body_bytes_max + 1 bytes, whatever it was.
  [[nodiscard]] std::span<char> buffer() const noexcept { return {body_.get(), capacity_}; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool failed() const noexcept { return failed_; }

 private:
  bool fill();
  [[nodiscard]] bool is_ready(int patience_ms) const noexcept;
  void append(std::span<const char>);

  int descriptor_;
  std::size_t size_max_;  // the limit and one more
  std::size_t capacity_;
  std::unique_ptr<char[]> body_;
  std::function<void()> before_waiting_;
  std::size_t size_ = 0;
  bool failed_ = false;
  bool ended_ = false;  // a terminal would be asked again
  std::vector<char> chunk_;
  std::size_t begin_ = 0;  // what is left of the chunk
  std::size_t end_ = 0;
};

}  // namespace planish::app
