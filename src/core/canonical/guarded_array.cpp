// GuardedBlock by mmap, or a plain block where that is not to be had.
#include <core/canonical/guarded_array.hpp>

#include <atomic>
#include <new>

#if !defined(__wasm__)
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace planish::core::canonical {
namespace {

std::atomic<std::size_t> all{0};

}  // namespace

#if defined(__wasm__)

void* GuardedBlock::map(std::size_t) noexcept {
  return nullptr;
}
void GuardedBlock::unmap() noexcept {}

#else

namespace {

constexpr bool kHasRedZones =
#if defined(__SANITIZE_ADDRESS__)
    true;
#elif defined(__has_feature)
    __has_feature(address_sanitizer) != 0;
#else
    false;
#endif

std::size_t up_to(std::size_t bytes, std::size_t grain) noexcept {
  return (bytes + grain - 1) / grain * grain;
}

std::size_t page_bytes() noexcept {
  return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

void* GuardedBlock::map(std::size_t bytes) noexcept {
  if (kHasRedZones) return nullptr;
  const std::size_t page = page_bytes(), used = up_to(bytes, page);
  void* const pages = ::mmap(nullptr, used + page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (pages == MAP_FAILED) return nullptr;
  if (used == 0 || ::mprotect(pages, used, PROT_READ | PROT_WRITE) == 0) {
    return static_cast<std::byte*>(pages) + (used - bytes);
  }
  ::munmap(pages, used + page);
  return nullptr;
}

void GuardedBlock::unmap() noexcept {
  const std::size_t page = page_bytes(), used = up_to(bytes_, page);
  ::munmap(static_cast<std::byte*>(begin_) - (used - bytes_), used + page);
}

#endif

GuardedBlock::GuardedBlock(std::size_t bytes)
    : begin_(map((bytes + kGrain - 1) / kGrain * kGrain)),
      bytes_((bytes + kGrain - 1) / kGrain * kGrain),
      mapped_(begin_ != nullptr) {
  if (mapped_) {
    all.fetch_add(bytes_, std::memory_order_relaxed);
  } else {
    begin_ = ::operator new(bytes);  // which says it where there is no memory, as for every other array
  }
}

GuardedBlock::~GuardedBlock() {
  if (mapped_) {
    all.fetch_sub(bytes_, std::memory_order_relaxed);
    unmap();
  } else {
    ::operator delete(begin_);
  }
}

std::size_t GuardedBlock::all_bytes() noexcept {
  return all.load(std::memory_order_relaxed);
}

}  // namespace planish::core::canonical
