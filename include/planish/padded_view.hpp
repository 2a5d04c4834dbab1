// PaddedView: bytes that a parser may read, and for a moment write, a little past their end.
#pragma once

#include <cassert>
#include <cstddef>
#include <span>
#include <string_view>

namespace planish {

// Bytes after a body that must be readable and writable; their content does not matter. simdjson's stage 1 reads
// them, and the walk puts a NUL after the body and restores what stood there.
inline constexpr std::size_t kPadding = 64;

// A body in somebody else's buffer, followed by kPadding bytes of the same buffer. The precondition is the type.
class PaddedView {
 public:
  PaddedView() = delete;

  // `buffer` holds `size` bytes of body and at least kPadding more. Owns nothing; the buffer must outlive the view.
  PaddedView(std::span<char> buffer, std::size_t size) noexcept : data_(buffer.data()), size_(size) {
    assert(buffer.size() >= size + kPadding);
  }

  [[nodiscard]] char* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::string_view text() const noexcept { return {data_, size_}; }

 private:
  char* data_;
  std::size_t size_;
};

}  // namespace planish
