// StructuralIndex by the internals of simdjson: public members of a class that its users are not meant to see, the same
// in 3.0 to 3.9. A test pins them.
#include <core/structural_index.hpp>

#include <core/cpu.hpp>

#include <planish/options.hpp>
#include <planish/transformer.hpp>

#include <simdjson.h>

#include <cstdlib>
#include <limits>
#include <new>
#include <string>
#include <utility>

namespace planish::core {
namespace {

// simdjson only returns that it got no memory. operator new says so as it does to all others who ask for some.
[[noreturn]] void refuse_memory() {
  static_cast<void>(::operator new(std::numeric_limits<std::ptrdiff_t>::max()));
  std::abort();
}

// simdjson picks by what the processor has, also where the system has it switched off, and the first instruction ends
// the process. Who names a kernel in the environment, for a comparison, gets that one from simdjson itself.
bool pick_kernel() noexcept {
#if defined(__x86_64__)
  if (std::getenv("SIMDJSON_FORCE_IMPLEMENTATION") != nullptr) return false;
  for (const std::string_view name : kernels_that_run(cpu())) {
    const simdjson::implementation* const kernel = simdjson::get_available_implementations()[name];
    if (kernel == nullptr) continue;  // left out of the build
    simdjson::get_active_implementation() = kernel;
    return true;
  }
#endif
  return false;
}

const simdjson::implementation& active_kernel() noexcept {
  [[maybe_unused]] static const bool picked = pick_kernel();
  return *simdjson::get_active_implementation();
}

}  // namespace

void StructuralIndex::Delete::operator()(simdjson::internal::dom_parser_implementation* stage1) const noexcept {
  delete stage1;
}

void StructuralIndex::prepare() {
  if (stage1_) return;
  std::unique_ptr<simdjson::internal::dom_parser_implementation> stage1;
  const auto error = active_kernel().create_dom_parser_implementation(body_bytes_max_ + kPadding, kDepthMax, stage1);
  if (error != simdjson::SUCCESS) refuse_memory();
  stage1_.reset(stage1.release());
  begin_ = stage1_->structural_indexes.get();
}

bool StructuralIndex::build(std::string_view body) noexcept {
  if (body.empty() || body.size() > body_bytes_max_) return false;
  prepare();
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(body.data());
  if (stage1_->stage1(bytes, body.size(), simdjson::stage1_mode::regular) != simdjson::SUCCESS) return false;
  size_ = stage1_->n_structural_indexes;
  begin_[size_] = static_cast<std::uint32_t>(body.size());
  begin_[size_ + 1] = static_cast<std::uint32_t>(body.size());
  return true;
}

std::size_t StructuralIndex::memory_bytes_max() const noexcept {
  return (body_bytes_max_ + 2 * kPadding) * sizeof(std::uint32_t);
}

}  // namespace planish::core

namespace planish {

std::string_view simd_kernel() noexcept {
  static const std::string name = core::active_kernel().name();
  return name;
}

std::string_view simdjson_version() noexcept {
  static const std::string version = std::to_string(simdjson::SIMDJSON_VERSION_MAJOR) + '.' +
                                     std::to_string(simdjson::SIMDJSON_VERSION_MINOR) + '.' +
                                     std::to_string(simdjson::SIMDJSON_VERSION_REVISION);
  return version;
}

}  // namespace planish
