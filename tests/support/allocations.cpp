// Counts what operator new is asked for, in place of the library's. The sanitizers want it for themselves.
#include <support/allocations.hpp>

#include <atomic>
#include <cstdlib>
#include <new>

namespace {
std::atomic<std::size_t> asked{0};
std::atomic<std::size_t> asked_bytes{0};
}  // namespace

std::size_t planish::support::allocations() noexcept {
  return asked;
}

std::size_t planish::support::allocated_bytes() noexcept {
  return asked_bytes;
}

[[gnu::noinline]] void* operator new(std::size_t size) {
  ++asked;
  asked_bytes += size;
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
#if defined(__cpp_exceptions)
  throw std::bad_alloc();
#else  // the tests under WebAssembly
  std::abort();
#endif
}
[[gnu::noinline]] void* operator new[](std::size_t size) {
  return operator new(size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete[](void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}
