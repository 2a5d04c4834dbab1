// Integer timestamps of any unit to milliseconds; contract section 3.
#pragma once

#include <planish/options.hpp>

#include <cstdint>
#include <optional>

namespace planish::core {

// Rounded towards minus infinity. Nothing where the milliseconds do not fit.
[[nodiscard]] std::optional<std::int64_t> to_milliseconds(std::int64_t value, TimestampUnit unit) noexcept;

}  // namespace planish::core
