// THE table of settings. A new setting is a member of Settings and a row here; nothing else has to know of it.
#include <app/setting_table.hpp>

#include <app/log.hpp>
#include <app/setting_kinds.hpp>
#include <app/upstream_settings.hpp>

#include <array>

namespace planish::app {
namespace {

using namespace kinds;
using S = Settings;
using E = EndpointSettings;
using T = net::Timeouts;
using P = PluginSettings;

constexpr std::uint64_t kKiB = 1 << 10;
constexpr std::uint64_t kMiB = 1 << 20;
constexpr std::uint64_t kGiB = 1 << 30;
constexpr std::uint64_t kHour = 3'600'000;
constexpr std::uint64_t kMany = 10'000'000;
constexpr std::uint64_t kPeersMax = 65'536;
constexpr auto kTimes = &S::timeouts;
constexpr auto kOwn = &S::endpoint;

void take_log_level(const Settings& next, Log& log) {
  log.set_level(next.log_level);
}

constexpr auto kTable = std::to_array<Setting>({
    on_lines(texts<In<&S::listen>, check_address, check_addresses>(
        "ADDRESS", 64, {"listen", ":8080", "127.0.0.1:8080, [::]:8080, unix:/run/p.sock; :8080 is every address"})),
    on_lines(texts<In<&S::admin_listen>, check_address>(
        "ADDRESS", 1, {"admin_listen", "", "takes /metrics, /version and /readyz off the public address"})),
    octal<&S::unix_mode>({"unix_mode", "0660", "permissions of unix sockets"}),
    count<&S::threads>(1, 1024, {"threads", "", "event loops; by default, the CPUs that the process may use"}),

    of_endpoint(on_lines(texts<In<kOwn, &E::paths>, check_path, check_paths>(
        "PATH", 64, {"path", "", "routes of the transform; a whole segment may be *; by default those of the shape"}))),
    of_endpoint(text<In<kOwn, &E::shape>, check_shape_name>(
        "NAME", {"shape", "planish", "where in a body the parts of an event are; see planish help shapes"})),
    of_endpoint(choice<kOwn, &E::hash>(kHashNames, {"hash", "xxh3-128", "hash of a payload"})),
    of_endpoint(choice<kOwn, &E::canonical>(
        kCanonicalNames, {"canonical", "jcs", "what is hashed: RFC 8785 form, or the bytes as sent"})),
    of_endpoint(
        choice<kOwn, &E::timestamp_unit>(kTimestampUnitNames, {"timestamp_unit", "ms", "unit of integer timestamps"})),
    of_endpoint(choice_of_shape<kOwn, &E::timestamps>(
        kTimestampsNames, {"timestamps", "", "how timestamps may be spelt; by default as the shape has it"})),
    of_endpoint(texts<In<kOwn, &E::event_types>, check_event_type, check_event_types>(
        "NAME", 100'000, {"event_types", "*", "the event types that are allowed; *: all are"})),
    of_endpoint(choice_of_shape<kOwn, &E::invalid_events>(
        kInvalidEventsNames,
        {"invalid_events", "", "what is done about invalid events; by default as the shape has it"})),
    of_endpoint(choice_of_shape<kOwn, &E::answer>(
        kAnswerNames, {"answer", "", "what goes back; by default as the shape has it; see planish help answers"})),
    of_endpoint(texts<In<kOwn, &E::answer_members>, check_answer_member, check_answer_members>(
        "VALUE", 32, {"answer_members", "", "what an answer says of an event, as value or name=value"})),
    of_endpoint(text<In<kOwn, &E::contracts>, check_folder>(
        "DIR", {"contracts", "", "folder of JSON Schemas: TYPE.json is what the payloads of a type must look like"})),
    of_endpoint(choice<kOwn, &E::unknown_contract>(
        kUnknownContractNames,
        {"unknown_contract", "accept", "what is done about an event whose type has no contract"})),
    of_endpoint(text<In<kOwn, &E::rule_key_file>, check_file>(
        "FILE", {"rule_key_file", "", "the key of the rules' hashes, at least 16 bytes; see planish help rules"})),
    of_endpoint(text<In<kOwn, &E::plugin>, check_file>(
        "FILE", {"plugin", "", "a compiled plugin, redact.cwasm; see planish help plugins"})),
    of_endpoint(bytes<kOwn, &E::plugin_run, &P::memory_bytes_max>(
        64 * kKiB, kGiB, {"plugin_memory", "16MiB", "of a plugin, in each thread"})),
    of_endpoint(
        duration<kOwn, &E::plugin_run, &P::deadline>(1, 1'000, {"plugin_deadline", "10ms", "for a call of a plugin"})),
    of_endpoint(choice<kOwn, &E::plugin_run, &P::errors>(
        P::kErrorsNames, {"plugin_errors", "refuse", "what is done about an event that a plugin failed on"})),
    of_endpoint(choice<kOwn, &E::plugin_run, &P::state>(
        P::kStateNames,
        {"plugin_state", "request", "what a plugin begins with; a thread's is shared between clients"})),
    of_endpoint(text<In<kOwn, &E::plugin_sha256>, check_sha256>(
        "HEX", {"plugin_sha256", "", "the SHA-256 that the plugin's file must have"})),

    of_endpoint(text<In<kOwn, &E::upstream>, check_upstream>(
        "URL", {"upstream", "", "where the events go on to: http://host:port/path or unix:/run/x.sock:/path"})),
    of_endpoint(choice<kOwn, &E::upstream_answer>(kUpstreamAnsweringNames,
                                                  {"upstream_answer", "none",
                                                   "what the client has then: a success of its shape, or the "
                                                   "upstream's own answer"})),
    of_endpoint(on_lines(texts<In<kOwn, &E::upstream_fields>, check_upstream_field, check_upstream_fields>(
        "NAME:VALUE", kUpstreamFieldsMax,
        {"upstream_fields", "", "of requests to it, as \"Name: value\" or \"Name: file:PATH\""}))),
    of_endpoint(count<kOwn, &E::upstream_connections>(1, kPeersMax,
                                                      {"upstream_connections", "64", "connections to it at a time"})),
    of_endpoint(duration<kOwn, &E::upstream_connect_timeout>(
        1, kHour, {"upstream_connect_timeout", "1s", "for a connection to it"})),
    of_endpoint(duration<kOwn, &E::upstream_timeout>(
        1, kHour, {"upstream_timeout", "10s", "for its whole answer, with all waiting before"})),
    of_endpoint(duration<kOwn, &E::upstream_idle>(
        1, kHour, {"upstream_idle", "4s", "how long an unused connection to it is kept"})),
    of_endpoint(duration<kOwn, &E::upstream_resolve>(
        1, 24 * kHour, {"upstream_resolve", "30s", "how often its name is looked up again"})),

    of_answers(bytes<&S::body_bytes_max>(1, kBodyBytesLimit, {"max_body", "1MiB", "content of a request, decoded"})),
    of_answers(bytes<&S::head_bytes_max>(256, kMiB, {"max_header", "16KiB", "request line and fields"})),
    of_answers(count<&S::events_max>(1, kMany, {"max_events", "10000", "events in a request"})),
    count<&S::connections_max>(1, kMany, {"max_connections", "10000", "connections at a time"}),
    bytes<&S::buffered_bytes_max>(1, 1024 * kGiB,
                                  {"max_buffered", "256MiB", "unfinished bodies and unread answers, together"}),

    duration<kTimes, &T::header>(1, kHour, {"header_timeout", "10s", "for a whole head, from its first byte"}),
    duration<kTimes, &T::body>(1, kHour, {"body_timeout", "30s", "for a whole body"}),
    duration<kTimes, &T::idle>(1, 24 * kHour, {"idle_timeout", "75s", "between requests"}),
    duration<kTimes, &T::write>(1, kHour, {"write_timeout", "30s", "while no byte of an answer is taken"}),
    duration<kTimes, &T::shutdown>(0, kHour, {"shutdown_timeout", "10s", "for what was begun before the stop"}),
    duration<kTimes, &T::drain_delay>(0, kHour, {"drain_delay", "0", "after SIGTERM, before the listeners close"}),
    duration<kTimes, &T::tick>(1, 1'000, {"tick", "1s", "how often all these times are looked at"}),

    texts<In<&S::cors_origins>, check_origin>(
        "ORIGIN", 1'000, {"cors_origin", "", "whose pages may call from a browser: https://example.com, or *"}),
    texts<In<&S::cors_headers>, check_field_name, check_cors_headers>(
        "FIELD", 100, {"cors_headers", "", "further request fields that those pages may send, such as baggage"}),
    reloadable<take_log_level>(
        choice<&S::log_level>(kLogLevelNames, {"log_level", "info", "least level that is logged"})),
    choice<&S::log_format>(kLogFormatNames, {"log_format", "auto", "auto: text on a terminal, JSON otherwise"}),
    share<&S::access_log>({"access_log", "0", "share of the requests that are logged, 0 to 1"}),
});

}  // namespace

std::span<const Setting> setting_table() noexcept {
  return kTable;
}

const Setting* find_setting(std::string_view key) noexcept {
  for (const Setting& setting : kTable) {
    if (setting.key == key) return &setting;
  }
  return nullptr;
}

std::vector<std::string_view> setting_keys() {
  std::vector<std::string_view> keys;
  for (const Setting& setting : kTable) keys.push_back(setting.key);
  return keys;
}

std::string flag_of(std::string_view key) {
  std::string flag = "--";
  for (const char c : key) flag += c == '_' ? '-' : c;
  return flag;
}

std::string variable_of(std::string_view key) {
  std::string name = "PLANISH_";
  for (const char c : key) name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

}  // namespace planish::app
