// Integer timestamps of any unit to milliseconds.
#include <core/timestamp_unit.hpp>

#include <limits>

namespace planish::core {
namespace {

constexpr std::int64_t floor_divide(std::int64_t value, std::int64_t divisor) noexcept {
  return value / divisor - static_cast<std::int64_t>(value % divisor < 0);
}

}  // namespace

TimestampUnit guess_unit(std::int64_t value) noexcept {
  const std::uint64_t magnitude =
      value < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  if (magnitude < 100'000'000'000) return TimestampUnit::s;
  if (magnitude < 100'000'000'000'000) return TimestampUnit::ms;
  if (magnitude < 100'000'000'000'000'000) return TimestampUnit::us;
  return TimestampUnit::ns;
}

std::optional<std::int64_t> to_milliseconds(std::int64_t value, TimestampUnit unit) noexcept {
  switch (unit) {
    case TimestampUnit::ms:
      return value;
    case TimestampUnit::us:
      return floor_divide(value, 1'000);
    case TimestampUnit::ns:
      return floor_divide(value, 1'000'000);
    case TimestampUnit::automatic:
      return to_milliseconds(value, guess_unit(value));
    case TimestampUnit::s:
      break;
  }
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max() / 1'000;
  if (value > kMax || value < -kMax) return std::nullopt;
  return value * 1'000;
}

}  // namespace planish::core
