// GuardedArray: an array that ends where memory ends, so that the processor looks at each write beyond it.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

namespace planish::core::canonical {

// The bytes after `bytes` are a page that nobody may touch: whoever writes there, since a bound does not hold that was
// derived, ends the process at the place of writing, in every build type and without an instruction. AddressSanitizer
// does the same with red zones on both sides, and Wasm has no pages to protect; there it is a plain block.
class GuardedBlock {
 public:
  // What the size is rounded up to, so the guard begins after less than that.
  static constexpr std::size_t kGrain = alignof(std::max_align_t);

  // Throws std::bad_alloc.
  explicit GuardedBlock(std::size_t bytes);
  ~GuardedBlock();
  GuardedBlock(const GuardedBlock&) = delete;
  GuardedBlock& operator=(const GuardedBlock&) = delete;
  GuardedBlock(GuardedBlock&& other) noexcept
      : begin_(std::exchange(other.begin_, nullptr)),
        bytes_(other.bytes_),
        mapped_(std::exchange(other.mapped_, false)) {}
  GuardedBlock& operator=(GuardedBlock&&) = delete;

  [[nodiscard]] void* begin() const noexcept { return begin_; }
  // What a block may take beyond its bytes: it begins within a page, here the largest that Linux may have on such a
  // machine. (The guard's own page is never there.)
#if defined(__aarch64__)
  static constexpr std::size_t kRoundingMax = std::size_t{64} << 10;
#else
  static constexpr std::size_t kRoundingMax = 4096;
#endif
  // Of all blocks with a guard that there are now. operator new has not heard of them.
  [[nodiscard]] static std::size_t all_bytes() noexcept;

 private:
  // Null where there are no pages to be had.
  [[nodiscard]] static void* map(std::size_t bytes) noexcept;
  void unmap() noexcept;

  void* begin_;
  std::size_t bytes_;
  bool mapped_;
};

// Its elements are not initialised.
template <class T>
class GuardedArray {
  static_assert(std::is_trivially_default_constructible_v<T> && std::is_trivially_destructible_v<T>);
  static_assert(alignof(T) <= GuardedBlock::kGrain);

 public:
  explicit GuardedArray(std::size_t size) : block_(size * sizeof(T)) {}
  [[nodiscard]] T* get() const noexcept { return static_cast<T*>(block_.begin()); }

 private:
  GuardedBlock block_;
};

}  // namespace planish::core::canonical
