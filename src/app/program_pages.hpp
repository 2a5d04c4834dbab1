// The program's own pages, as the kernel has mapped them: dl_iterate_phdr(3), elf(5).
#pragma once

#include <link.h>

#include <cstdint>
#include <span>

namespace planish::app {

// Lets go of the program's read-only pages, most of which only the start needed; what is used again comes back from the
// page cache. Less resident memory, by about a megabyte.
void forget_startup_pages() noexcept;

// The same of a program with these headers, loaded at `base`. Only what it has mapped from its file and cannot write
// is let go: between two segments there may be pages that are not the program's, and malloc's are as good as any there.
void forget_read_only_pages(std::uintptr_t base, std::span<const ElfW(Phdr)> headers) noexcept;

}  // namespace planish::app
