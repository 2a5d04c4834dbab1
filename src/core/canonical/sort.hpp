// Sorting of many members, or of those whose names begin alike.
#pragma once

#include <core/canonical/scratch.hpp>

#include <cstdint>

namespace planish::core::canonical {

// The flags in Entry::member.
inline constexpr std::uint32_t kGroupBegins = 1U << 31;  // and so differs from what is before it
inline constexpr std::uint32_t kDropped = 1U << 30;      // there is a later member of the same name
inline constexpr std::uint32_t kMemberMask = kDropped - 1;

// Leaves the members in `entries` in the order of their names; of equal names all but the last are marked as dropped.
// The names stand in `text`, of which the first byte has the place `offset`. `other` has room for as many entries.
void sort_members(const Member* members, std::uint32_t count, const char* text, std::uint32_t offset, Entry* entries,
                  Entry* other) noexcept;

}  // namespace planish::core::canonical
