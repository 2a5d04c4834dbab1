// Values as people write them: sizes (64KiB), durations (1.5s), numbers, addresses. Text in, value or reason out.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace planish::app {

// Digits alone, or with a unit: B, KiB, MiB, GiB (powers of 1024), kB, MB, GB (powers of 1000), in any case.
[[nodiscard]] std::optional<std::uint64_t> parse_bytes(std::string_view text);
// The shortest exact form: "1MiB", "1048577".
[[nodiscard]] std::string show_bytes(std::uint64_t bytes);

// A decimal number with the unit ms, s, m or h; without a unit it is seconds. Not finer than a millisecond.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
// "0", "500ms", "75s": hours and minutes are shown in seconds.
[[nodiscard]] std::string show_duration(std::chrono::milliseconds duration);

[[nodiscard]] std::optional<std::uint64_t> parse_unsigned(std::string_view text);
// A number from 0 to 1 as JSON would have it, without a sign: "0.01", "1e-05".
[[nodiscard]] std::optional<double> parse_share(std::string_view text);
// The shortest form that is read back to the same number, with a point or an exponent.
[[nodiscard]] std::string show_share(double share);

// The parts between commas or line ends, without the blanks around them. Empty text is one empty part; empty lines
// beside others are none.
[[nodiscard]] std::vector<std::string> split_list(std::string_view text, char separator);

// `text`, which must be UTF-8, as a TOML basic string, quotes included.
[[nodiscard]] std::string toml_string(std::string_view text);

}  // namespace planish::app
