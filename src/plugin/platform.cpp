// What wasmtime asks of the operating system when it is built without Rust's std. Their names are wasmtime's.
#include <plugin/code_map.hpp>
#include <plugin/engine.hpp>
#include <plugin/guest_memory.hpp>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <sched.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

using TrapEntry = void (*)(std::size_t instruction, std::size_t frame, bool has_address, std::size_t address);

namespace planish::plugin {
namespace {

// Memory that wasmtime manages itself is never executable: code is mapped by CodeMap alone.
constexpr std::uint32_t kReadWrite = PROT_READ | PROT_WRITE;
constexpr int kFresh = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

// wasmtime's pointer to the calls that are under way in this thread.
thread_local constinit void* calls_under_way = nullptr;

struct Caught {
  int number;
  struct sigaction before;
};
constinit Caught caught[] = {{SIGSEGV, {}}, {SIGILL, {}}, {SIGFPE, {}}};
constinit TrapEntry trap_entry = nullptr;

// It was not a guest's: what stood there before has its turn, as if this one had never been.
void pass_on(const Caught& of, siginfo_t* info, void* context) noexcept {
  if ((of.before.sa_flags & SA_SIGINFO) != 0) {
    of.before.sa_sigaction(of.number, info, context);
    return;
  }
  if (of.before.sa_handler != SIG_DFL && of.before.sa_handler != SIG_IGN) {
    of.before.sa_handler(of.number);
    return;
  }
  if (of.before.sa_handler == SIG_IGN && info->si_code <= 0) return;  // sent by somebody, and ignored
  struct sigaction usual = {};
  usual.sa_handler = SIG_DFL;
  sigaction(of.number, &usual, nullptr);
  if (info->si_code <= 0) raise(of.number);  // a fault comes again by itself, and dies with its own address
}

// The engine itself, in the place of its guest, has touched a page that the system has no memory for: memory.fill does.
// A guest's own instruction would be its trap; from here there is no way back.
[[noreturn]] void end_without_memory() noexcept {
  constexpr int kExitSystem = 71;  // as wherever the system gives no memory
  constexpr std::string_view kWords = "planish: out of memory\n";
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, kWords.data(), kWords.size());
  _exit(kExitSystem);
}

void on_signal(int number, siginfo_t* info, void* context) noexcept {
  const int error = errno;
  const bool is_fault = info->si_code > 0;
  if (is_fault && number == SIGSEGV && GuestMemory::opened_at_first_touch(info->si_addr)) {
    errno = error;
    return;
  }
  if (is_fault && calls_under_way != nullptr) {
    const mcontext_t& machine = static_cast<ucontext_t*>(context)->uc_mcontext;
#if defined(__x86_64__)
    const auto instruction = static_cast<std::size_t>(machine.gregs[REG_RIP]);
    const auto frame = static_cast<std::size_t>(machine.gregs[REG_RBP]);
#else
    const auto instruction = static_cast<std::size_t>(machine.pc);
    const auto frame = static_cast<std::size_t>(machine.regs[29]);
#endif
    // Does not return where the instruction is a guest's.
    trap_entry(instruction, frame, number == SIGSEGV, reinterpret_cast<std::size_t>(info->si_addr));
  }
  if (is_fault && number == SIGSEGV && GuestMemory::is_inside(info->si_addr)) end_without_memory();
  for (const Caught& of : caught) {
    if (of.number == number) pass_on(of, info, context);
  }
  errno = error;
}

// A lock is a word, zero at first. Held for less than a microsecond, and wanted by two only while plugins are loaded,
// instances made and traps looked up: who finds it taken lets another thread run.
constexpr std::size_t kFree = 0;
constexpr std::size_t kWritten = ~std::size_t{0};  // else the number of readers

void acquire(std::size_t* word, std::size_t from, std::size_t to) noexcept {
  std::atomic_ref<std::size_t> lock(*word);
  std::size_t seen = from;
  while (!lock.compare_exchange_weak(seen, to, std::memory_order_acquire, std::memory_order_relaxed)) {
    sched_yield();
    seen = from;
  }
}

void read(std::size_t* word) noexcept {
  std::atomic_ref<std::size_t> lock(*word);
  std::size_t seen = lock.load(std::memory_order_relaxed);
  for (;;) {
    if (seen == kWritten) {
      sched_yield();
      seen = lock.load(std::memory_order_relaxed);
    } else if (lock.compare_exchange_weak(seen, seen + 1, std::memory_order_acquire, std::memory_order_relaxed)) {
      return;
    }
  }
}

void release(std::size_t* word) noexcept {
  std::atomic_ref<std::size_t>(*word).store(kFree, std::memory_order_release);
}

int errno_or_zero(bool failed) noexcept {
  return failed ? errno : 0;
}

}  // namespace
}  // namespace planish::plugin

