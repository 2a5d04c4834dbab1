// The table of settings: name, default, meaning, parser. Flags, environment, file, help and `check` all read it.
#pragma once

#include <app/settings.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace planish::app {

class Log;

struct Setting {
  std::string_view key;       // TOML; the flag is --max-body, the variable PLANISH_MAX_BODY
  std::string_view fallback;  // the default, as text; of a list, its one part, or none
  std::string_view help;

  std::string_view value = {};                   // what stands for the value in a help text
  std::span<const std::string_view> names = {};  // of a choice
  std::uint64_t min = 0;
  std::uint64_t max = 0;
  bool list = false;     // several values
  char separator = ',';  // between those of a list in one text: a comma, or the end of a line, which a flag has not
  // SIGHUP takes over a new value by this; null: that takes a restart.
  void (*reload)(const Settings& next, Log&) = nullptr;
  bool of_answers = false;   // what a transform answers depends on it: GET /version tells it, `smoke` allows for it
  bool quoted = true;        // in TOML: a string, not a number
  bool of_endpoint = false;  // may stand in [[endpoint]] too

  // Puts the values, at least one unless it is a list, into the settings; returns what is wrong with them, a line each,
  // or nothing.
  std::string (*set)(const Setting&, Settings&, std::span<const std::string> values) = nullptr;
  // What was set, in its shortest form.
  std::vector<std::string> (*show)(const Setting&, const Settings&) = nullptr;
};

[[nodiscard]] std::span<const Setting> setting_table() noexcept;
[[nodiscard]] const Setting* find_setting(std::string_view key) noexcept;
[[nodiscard]] std::vector<std::string_view> setting_keys();
[[nodiscard]] std::string flag_of(std::string_view key);      // "--max-body"
[[nodiscard]] std::string variable_of(std::string_view key);  // "PLANISH_MAX_BODY"

}  // namespace planish::app
