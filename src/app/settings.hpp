// Settings: every setting of the process as a value, and where its value came from.
#pragma once

#include <app/log_line.hpp>
#include <http/limits.hpp>
#include <http/service.hpp>
#include <http/upstream.hpp>
#include <net/server.hpp>
#include <net/timeouts.hpp>
#include <planish/contracts.hpp>
#include <planish/names.hpp>
#include <planish/options.hpp>
#include <planish/rules.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace planish::app {

// A table of the file's top level and of an [[endpoint]], which is no setting of the others' kind.
inline constexpr std::string_view kPluginConfig = "plugin_config";

// What stands for every event type.
inline constexpr std::string_view kAllEventTypes = "*";

// A rule of the file, and where it and each of its keys stand.
struct FileRule {
  Rule rule;
  std::string place;
  std::vector<std::pair<std::string, std::string>> places;
  // That of the rule, where it has no such key.
  [[nodiscard]] std::string_view place_of(std::string_view key) const noexcept;
};

// How a sandboxed plugin is run; contract section 12.
struct PluginSettings {
  enum class Errors : std::uint8_t { refuse, skip, pass };
  static constexpr auto kErrorsNames = std::to_array<std::string_view>({"refuse", "skip", "pass"});
  enum class State : std::uint8_t { request, thread };
  static constexpr auto kStateNames = std::to_array<std::string_view>({"request", "thread"});

  std::size_t memory_bytes_max = 0;
  std::chrono::milliseconds deadline{};
  Errors errors = Errors::refuse;
  State state = State::request;
};
static_assert(are_names_up_to(PluginSettings::Errors::pass, PluginSettings::kErrorsNames));
static_assert(are_names_up_to(PluginSettings::State::thread, PluginSettings::kStateNames));

// What a client has for its events once an upstream has them: what its shape says of a success, or the upstream's own
// answer.
enum class UpstreamAnswering : std::uint8_t { none, relay };
inline constexpr auto kUpstreamAnsweringNames = std::to_array<std::string_view>({"none", "relay"});
static_assert(are_names_up_to(UpstreamAnswering::relay, kUpstreamAnsweringNames));

// What a configuration says of one endpoint's transform.
struct EndpointSettings {
  std::vector<std::string> paths;  // the shape's own, where none is named
  std::string shape = "planish";   // ready-made, or one of Settings::shapes
  HashAlgorithm hash = HashAlgorithm::xxh3_128;
  Canonical canonical = Canonical::jcs;
  TimestampUnit timestamp_unit = TimestampUnit::ms;
  // The shape's own, where nothing is said.
  std::optional<Timestamps> timestamps;
  std::optional<InvalidEvents> invalid_events;
  std::optional<Answer> answer;
  std::vector<std::string> answer_members;                            // none: the default of the answer
  std::vector<std::string> event_types{std::string(kAllEventTypes)};  // or those that are allowed
  std::string contracts;                                              // a folder; empty: there are none
  UnknownContract unknown_contract = UnknownContract::accept;
  std::string plugin;         // the path of a .cwasm, or of a .wasm; empty: none
  std::string plugin_sha256;  // 64 hex digits that the file must have; empty: any
  PluginSettings plugin_run;
  std::string plugin_config = "{}";  // the table plugin_config, as JSON text

  std::string rule_key_file;    // empty: there is none
  std::vector<FileRule> rules;  // its own, after those of all endpoints

  std::string upstream;  // empty: events go back to the client
  UpstreamAnswering upstream_answer = UpstreamAnswering::none;
  std::vector<std::string> upstream_fields;
  std::size_t upstream_connections = 0;
  std::chrono::milliseconds upstream_connect_timeout{0};
  std::chrono::milliseconds upstream_timeout{0};
  std::chrono::milliseconds upstream_idle{0};
  std::chrono::milliseconds upstream_resolve{0};

  // Not a setting, but what is made of those, and of the files that they name; see upstream_settings.hpp.
  std::shared_ptr<const http::Upstream> upstream_made;
  // Not settings, but what stands in the folder and in the file; see contract_folder.hpp and plugin_command.hpp.
  std::shared_ptr<const Contracts> contract_set;
  std::vector<std::string> costly_contracts;
  // What is made of all its rules, and the places of those that can never match; see rule_files.hpp.
  std::shared_ptr<const Rules> rule_set;
  std::set<std::string> idle_rules;
  std::shared_ptr<const BatchMaker> batch;
  bool plugin_compiled_here = false;  // it is a .wasm
  // Of what stands in the files that settings name: whether a reload finds something else there.
  struct FileDigests {
    std::size_t contracts = 0, rule_key = 0, plugin = 0, upstream_fields = 0;
  };
  FileDigests digests;
};

// A shape of the file's own; `base`: the ready-made one that it changes, or empty.
struct OwnShape {
  std::string base;
  Shape shape;
};

struct Settings {
  std::vector<std::string> listen;
  std::vector<std::string> admin_listen;  // at most one
  unsigned unix_mode = 0660;
  unsigned threads = 0;  // 0: one for each CPU, see settle_threads()
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

  EndpointSettings endpoint;                // of flags, environment and top level: the one endpoint, or all's defaults
  std::vector<EndpointSettings> endpoints;  // each one that there is, complete; at least one after merge()
  std::vector<OwnShape> shapes;
  std::vector<FileRule> rules;  // of all endpoints
};
inline constexpr std::size_t kEndpointsMax = 64;

[[nodiscard]] bool allows_all_event_types(const EndpointSettings&) noexcept;

// What a source says about one setting, or about plugin_config: that as JSON text and as TOML. Its values as text, and
// the place to name when they are wrong.
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
// One for each line of what is wrong there; none where nothing is.
void complain(Complaints&, std::string_view place, std::string_view wrong);

// A value of a rule's table, whose kind matters as that of settings does not.
struct RuleValue {
  enum class Kind : std::uint8_t { text, list, boolean, number, table, other };
  std::string key;
  std::string place;
  Kind kind = Kind::other;
  std::vector<std::string> texts;  // one, or those of a list, which are all strings
  // Of a table: names, and values as JSON; empty: JSON has no such value.
  std::vector<std::pair<std::string, std::string>> members;
};

// A table of the file: [[rule]], or [[endpoint.rule]].
struct RuleTable {
  std::string place;
  std::vector<RuleValue> values;
};

// The same: [[endpoint]], or [shape.NAME].
struct Table {
  std::string name;  // of a shape
  std::string place;
  std::vector<Given> given;
  std::vector<RuleTable> rules;  // of an endpoint
};

// Where values come from, in falling rank; `platform` is what the surroundings suggest (PORT). A key stands at most
// once in each. The defaults stand in the table.
struct Sources {
  std::vector<Given> flags;
  std::vector<Given> environment;
  std::vector<Given> file;
  std::vector<Given> platform;
  std::vector<Table> endpoints;  // of the file, as are the next
  std::vector<Table> shapes;
  std::vector<RuleTable> rules;
  std::optional<Given> plugin_config;  // of the file's top level: see Given of a table's
};

struct Configuration {
  Settings settings;
  std::vector<Given> effective;  // one for each setting, in the order of the table; without a place: the default
  // Of each [[endpoint]], where there are any: its own settings, in the order of the table.
  std::vector<std::vector<Given>> endpoints;
  std::optional<Given> plugin_config;  // of the file's top level
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
