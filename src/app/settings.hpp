// Settings: every setting of the process as a value, and where its value came from.
#pragma once

#include <app/log_line.hpp>
#include <http/limits.hpp>
#include <http/service.hpp>
#include <net/server.hpp>
#include <net/timeouts.hpp>
#include <planish/options.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace planish::app {

// What stands for every event type.
inline constexpr std::string_view kAllEventTypes = "*";

struct Settings {
  std::vector<std::string> listen;
  std::vector<std::string> admin_listen;  // at most one
  unsigned unix_mode = 0660;
  std::string path;
  unsigned threads = 0;  // 0: one for each CPU, see settle_threads()
  HashAlgorithm hash = HashAlgorithm::xxh3_128;
  Canonical canonical = Canonical::jcs;
  TimestampUnit timestamp_unit = TimestampUnit::ms;
  std::vector<std::string> event_types{std::string(kAllEventTypes)};  // or those that are allowed
  InvalidEvents invalid_events = InvalidEvents::refuse;
  std::vector<std::string> cors_origins;
  std::vector<std::string> cors_headers;
  std::size_t body_bytes_max = 0;
  std::size_t head_bytes_max = 0;
  std::uint32_t events_max = 0;
  std::size_t connections_max = 0;
  std::size_t buffered_bytes_max = 0;
  net::Timeouts timeouts;
  LogLevel log_level = LogLevel::info;
  LogFormat log_format = LogFormat::automatic;
  double access_log = 0;
};

[[nodiscard]] bool allows_all_event_types(const Settings&) noexcept;

// What a source says about one setting: its values as text, and the place to name when they are wrong.
struct Given {
  std::string key;                  // as in TOML, such as "max_body"
  std::vector<std::string> values;  // one, or those of a list
  std::string place;                // "--max-body", "PLANISH_MAX_BODY", "planish.toml:3:1"
};

// A fault of the configuration. `usage`: the command line itself is wrong (exit code 64), else a value is (78).
struct Complaint {
  std::string text;  // "--max-body: what is wrong"
  bool usage = false;
};
using Complaints = std::vector<Complaint>;

// Where values come from, in falling rank; `platform` is what the surroundings suggest (PORT). A key stands at most
// once in each. The defaults stand in the table.
struct Sources {
  std::vector<Given> flags;
  std::vector<Given> environment;
  std::vector<Given> file;
  std::vector<Given> platform;
};

struct Configuration {
  Settings settings;
  std::vector<Given> effective;  // one for each setting, in the order of the table; without a place: the default
  // The place that the setting's value comes from; empty for a default.
  [[nodiscard]] std::string_view place_of(std::string_view key) const noexcept;
};

// Ranks, parses and cross-checks. All faults of all sources go into `complaints`, also those of values that another
// source outranks. The default of --threads is left open.
[[nodiscard]] Configuration merge(const Sources&, Complaints& complaints);

// Gives --threads its default, unless it has a value. Apart, since to look for the CPUs takes longer than for all other
// settings, and a start's first answers don't depend on it.
void settle_threads(Configuration&, unsigned cpus);

// The effective configuration as TOML, a line each, with a comment that says where a value came from.
[[nodiscard]] std::string to_toml(const Configuration&);

}  // namespace planish::app
