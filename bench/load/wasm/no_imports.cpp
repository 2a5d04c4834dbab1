// What the C and C++ run times would ask the host for, answered inside: no environment, no output, no end of process.
#include <cstddef>

extern "C" char* getenv(const char*) {
  return nullptr;
}
extern "C" [[noreturn]] void abort_message(const char*, ...) {
  __builtin_trap();
}
extern "C" [[noreturn]] void abort() {
  __builtin_trap();
}
extern "C" int __cxa_atexit(void (*)(void*), void*, void*) {
  return 0;
}

namespace std {
inline namespace __2 {
[[noreturn]] void __libcpp_verbose_abort(const char*, ...) noexcept {
  __builtin_trap();
}
}  // namespace __2
}  // namespace std
