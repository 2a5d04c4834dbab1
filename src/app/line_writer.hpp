// LineWriter: whole lines to a descriptor whose disk may be full and whose reader may be slow or gone.
#pragma once

#include <string_view>

namespace planish::app {

// One thread at a time. A copy goes on where the other one is.
class LineWriter {
 public:
  explicit LineWriter(int descriptor) noexcept : descriptor_(descriptor) {}

  // Writes a line with its newline, waiting for a reader that is slow. False: it is lost, or a part of it, which is
  // ended before the next line begins.
  [[nodiscard]] bool write(std::string_view line) noexcept;

  // Whether the reader takes so many bytes now.
  [[nodiscard]] bool takes_at_once(std::size_t bytes) const noexcept;

 private:
  int descriptor_;
  bool torn_ = false;  // what was written last is not the end of a line
};

}  // namespace planish::app
