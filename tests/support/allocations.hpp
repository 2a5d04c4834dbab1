// How often operator new was asked, in a binary that planish_allocations is linked into.
#pragma once

#include <cstddef>

namespace planish::support {

[[nodiscard]] std::size_t allocations() noexcept;

}  // namespace planish::support
