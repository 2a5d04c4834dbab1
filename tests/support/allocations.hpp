// How often operator new was asked, and for how many bytes in all, in a binary that planish_allocations is linked into.
#pragma once

#include <cstddef>

namespace planish::support {

[[nodiscard]] std::size_t allocations() noexcept;
[[nodiscard]] std::size_t allocated_bytes() noexcept;

}  // namespace planish::support
