// planish::Transformer, whose work is done by the core as WebAssembly that wasm2c translated to C. Linked in front of
// the native core, so that socket, HTTP and configuration are planish's own and the sandbox is the only difference.
//
// FRESH_INSTANCE=1: an instance for each request. One thread only: wasm2c's run time has one place that a trap jumps
// to.
#include <planish/transformer.hpp>

#include "core_wasm.h"
#include "wasm-rt-impl.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

namespace planish {
namespace {

static_assert(sizeof(Fault) == 16, "as in the module, so that faults are copied as they are");

// Reserved by wasm2c's run time for each memory with guard pages, of which it gives back only what was used.
[[maybe_unused]] constexpr std::size_t kReserved = 0x2'0000'0000;

class Instance {
 public:
  explicit Instance(const Options& options) {
    Z_core_instantiate(&core_);
    run([&] {
      Z_coreZ__initialize(&core_);
      Z_coreZ_configure(&core_, static_cast<u32>(options.hash), static_cast<u32>(options.canonical),
                        static_cast<u32>(options.timestamp_unit), static_cast<u32>(options.body_bytes_max),
                        options.events_max);
    });
  }
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;
  ~Instance() {
#if WASM_RT_MEMCHECK_SIGNAL_HANDLER
    auto* const behind = core_.w2c_memory.data + core_.w2c_memory.size;
    const std::size_t rest = kReserved - core_.w2c_memory.size;
    Z_core_free(&core_);
    munmap(behind, rest);
#else
    Z_core_free(&core_);
#endif
  }

  Z_core_instance_t* core() {
    return &core_;
  }
  char* at(u32 address) {
    return reinterpret_cast<char*>(core_.w2c_memory.data) + address;
  }

  // A trap ends the process: the core has none, and a server that had would have to throw the instance away.
  template <typename Call>
  static void run(Call call) {
    const auto trap = wasm_rt_impl_try();
    if (trap != 0) {
      std::fprintf(stderr, "trap %d\n", static_cast<int>(trap));
      std::abort();
    }
    call();
  }

 private:
  Z_core_instance_t core_{};
};

void start_run_time() {
  if (wasm_rt_is_initialized()) return;
  wasm_rt_init();
  Z_core_init_module();
}

}  // namespace

class Transformer::Impl {
 public:
  explicit Impl(const Options& options) : options_(options) {
    start_run_time();
    instance_ = std::make_unique<Instance>(options_);
  }

  Verdict transform(PaddedView body, std::span<char> out, InvalidEvents mode) {
    out_ = out;
    if (FRESH_INSTANCE && std::exchange(used_, true)) {
      instance_.reset();
      instance_ = std::make_unique<Instance>(options_);
    }
    auto* const core = instance_->core();
    u32 verdict = 0, faults = 0, faults_size = 0;
    Instance::run([&] {
      std::memcpy(instance_->at(Z_coreZ_body(core)), body.data(), body.size());
      verdict = Z_coreZ_transform(core, static_cast<u32>(body.size()), static_cast<u32>(mode));
      faults = Z_coreZ_faults(core);
      faults_size = Z_coreZ_faults_size(core);
    });
    faults_.resize(faults_size);
    if (faults_size > 0) std::memcpy(faults_.data(), instance_->at(faults), faults_size * sizeof(Fault));
    return static_cast<Verdict>(verdict);
  }

  std::span<char> finish(std::chrono::nanoseconds elapsed, std::optional<std::string_view> trace_id) {
    auto* const core = instance_->core();
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count();
    char* const answer = out_.data() + kHeadroom;
    std::size_t size = 0;
    Instance::run([&] {
      if (trace_id) std::memcpy(instance_->at(Z_coreZ_trace_id(core)), trace_id->data(), 32);
      size = Z_coreZ_finish(core, static_cast<u32>(std::max<std::int64_t>(ms, 0)), trace_id.has_value());
      std::memcpy(answer, instance_->at(Z_coreZ_answer(core)), size);
    });
    return {answer, size};
  }

  template <typename... Numbers>
  u32 ask(u32 (*function)(Z_core_instance_t*, Numbers...), Numbers... numbers) {
    u32 answer = 0;
    Instance::run([&] { answer = function(instance_->core(), numbers...); });
    return answer;
  }

  Options options_;
  std::unique_ptr<Instance> instance_;
  std::vector<Fault> faults_;
  std::span<char> out_;
  bool used_ = false;
};

// The module is asked for its sizes at once: there is nothing to put off.
Transformer::Transformer(const Options& options) : impl_(std::make_unique<Impl>(options)) {}
Transformer::Transformer(const Options& options, Unprepared) : Transformer(options) {}
void Transformer::prepare() {}
Transformer::Transformer(Transformer&&) noexcept = default;
Transformer& Transformer::operator=(Transformer&&) noexcept = default;
Transformer::~Transformer() = default;

std::size_t Transformer::answer_bytes_max(std::size_t body_bytes, InvalidEvents mode) const noexcept {
  return impl_->ask(Z_coreZ_answer_bytes_max, static_cast<u32>(body_bytes), static_cast<u32>(mode));
}

std::size_t Transformer::memory_bytes_max() const noexcept {
  return impl_->instance_->core()->w2c_memory.size;
}

void Transformer::set_event_types(std::shared_ptr<const EventTypes> event_types) noexcept {
  if (event_types == nullptr) return;
  std::fputs("the twin has no allow-list\n", stderr);
  std::abort();
}

Verdict Transformer::transform(PaddedView body, std::span<char> out, InvalidEvents mode) noexcept {
  return impl_->transform(body, out, mode);
}

std::span<char> Transformer::finish(std::chrono::nanoseconds elapsed,
                                    std::optional<std::string_view> trace_id) noexcept {
  return impl_->finish(elapsed, trace_id);
}

std::size_t Transformer::syntax_offset() const noexcept {
  return impl_->ask(Z_coreZ_syntax_offset);
}
std::span<const Fault> Transformer::faults() const noexcept {
  return impl_->faults_;
}
std::uint32_t Transformer::events_total() const noexcept {
  return impl_->ask(Z_coreZ_events_total);
}
std::uint32_t Transformer::events_invalid() const noexcept {
  return impl_->ask(Z_coreZ_events_invalid);
}
std::uint32_t Transformer::fault_count(Errc code) const noexcept {
  return impl_->ask(Z_coreZ_fault_count, static_cast<u32>(code));
}

std::string_view xxhash_version() noexcept {
  return "in the module";
}

}  // namespace planish
