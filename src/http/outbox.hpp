// Outbox: the thread's answers, in order, until one system call takes them. Memory is fixed, but where a reload needs
// more.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace planish::http {

//   memory_: [ piece 0 ][gap][ piece 1 ][ piece 2 ][gap][ free ...            ]
//                                                        ^ used_               ^ capacity_
// Gaps are left where an answer was written right-aligned into its headroom.
class Outbox {
 public:
  static constexpr std::size_t kPiecesMax = 64;

  explicit Outbox(std::size_t capacity)
      : memory_(std::make_unique_for_overwrite<char[]>(capacity)), capacity_(capacity) {}

  // The bytes that may be written next. Empty once kPiecesMax pieces wait.
  [[nodiscard]] std::span<char> free() noexcept {
    return pieces_used_ == kPiecesMax ? std::span<char>{} : std::span(memory_.get() + used_, capacity_ - used_);
  }

  // Takes over `piece`, which lies in free(); what stands before it there is given up. Adjoining pieces become one.
  void push(std::span<const char> piece) noexcept {
    if (piece.empty()) return;
    assert(piece.data() >= memory_.get() + used_ && piece.data() + piece.size() <= memory_.get() + capacity_);
    if (pieces_used_ > 0 && end_of(pieces_[pieces_used_ - 1]) == piece.data()) {
      std::string_view& last = pieces_[pieces_used_ - 1];
      last = {last.data(), last.size() + piece.size()};
    } else {
      assert(pieces_used_ < kPiecesMax);
      pieces_[pieces_used_++] = {piece.data(), piece.size()};
    }
    used_ = static_cast<std::size_t>(piece.data() + piece.size() - memory_.get());
    bytes_ += piece.size();
  }

  [[nodiscard]] std::span<const std::string_view> pieces() const noexcept { return {pieces_.data(), pieces_used_}; }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] bool empty() const noexcept { return bytes_ == 0; }
  // Of an empty one: at least so much.
  void grow(std::size_t capacity) {
    assert(empty());
    if (capacity <= capacity_) return;
    memory_ = std::make_unique_for_overwrite<char[]>(capacity);
    capacity_ = capacity;
  }
  void clear() noexcept { used_ = bytes_ = pieces_used_ = 0; }

 private:
  static const char* end_of(std::string_view piece) noexcept { return piece.data() + piece.size(); }

  std::unique_ptr<char[]> memory_;
  std::size_t capacity_;
  std::size_t used_ = 0;
  std::size_t bytes_ = 0;
  std::size_t pieces_used_ = 0;
  std::array<std::string_view, kPiecesMax> pieces_;
};

}  // namespace planish::http