using namespace planish::plugin;

// NOLINTBEGIN(readability-identifier-naming)
extern "C" {

std::size_t wasmtime_page_size() {
  static const auto size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return size;
}
int wasmtime_mmap_new(std::size_t size, std::uint32_t protection, std::uint8_t** out) {
  void* const at = mmap(nullptr, size, static_cast<int>(protection & kReadWrite), kFresh, -1, 0);
  if (at == MAP_FAILED) return errno;
  *out = static_cast<std::uint8_t*>(at);
  return 0;
}
int wasmtime_mmap_remap(std::uint8_t* at, std::size_t size, std::uint32_t protection) {
  return errno_or_zero(mmap(at, size, static_cast<int>(protection & kReadWrite), kFresh | MAP_FIXED, -1, 0) ==
                       MAP_FAILED);
}
int wasmtime_munmap(std::uint8_t* at, std::size_t size) {
  return errno_or_zero(munmap(at, size) != 0);
}
int wasmtime_mprotect(std::uint8_t* at, std::size_t size, std::uint32_t protection) {
  return errno_or_zero(mprotect(at, size, static_cast<int>(protection & kReadWrite)) != 0);
}

// Copy-on-write images of memories are not used: GuestMemory fills them.
int wasmtime_memory_image_new(const std::uint8_t*, std::size_t, void** out) {
  *out = nullptr;
  return 0;
}
int wasmtime_memory_image_map_at(void*, std::uint8_t*, std::size_t) {
  return ENOSYS;
}
void wasmtime_memory_image_free(void*) {}

// The engine, once, at its making.
int wasmtime_init_traps(TrapEntry entry) {
  trap_entry = entry;
  for (Caught& of : caught) {
    struct sigaction action = {};
    action.sa_sigaction = on_signal;
    // A trap leaves the handler by a jump, so the signal must not stay blocked.
    action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK;
    if (sigaction(of.number, &action, &of.before) != 0) return errno;
  }
  return 0;
}

void* wasmtime_tls_get(std::size_t) {
  return calls_under_way;
}
void wasmtime_tls_set(std::size_t, void* pointer) {
  calls_under_way = pointer;
}

void wasmtime_sync_lock_acquire(std::size_t* lock) {
  acquire(lock, kFree, kWritten);
}
void wasmtime_sync_lock_release(std::size_t* lock) {
  release(lock);
}
void wasmtime_sync_lock_free(std::size_t*) {}
void wasmtime_sync_rwlock_read(std::size_t* lock) {
  read(lock);
}
void wasmtime_sync_rwlock_read_release(std::size_t* lock) {
  std::atomic_ref<std::size_t>(*lock).fetch_sub(1, std::memory_order_release);
}
void wasmtime_sync_rwlock_write(std::size_t* lock) {
  acquire(lock, kFree, kWritten);
}
void wasmtime_sync_rwlock_write_release(std::size_t* lock) {
  release(lock);
}
void wasmtime_sync_rwlock_free(std::size_t*) {}

int planish_code_publish(const std::uint8_t* text, std::size_t size) {
  return CodeMap::publish(text, size);
}

void planish_engine_panic(const char* file, std::size_t size, std::uint32_t line) {
  std::fprintf(stderr, "planish: the plugin engine gave up at %.*s:%u\n", static_cast<int>(size), file, line);
  std::abort();
}

// Nothing unwinds: panics abort. But the core library that comes with rustc names it.
void rust_eh_personality() {
  std::abort();
}

}  // extern "C"
// NOLINTEND(readability-identifier-naming)
