// planish::Transformer, whose work is done by the core as WebAssembly that wasm2c translated to C. Linked in front of
// the native core, so that socket, HTTP and configuration are planish's own. Beside planish-dynamic-scalar the sandbox
// is the only difference. It has the shape `planish` and its answer `results`, and neither an allow-list nor contracts.
//
// FRESH_INSTANCE=1: an instance for each request. One thread only: wasm2c's run time has one place that a trap jumps
// to.
#include <core/plan.hpp>
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

// Reserved by wasm2c's run time for each memory with guard pages, of which it gives back only what was used.
[[maybe_unused]] constexpr std::size_t kReserved = 0x2'0000'0000;

// A string_view and a Fault as the module has them; module.cpp asserts the same.
struct TextThere {
  u32 data, size;
};
struct FaultThere {
  Errc code;
  std::uint16_t detail;
  std::uint32_t event;
  std::int64_t number;
  TextThere base;
  bool indexed;
  TextThere pointer, within, source, words, schema;
};
static_assert(sizeof(FaultThere) == 72);

class Instance {
 public:
  Instance(const Options& options, const Limits& limits) {
    Z_core_instantiate(&core_);
    run([&] {
      Z_coreZ__initialize(&core_);
      Z_coreZ_configure(&core_, static_cast<u32>(options.hash), static_cast<u32>(options.canonical),
                        static_cast<u32>(options.timestamp_unit), static_cast<u32>(limits.body_bytes_max),
                        limits.events_max);
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
  std::string_view text(TextThere there) {
    return {at(there.data), there.size};
  }
  std::size_t memory_bytes() const {
    return core_.w2c_memory.size;
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

void refuse(const char* what) {
  std::fprintf(stderr, "the twin has no %s\n", what);
  std::abort();
}

}  // namespace

class Transformer::Impl {
 public:
  explicit Impl(const Limits& limits) : limits_(limits) {}

  Instance& instance(const Transform& transform) {
    if (instance_ == nullptr) {
      start_run_time();
      instance_ = std::make_unique<Instance>(transform.options(), limits_);
    }
    return *instance_;
  }

  const Outcome& transform(const Transform& transform, PaddedView body, const Context& context, std::span<char> out) {
    out_ = out;
    if (FRESH_INSTANCE && std::exchange(used_, true)) instance_.reset();
    Instance& there = instance(transform);
    auto* const core = there.core();
    u32 faults = 0, faults_size = 0;
    outcome_ = {};
    Instance::run([&] {
      std::memcpy(there.at(Z_coreZ_body(core)), body.data(), body.size());
      const bool traced = context.trace_id.size() == 32;
      if (traced) std::memcpy(there.at(Z_coreZ_trace_id(core)), context.trace_id.data(), 32);
      outcome_.verdict = static_cast<Verdict>(
          Z_coreZ_transform(core, static_cast<u32>(body.size()), static_cast<u32>(context.invalid_events), traced));
      outcome_.syntax_offset = Z_coreZ_syntax_offset(core);
      outcome_.events_total = Z_coreZ_events_total(core);
      outcome_.events_invalid = Z_coreZ_events_invalid(core);
      outcome_.request_faults = Z_coreZ_request_faults(core);
      faults = Z_coreZ_faults(core);
      faults_size = Z_coreZ_faults_size(core);
      for (u32 code = 0; code < kErrcCount && faults_size > 0; ++code) {
        outcome_.count[code] = Z_coreZ_fault_count(core, code);
      }
    });
    faults_.clear();
    for (u32 i = 0; i < faults_size; ++i) faults_.push_back(fault(there, faults + i * u32{sizeof(FaultThere)}));
    outcome_.faults = faults_;
    return outcome_;
  }

  std::span<char> finish(std::chrono::nanoseconds elapsed) {
    auto* const core = instance_->core();
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count();
    std::size_t size = 0;
    Instance::run([&] {
      size = Z_coreZ_finish(core, static_cast<u32>(std::max<std::int64_t>(ms, 0)));
      std::memcpy(out_.data(), instance_->at(Z_coreZ_answer(core)), size);
    });
    return out_.first(size);
  }

  std::size_t answer_bytes_max(const Transform& transform, std::size_t body_bytes, InvalidEvents mode) {
    auto* const core = instance(transform).core();
    u32 bytes = 0;
    Instance::run(
        [&] { bytes = Z_coreZ_answer_bytes_max(core, static_cast<u32>(body_bytes), static_cast<u32>(mode)); });
    return bytes;
  }

 private:
  static Fault fault(Instance& there, u32 address) {
    FaultThere from;
    std::memcpy(&from, there.at(address), sizeof from);
    Fault out;
    out.code = from.code;
    out.detail = from.detail;
    out.event = from.event;
    out.number = from.number;
    out.place = {there.text(from.base), from.indexed, there.text(from.pointer), there.text(from.within),
                 there.text(from.source)};
    out.words = there.text(from.words);
    out.schema = there.text(from.schema);
    return out;
  }

  Limits limits_;
  std::unique_ptr<Instance> instance_;
  Outcome outcome_;
  std::vector<Fault> faults_;
  std::span<char> out_;
  bool used_ = false;
};

// The module is asked for its sizes at once: there is nothing to put off.
Transformer::Transformer(const Limits& limits) : impl_(std::make_unique<Impl>(limits)) {}
Transformer::Transformer(Transformer&&) noexcept = default;
Transformer& Transformer::operator=(Transformer&&) noexcept = default;
Transformer::~Transformer() = default;

// The module has the one transform that is measured.
void Transformer::prepare(const Transform& transform) {
  const Options& options = transform.options();
  if (options.shape.name != "planish") refuse("other shape");
  if (options.answer != Answer::results || !options.answer_members.empty()) refuse("other answer");
  if (options.event_types != nullptr || options.contracts != nullptr) refuse("allow-list and no contracts");
  impl_->instance(transform);
}

std::size_t Transformer::answer_bytes_max(const Transform& transform, std::size_t body_bytes,
                                          InvalidEvents mode) const noexcept {
  return impl_->answer_bytes_max(transform, body_bytes, mode);
}

std::size_t Transformer::memory_bytes_max(std::span<const Transform> transforms) const noexcept {
  std::size_t bytes = 0;
  for (const Transform& transform : transforms) bytes = std::max(bytes, impl_->instance(transform).memory_bytes());
  return bytes;
}

const Outcome& Transformer::transform(const Transform& transform, PaddedView body, const Context& context,
                                      std::span<char> out) noexcept {
  return impl_->transform(transform, body, context, out);
}

std::span<char> Transformer::finish(std::chrono::nanoseconds elapsed) noexcept {
  return impl_->finish(elapsed);
}

// Neither is ever configured here: no answer is only an acknowledgement, and no plugin wants a batch or the time.
std::span<char> Transformer::acknowledge() noexcept {
  return {};
}

void Transformer::ended(std::chrono::nanoseconds /*at*/) noexcept {}

std::size_t Transformer::batch_bytes_max(const Transform& /*transform*/) const noexcept {
  return 0;
}

}  // namespace planish
