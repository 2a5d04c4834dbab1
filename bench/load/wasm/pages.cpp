// Pages for the tests that want some, where there is no such thing: memory that stays readable. What is written in
// front of a buffer is still seen; what is written behind it is seen by the native tests only.
#include <sys/mman.h>

#include <cstdlib>

void* mmap(void*, std::size_t size, int, int, int, off_t) {
  constexpr std::size_t kPage = 65536;
  void* const pages = std::aligned_alloc(kPage, size);
  return pages != nullptr ? pages : MAP_FAILED;
}
int munmap(void* pages, std::size_t) {
  std::free(pages);
  return 0;
}
extern "C" int mprotect(void*, std::size_t, int) {
  return 0;
}
