// operator new for the static release: the allocations of a start, without the page faults of malloc().
//
// Small ones come out of one block, one behind the other: musl's allocator maps pages anew for each size that it has
// not seen, a system call and a page fault a time, and a start sees most sizes once. The first large ones, the threads'
// buffers, are mapped as they are and their sizes kept aside: malloc() writes before and behind each, which costs two
// pages, and often two page tables, of memory that no request may ever touch.
//
// What is freed here is not used again; all else is malloc(). Requests allocate nothing, so all that a running server
// pays is a comparison.
#include <sys/mman.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <new>

// From the linker: where the variables without a value of their own begin and end.
extern "C" {
extern char __bss_start;
extern char _end;
}

namespace {

constexpr std::size_t kBlockBytes = std::size_t{96} << 10;  // more than a start takes; a page costs once it is touched
constexpr std::size_t kSmallBytes = std::size_t{8} << 10;
constexpr std::uintptr_t kPage = 4096;  // the least one of any machine
constexpr std::size_t kAlignment = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

alignas(kPage) constinit std::byte block[kBlockBytes];
constinit std::atomic<std::size_t> used{0};

constexpr std::size_t round_up(std::size_t bytes, std::size_t alignment) noexcept {
  return (bytes + alignment - 1) / alignment * alignment;
}

void* take(std::size_t bytes, std::size_t alignment = kAlignment) noexcept {
  if (bytes > kSmallBytes || used.load(std::memory_order_relaxed) >= kBlockBytes) return nullptr;
  const std::size_t wanted = round_up(bytes, kAlignment) + alignment - kAlignment;
  const std::size_t at = used.fetch_add(wanted, std::memory_order_relaxed);
  if (at + wanted > kBlockBytes) return nullptr;
  return block +
         (round_up(reinterpret_cast<std::uintptr_t>(block) + at, alignment) - reinterpret_cast<std::uintptr_t>(block));
}

bool is_taken(const void* memory) noexcept {
  return !std::less<>{}(memory, static_cast<const void*>(block)) &&
         std::less<>{}(memory, static_cast<const void*>(block + kBlockBytes));
}

// What malloc() would map too (its own bound is close to this).
constexpr std::size_t kLargeBytes = std::size_t{128} << 10;
constexpr std::size_t kMappingsMax = 32;  // six threads' buffers

struct Mapping {
  std::atomic<void*> memory{nullptr};
  std::size_t bytes = 0;
};

constinit std::array<Mapping, kMappingsMax> mappings;
constinit std::atomic<std::size_t> mappings_used{0};

void* map(std::size_t bytes) noexcept {
  if (bytes < kLargeBytes || mappings_used.load(std::memory_order_relaxed) >= kMappingsMax) return nullptr;
  const std::size_t at = mappings_used.fetch_add(1, std::memory_order_relaxed);
  if (at >= kMappingsMax) return nullptr;
  void* const memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
  mappings[at].bytes = bytes;
  mappings[at].memory.store(memory, std::memory_order_release);
  return memory;
}

bool unmap(void* memory) noexcept {
  if (memory == nullptr || reinterpret_cast<std::uintptr_t>(memory) % kPage != 0) return false;
  for (Mapping& mapping : mappings) {
    if (mapping.memory.load(std::memory_order_acquire) != memory) continue;
    mapping.memory.store(nullptr, std::memory_order_relaxed);
    return ::munmap(memory, mapping.bytes) == 0;
  }
  return false;
}

template <typename Allocate>
void* insist(Allocate allocate) {
  for (;;) {
    if (void* memory = allocate()) return memory;
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
  }
}

// What a start is going to touch of the block, and the variables on both sides of it, in one call rather than a page at
// a time. Kernels before 5.14 don't know it, and nothing depends on it.
constexpr std::size_t kTouchedBytes = std::size_t{56} << 10;
constexpr int kPopulateWrite = 23;  // MADV_POPULATE_WRITE, which musl's headers don't have

void touch(const void* from, const void* to) noexcept {
  const auto begin = reinterpret_cast<std::uintptr_t>(from) / kPage * kPage;
  const auto bytes = reinterpret_cast<std::uintptr_t>(to) - begin;
  // NOLINTNEXTLINE(performance-no-int-to-ptr): an address that the kernel wants
  static_cast<void>(::madvise(reinterpret_cast<void*>(begin), bytes, kPopulateWrite));
}

[[gnu::constructor(101)]] void touch_memory() noexcept {
  touch(&__bss_start, block + kTouchedBytes);
  touch(block + kBlockBytes, &_end);
}

}  // namespace

void* operator new(std::size_t bytes) {
  if (void* memory = take(bytes)) return memory;
  if (void* memory = map(bytes)) return memory;
  return insist([bytes] { return std::malloc(bytes == 0 ? 1 : bytes); });
}

void* operator new(std::size_t bytes, std::align_val_t alignment) {
  const auto least = static_cast<std::size_t>(alignment);
  if (void* memory = take(bytes, least)) return memory;
  return insist([=] { return std::aligned_alloc(least, round_up(bytes, least)); });
}

void operator delete(void* memory) noexcept {
  if (!is_taken(memory) && !unmap(memory)) std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
  operator delete(memory);
}

void operator delete(void* memory, std::align_val_t) noexcept {
  operator delete(memory);
}
