// The time of an event, from a JSON value in any of the spellings that an endpoint takes; contract section 3, and
// contract section 8 for the lax ones.
#pragma once

#include <planish/fault.hpp>
#include <planish/options.hpp>

#include <cstdint>
#include <span>
#include <string_view>

namespace planish::core {

struct TimeValue {
  bool ok;
  std::int64_t ms;
  Fault fault;  // without its place, unless ok
};

// `value` is a valid JSON value, without white space around it. `scratch` takes a string without its escapes: as many
// bytes as the value has.
[[nodiscard]] TimeValue read_time(std::string_view value, TimestampUnit unit, Timestamps spellings,
                                  std::span<char> scratch) noexcept;

// Milliseconds as RFC 3339 in UTC with three digits of fraction, or "null" where the year has not four digits. Returns
// how many bytes: kTimeBytesMax at most.
inline constexpr std::size_t kTimeBytesMax = 26;  // with quotes
std::size_t write_time(std::int64_t ms, char* out) noexcept;

}  // namespace planish::core
