// One line of the log as bytes: text for people, JSON for machines. Escaped, so that nobody can forge a line.
#pragma once

#include <planish/names.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace planish::app {

enum class LogLevel : std::uint8_t { debug, info, warn, error };
inline constexpr auto kLogLevelNames = std::to_array<std::string_view>({"debug", "info", "warn", "error"});
static_assert(are_names_up_to(LogLevel::error, kLogLevelNames));

enum class LogFormat : std::uint8_t { automatic, text, json };
inline constexpr auto kLogFormatNames = std::to_array<std::string_view>({"auto", "text", "json"});
static_assert(are_names_up_to(LogFormat::json, kLogFormatNames));

// A named value beside the message. Names are ours; values may be a client's.
struct Field {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, double> value;
};
using Fields = std::initializer_list<Field>;

// `text` as a JSON string in ASCII, quotes included; bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);
// 2026-11-22T21:14:11.123Z
void append_time(std::string& out, std::chrono::system_clock::time_point);

// Appends a line without its newline. JSON: {"time":…,"level":…,"message":…,fields…}. Text: time, level, message,
// name=value….
void append_log_line(std::string& out, LogFormat, std::chrono::system_clock::time_point, LogLevel,
                     std::string_view message, Fields);
// The same as a string of its own.
[[nodiscard]] std::string log_line(LogFormat, std::chrono::system_clock::time_point, LogLevel, std::string_view message,
                                   Fields);

}  // namespace planish::app
