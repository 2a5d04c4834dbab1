// madvise(2) on the segments that the program headers name, and on nothing between them.
#include <app/program_pages.hpp>

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>

namespace planish::app {
namespace {

int forget_first(dl_phdr_info* program, std::size_t, void*) noexcept {
  forget_read_only_pages(program->dlpi_addr, {program->dlpi_phdr, program->dlpi_phnum});
  return 1;  // the program itself comes first; libraries that it may have keep theirs
}

}  // namespace

void forget_startup_pages() noexcept {
  static_cast<void>(::dl_iterate_phdr(&forget_first, nullptr));
}

void forget_read_only_pages(std::uintptr_t base, std::span<const ElfW(Phdr)> headers) noexcept {
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  for (const ElfW(Phdr) & segment : headers) {
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    // The kernel maps whole pages of the file; a segment has those that it begins and ends in to itself.
    const std::uintptr_t begin = (base + segment.p_vaddr) & ~(page - 1);
    const std::uintptr_t end = (base + segment.p_vaddr + segment.p_filesz + page - 1) & ~(page - 1);
    // NOLINTNEXTLINE(performance-no-int-to-ptr): an address that the kernel wants
    static_cast<void>(::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED));
  }
}

}  // namespace planish::app
