// Text: the canonical text of a value, copied only as far as it differs from what was sent.
#pragma once

#include <core/canonical/copy_run.hpp>

#include <cassert>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace planish::core::canonical {

// The text so far is what stands in the buffer, and after that a run of the body that has not been copied yet. A place
// in the body has its place in the text by one addition. Where something changes, the run is copied, then the new
// bytes, and a new run begins. So white space, escapes, and numbers cost a copy of what stands between them, and a
// value in which nothing changes is never copied at all.
//
//   body    [begin_ ………………………… run_ ……… at]
//   text    [buffer_, offset(run_)[ + [run_, at[
class Text {
 public:
  // `buffer` has room for `room` bytes and for kRunSlack more on each side.
  Text(char* buffer, [[maybe_unused]] std::uint32_t room) noexcept : buffer_(buffer), room_(room) {}

  void begin(const char* body, std::uint32_t at) noexcept {
    body_ = body;
    begin_ = run_ = at;
    shift_ = 0U - at;
  }

  // The place in the text of a place in the body, in the run or at its end.
  [[nodiscard]] std::uint32_t offset(std::uint32_t at) const noexcept { return at + shift_; }
  // The other way round.
  [[nodiscard]] std::uint32_t place(std::uint32_t offset) const noexcept { return offset - shift_; }
  [[nodiscard]] bool is_in_run(std::uint32_t offset) const noexcept { return offset >= run_ + shift_; }
  [[nodiscard]] const char* at(std::uint32_t offset) const noexcept {
    return is_in_run(offset) ? body_ + place(offset) : buffer_ + offset;
  }
  [[nodiscard]] std::uint32_t run() const noexcept { return run_; }
  [[nodiscard]] bool is_as_sent() const noexcept { return run_ == begin_; }
  [[nodiscard]] char* buffer() const noexcept { return buffer_; }

  // The text from its beginning to a place in the body: where it was sent, or in the buffer.
  [[nodiscard]] const char* all(std::uint32_t end) noexcept {
    if (is_as_sent()) return body_ + begin_;
    flush(end);
    return buffer_;
  }

  // Copies the run as far as `at`.
  void flush(std::uint32_t at) noexcept {
    assert(at >= run_ && offset(at) <= room_);
    copy_run(buffer_ + offset(run_), body_ + run_, at - run_);
    run_ = at;
  }
  // Leaves out what stands from `from` to `to`.
  void skip(std::uint32_t from, std::uint32_t to) noexcept {
    flush(from);
    run_ = to;
    shift_ -= to - from;
  }
  // Writes `size` bytes in their place, in one step; `text` has room to read so many.
  template <std::uint32_t step>
  void replace(std::uint32_t from, std::uint32_t to, const char* text, std::uint32_t size) noexcept {
    static_assert(step <= kRunSlack + 1);
    flush(from);
    assert(size <= step && offset(from) + size <= room_);
    std::memcpy(buffer_ + offset(from), text, step);
    run_ = to;
    shift_ += size - (to - from);
  }
  // The run goes on at `at`, and the buffer ends at `end` now.
  void resume(std::uint32_t at, const char* end) noexcept {
    run_ = at;
    shift_ = static_cast<std::uint32_t>(end - buffer_) - at;
  }

 private:
  const char* body_ = nullptr;
  std::uint32_t begin_ = 0;  // of the value
  std::uint32_t run_ = 0;
  std::uint32_t shift_ = 0;  // modulo 2^32
  char* buffer_;
  [[maybe_unused]] std::uint32_t room_;  // asserted alone
};

}  // namespace planish::core::canonical
