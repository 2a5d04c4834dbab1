// The arithmetic of a transform's memory.
#include <core/memory.hpp>

#include <core/binary.hpp>
#include <core/contract/scratch.hpp>
#include <core/outside.hpp>
#include <core/rules/scratch.hpp>
#include <core/stage.hpp>
#include <core/structural_index.hpp>
#include <core/told.hpp>

#include <algorithm>

namespace planish::core {

std::size_t text_bytes_max(const Plan& plan, const Limits& limits) noexcept {
  const bool binary = plan.options.shape.rules == Shape::Rules::cloudevents;
  static_assert(kBodyBytesLimit + kAttributesBytesMax <= canonical::Form::kSourceBytesLimit);
  return limits.body_bytes_max + (binary ? kAttributesBytesMax : 0);
}

std::size_t canonical_bytes_max(const Plan& plan, const Limits& limits) noexcept {
  return plan.options.canonical == Canonical::jcs ? text_bytes_max(plan, limits) : 0;
}

std::size_t key_bytes_max(const Plan& plan, const Limits& limits) noexcept {
  if (!plan.has_key) return 0;
  const std::size_t sent = text_bytes_max(plan, limits);
  const std::size_t bytes = plan.has_rules ? rules::edited_bytes_max(sent, plan.put_bytes) : sent;
  return key_text_bytes_max(std::max(bytes, canonical::Form::text_bytes_max(bytes))) + (plan.has_rules ? bytes : 0);
}

std::array<std::size_t, kMemoryKinds> memory_of(const Plan& plan, const Limits& limits) noexcept {
  const std::size_t bytes = text_bytes_max(plan, limits);
  const bool binary = plan.options.shape.rules == Shape::Rules::cloudevents;
  return {StructuralIndex(bytes).memory_bytes_max(),
          bytes + kScratchSlack + bytes / 8 + 1,
          binary ? bytes + kPadding : 0,
          key_bytes_max(plan, limits),
          plan.is_planish ? 0 : kAroundFormBytes,
          canonical::Form::memory_bytes_max(canonical_bytes_max(plan, limits)),
          Outside::memory_bytes_max(plan),
          plan.options.contracts == nullptr ? 0 : contract::Scratch::memory_bytes_max(bytes),
          plan.has_rules ? rules::RulesScratch::memory_bytes_max(bytes) : 0};
}

}  // namespace planish::core
