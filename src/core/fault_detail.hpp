// What Fault::detail and Fault::number mean, code by code, and how to make such faults. The texts stand in fault.cpp.
#pragma once

#include <planish/fault.hpp>

#include <core/timestamp.hpp>

#include <cstdint>

namespace planish::core {

// wrong_type: what was wanted, and what stood there.
enum class Wanted : std::uint8_t {
  object,
  array,
  string,
  integer,
  object_or_null,
  integer_or_string,
  string_or_integer,
  version_1_0,
};
enum class Found : std::uint8_t { null, boolean, integer, not_an_integer, negative_zero, string, array, object };
inline constexpr std::uint16_t kFoundCount = 8;

// out_of_range: which range.
enum class Range : std::uint16_t {
  unsigned_64,
  signed_64,
  milliseconds,
  any_64,
  string_bytes,
  outside_bytes,
  payload_bytes,
  edited_bytes
};

[[nodiscard]] constexpr Fault wrong_type(const Place& place, Wanted wanted, Found found) noexcept {
  const unsigned detail = static_cast<unsigned>(wanted) * kFoundCount + static_cast<unsigned>(found);
  return {.code = Errc::wrong_type, .detail = static_cast<std::uint16_t>(detail), .place = place};
}
[[nodiscard]] constexpr Fault out_of_range(const Place& place, Range range) noexcept {
  return {.code = Errc::out_of_range, .detail = static_cast<std::uint16_t>(range), .place = place};
}
[[nodiscard]] constexpr Fault missing_member(const Place& place) noexcept {
  return {.code = Errc::missing_member, .place = place};
}
[[nodiscard]] constexpr Fault duplicate_member(const Place& place) noexcept {
  return {.code = Errc::duplicate_member, .place = place};
}
// bad_timestamp: TimestampDetail, and the number that its text names.
[[nodiscard]] constexpr Fault bad_timestamp(const Place& place, const ParsedTimestamp& parsed) noexcept {
  return {.code = Errc::bad_timestamp,
          .detail = static_cast<std::uint16_t>(parsed.detail),
          .number = parsed.number,
          .place = place};
}

}  // namespace planish::core
