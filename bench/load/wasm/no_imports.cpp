// What the C and C++ run times would ask the host for, answered inside: no environment, no output, no end of process.
#include <cstddef>

// The kernel is said here: simdjson asks for the machine's features, and takes a WebAssembly machine to have none.
extern "C" char* getenv(const char* name) {
  static char kernel[] = KERNEL;
  return __builtin_strcmp(name, "SIMDJSON_FORCE_IMPLEMENTATION") == 0 ? kernel : nullptr;
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
