// Binary mode of CloudEvents (HTTP protocol binding, section 3.1): the structured form of an event whose attributes
// came beside its data.
#pragma once

#include <planish/context.hpp>

#include <cstddef>
#include <span>
#include <string_view>

namespace planish::core {

// What the attributes may come to as JSON. An HTTP head has at most 16 KiB; more than this only escapes can make of it.
inline constexpr std::size_t kAttributesBytesMax = std::size_t{32} << 10;

// Writes {"specversion":"1.0",…,"data":…} and returns how many bytes: those of the data and kAttributesBytesMax at
// most. Without data there is no such member. 0: the attributes are too long. A value that is not UTF-8 is left out.
[[nodiscard]] std::size_t write_structured(std::span<const Attribute> attributes, std::string_view data,
                                           std::span<char> out) noexcept;

}  // namespace planish::core
