// WaitMemory: room for the bookkeeping of one wait of the reactor, so that none is ever allocated.
#pragma once

#include <cassert>
#include <cstddef>

namespace planish::net {

// Each connection has one, idle or not, so it is as large as what Asio makes of a handler of one pointer, and no
// larger: its operation, of nine words, the handler, and the work that it stands for.
struct alignas(void*) WaitMemory {
  static constexpr std::size_t kBytes = 11 * sizeof(void*);
  std::byte bytes[kBytes];
};

// One wait at a time, so there is nothing to keep.
template <class T>
struct WaitAllocator {
  using value_type = T;
  WaitMemory* memory;

  explicit WaitAllocator(WaitMemory* of_owner) noexcept : memory(of_owner) {}
  template <class U>
  explicit(false) WaitAllocator(const WaitAllocator<U>& other) noexcept : memory(other.memory) {}

  [[nodiscard]] T* allocate([[maybe_unused]] std::size_t count) noexcept {
    static_assert(sizeof(T) <= WaitMemory::kBytes && alignof(T) <= alignof(WaitMemory));
    assert(count == 1);
    return reinterpret_cast<T*>(memory->bytes);
  }
  void deallocate(T*, std::size_t) noexcept {}
  template <class U>
  bool operator==(const WaitAllocator<U>& other) const noexcept {
    return memory == other.memory;
  }
};

}  // namespace planish::net
