// operator new for the static release: the small allocations of the start come out of one block, one behind the other.
//
// musl's allocator maps pages anew for each size that it has not seen, a system call and a page fault a time, and a
// start sees most sizes once. What is freed here is not used again; behind the block, and for what is larger, it is
// malloc(). Requests allocate nothing, so all that a running server pays is a comparison.
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <new>

namespace {

constexpr std::size_t kBlockBytes = std::size_t{96} << 10;  // more than a start takes; a page costs once it is touched
constexpr std::size_t kSmallBytes = std::size_t{8} << 10;
constexpr std::size_t kAlignment = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

alignas(kAlignment) constinit std::byte block[kBlockBytes];
constinit std::atomic<std::size_t> used{0};

void* take(std::size_t bytes) noexcept {
  if (bytes > kSmallBytes || used.load(std::memory_order_relaxed) >= kBlockBytes) return nullptr;
  bytes = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  const std::size_t at = used.fetch_add(bytes, std::memory_order_relaxed);
  return at + bytes <= kBlockBytes ? block + at : nullptr;
}

bool is_taken(const void* memory) noexcept {
  return !std::less<>{}(memory, static_cast<const void*>(block)) &&
         std::less<>{}(memory, static_cast<const void*>(block + kBlockBytes));
}

}  // namespace

void* operator new(std::size_t bytes) {
  if (void* memory = take(bytes)) return memory;
  for (;;) {
    if (void* memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
  }
}

void operator delete(void* memory) noexcept {
  if (!is_taken(memory)) std::free(memory);
}
