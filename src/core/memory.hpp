// Memory that the transforms of a plan take, of each kind: of several plans, of each kind as much as one of them takes.
#pragma once

#include <planish/options.hpp>

#include <core/canonical/form.hpp>
#include <core/plan.hpp>

#include <array>
#include <cstddef>

namespace planish::core {

// Bytes of the longest text that is read: in binary mode the attributes are in front of the body.
[[nodiscard]] std::size_t text_bytes_max(const Plan& plan, const Limits& limits) noexcept;
// Of the longest that is brought into canonical form while it is read.
[[nodiscard]] std::size_t canonical_bytes_max(const Plan& plan, const Limits& limits) noexcept;
// Of the longest text that a key is the hash of.
[[nodiscard]] std::size_t key_bytes_max(const Plan& plan, const Limits& limits) noexcept;
// Of the canonical form of a payload from around the events, where there may be one.
inline constexpr std::size_t kAroundFormBytes = 2 * canonical::Form::text_bytes_max(kOutsidePayloadBytesMax);

// All that a plan takes, no kind twice.
inline constexpr std::size_t kMemoryKinds = 9;
[[nodiscard]] std::array<std::size_t, kMemoryKinds> memory_of(const Plan& plan, const Limits& limits) noexcept;

}  // namespace planish::core
