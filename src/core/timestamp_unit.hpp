// Integer timestamps of any unit to milliseconds; contract section 3.
#pragma once

#include <planish/options.hpp>

#include <cstdint>
#include <optional>

namespace planish::core {

// The unit that a value of this magnitude is most likely in: seconds until the year 5138, milliseconds from 1973, and
// so on, a thousand times as much each.
[[nodiscard]] TimestampUnit guess_unit(std::int64_t value) noexcept;

// Rounded towards minus infinity. Nothing where the milliseconds do not fit.
[[nodiscard]] std::optional<std::int64_t> to_milliseconds(std::int64_t value, TimestampUnit unit) noexcept;

}  // namespace planish::core
