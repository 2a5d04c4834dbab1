// The settings of an upstream. What stands in a file is a secret: no message tells it.
#include <app/upstream_settings.hpp>

#include <app/build_info.hpp>
#include <app/regular_file.hpp>
#include <app/setting_checks.hpp>
#include <bytes/ascii.hpp>
#include <http/field_list.hpp>
#include <http/host.hpp>

#include <fmt/format.h>

#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <exception>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace planish::app {
namespace {

constexpr std::string_view kScheme = "http://";
constexpr std::string_view kUnix = "unix:";
constexpr std::string_view kFile = "file:";
constexpr std::size_t kTargetBytesMax = 4 * 1024;

bool is_target(std::string_view text) {
  return text.starts_with('/') && text.size() <= kTargetBytesMax &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F && c != '#'; });
}

std::string scheme_problem(std::string_view text) {
  if (text.starts_with("https://")) return "wants TLS, which a proxy beside planish can add: write http://";
  if (text.find("://") != text.npos) return "has a scheme that is neither http:// nor unix:";
  return "has neither http:// nor unix: in front";
}

// The path of a socket ends where the first ":/" is.
std::string take_unix(std::string_view text, UpstreamTarget& out) {
  text.remove_prefix(kUnix.size());
  const std::size_t end = std::min(text.find(":/"), text.size());
  out.peer.unix_path = text.substr(0, end);
  out.target = end == text.size() ? "/" : text.substr(end + 1);
  if (out.peer.unix_path.empty()) return "has no path behind unix:";
  if (out.peer.unix_path.size() >= sizeof(sockaddr_un{}.sun_path)) return "has a longer path than a socket may have";
  return {};
}

std::string take_http(std::string_view text, UpstreamTarget& out) {
  text.remove_prefix(kScheme.size());
  const std::size_t end = std::min(text.find_first_of("/?#"), text.size());
  std::string_view authority = text.substr(0, end);
  out.target = end == text.size() ? "/" : text.substr(end);
  if (authority.find('@') != authority.npos) return "names a user: say it in upstream_fields, as Authorization";
  const std::size_t colon = authority.rfind(':');
  if (authority.empty() || !http::authority_valid(authority)) {
    const bool but_for_the_port = colon != authority.npos && http::authority_valid(authority.substr(0, colon));
    return but_for_the_port ? "has a port that is not from 1 to 65535" : "names no host that could be connected to";
  }
  if (colon != authority.npos && authority.find(']', colon) == authority.npos) {
    if (const std::string_view port = authority.substr(colon + 1); !port.empty()) out.peer.port = port;
    authority = authority.substr(0, colon);
  }
  if (out.peer.port.find_first_not_of('0') == std::string::npos) return "has the port 0";
  const bool literal = authority.starts_with('[') && authority.ends_with(']');
  out.peer.host = literal ? authority.substr(1, authority.size() - 2) : authority;
  return {};
}

struct FieldText {
  std::string_view name;
  std::string_view value;  // or the path of the file
  bool in_file = false;
};

std::optional<FieldText> split_field(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == text.npos) return std::nullopt;
  FieldText field{text.substr(0, colon), http::without_blanks_around(text.substr(colon + 1))};
  field.in_file = field.value.starts_with(kFile);
  if (field.in_file) field.value.remove_prefix(kFile.size());
  return field;
}

// Of one endpoint.
class Maker {
 public:
  Maker(const EndpointSettings& endpoint, std::string place, Complaints& complaints)
      : endpoint_(endpoint), place_(std::move(place)), complaints_(complaints) {}

  // Of what stands in the files that its fields name.
  [[nodiscard]] std::size_t files_digest() const noexcept { return files_digest_; }

  [[nodiscard]] std::shared_ptr<const http::Upstream> make() {
    std::string why;
    auto parsed = parse_upstream(endpoint_.upstream, why);
    if (!parsed) return nullptr;  // complained of already
    http::Upstream made;
    made.peer = std::move(parsed->peer);
    made.peer.connections_max = endpoint_.upstream_connections;
    made.peer.connect_timeout = endpoint_.upstream_connect_timeout;
    made.peer.idle = endpoint_.upstream_idle;
    made.peer.resolve = endpoint_.upstream_resolve;
    made.relays = endpoint_.upstream_answer == UpstreamAnswering::relay;
    made.timeout = endpoint_.upstream_timeout;
    std::vector<http::UpstreamField> fields;
    for (const std::string& text : endpoint_.upstream_fields) add(text, fields);
    const bool lines = endpoint_.answer == Answer::ndjson;
    made.head = http::upstream_head(parsed->target, http::authority_of(made.peer),
                                    lines ? "application/x-ndjson" : "application/json", kVersion, fields);
    return std::make_shared<const http::Upstream>(std::move(made));
  }

 private:
  void add(const std::string& text, std::vector<http::UpstreamField>& fields) {
    const auto field = split_field(text);
    if (!field) return;
    std::string value(field->value);
    if (field->in_file && !read(value)) return;
    const std::string_view wrong = http::upstream_field_problem(field->name, value);
    if (!wrong.empty()) return complain(fmt::format("{} {}", in_quotes(field->name), wrong));
    fields.push_back({std::string(field->name), std::move(value)});
  }

  // One line end at its end is an editor's.
  bool read(std::string& path_then_value) {
    std::string why;
    auto text = read_regular_file(path_then_value, kUpstreamValueBytesMax + 2, why);
    if (!text) {
      complain(fmt::format("{}: {}", in_quotes(path_then_value), why));
      return false;
    }
    if (text->ends_with('\n')) text->pop_back();
    if (text->ends_with('\r')) text->pop_back();
    path_then_value = std::string(http::without_blanks_around(*text));
    files_digest_ = files_digest_ * 31 + std::hash<std::string>{}(path_then_value);
    return true;
  }

  void complain(const std::string& what) { complaints_.push_back({place_ + ": " + what}); }

  const EndpointSettings& endpoint_;
  std::string place_;
  Complaints& complaints_;
  std::size_t files_digest_ = 0;
};

std::string lower_name(std::string_view field) {
  std::string name(field.substr(0, field.find(':')));
  std::transform(name.begin(), name.end(), name.begin(), bytes::lower);
  return name;
}

// By which an upstream knows who asks.
bool is_credential(std::string_view lower) {
  constexpr std::array<std::string_view, 3> kNames = {"authorization", "proxy-authorization", "cookie"};
  constexpr std::array<std::string_view, 4> kEnds = {"key", "token", "secret", "password"};
  return std::find(kNames.begin(), kNames.end(), lower) != kNames.end() ||
         std::any_of(kEnds.begin(), kEnds.end(), [lower](std::string_view end) { return lower.ends_with(end); });
}

std::string place_of_fields(const Configuration& configuration, std::size_t endpoint) {
  if (endpoint < configuration.endpoints.size()) {
    for (const Given& given : configuration.endpoints[endpoint]) {
      if (given.key == "upstream_fields" && !given.place.empty()) return given.place;
    }
  }
  return std::string(configuration.place_of("upstream_fields"));
}

}  // namespace

std::optional<UpstreamTarget> parse_upstream(std::string_view text, std::string& why) {
  UpstreamTarget out;
  if (text.starts_with(kUnix)) {
    why = take_unix(text, out);
  } else if (text.starts_with(kScheme)) {
    why = take_http(text, out);
  } else {
    why = scheme_problem(text);
  }
  if (why.empty() && !is_target(out.target)) why = "has a path that no request can have";
  return why.empty() ? std::optional{std::move(out)} : std::nullopt;
}

std::string check_upstream(std::string_view text) {
  std::string why;
  if (text.empty() || parse_upstream(text, why)) return {};
  return fmt::format("{} {}", in_quotes(text), why);
}

std::string check_upstream_field(std::string_view text) {
  const auto field = split_field(text);
  if (!field) return "a field is written as \"Name: value\" or \"Name: file:PATH\"";
  const std::string_view wrong = http::upstream_field_problem(field->name, field->in_file ? "" : field->value);
  if (!wrong.empty()) return fmt::format("{} {}", in_quotes(field->name), wrong);
  return field->in_file && field->value.empty() ? fmt::format("{}: file: names no file", in_quotes(field->name))
                                                : std::string{};
}

std::string check_upstream_fields(std::span<const std::string> fields) {
  std::vector<std::string> names;
  for (const std::string& text : fields) {
    std::string name = lower_name(text);
    if (std::find(names.begin(), names.end(), name) != names.end()) return in_quotes(name) + " stands twice";
    names.push_back(std::move(name));
  }
  return {};
}

void read_upstreams(Configuration& configuration, Complaints& complaints) {
  std::vector<EndpointSettings>& endpoints = configuration.settings.endpoints;
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    if (endpoints[i].upstream.empty()) continue;
    Maker maker(endpoints[i], place_of_fields(configuration, i), complaints);
    endpoints[i].upstream_made = maker.make();
    endpoints[i].digests.upstream_fields = maker.files_digest();
  }
}

bool has_upstream_files(const Settings& settings) noexcept {
  const auto in_file = [](const std::string& text) {
    const auto field = split_field(text);
    return field && field->in_file;
  };
  return std::any_of(settings.endpoints.begin(), settings.endpoints.end(), [&](const EndpointSettings& endpoint) {
    return !endpoint.upstream.empty() &&
           std::any_of(endpoint.upstream_fields.begin(), endpoint.upstream_fields.end(), in_file);
  });
}

std::vector<std::string> credentials_told(const Configuration& configuration) {
  std::vector<std::string> lines;
  const std::vector<EndpointSettings>& endpoints = configuration.settings.endpoints;
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    for (const std::string& text : endpoints[i].upstream_fields) {
      const auto field = split_field(text);
      if (!field || field->in_file || !is_credential(lower_name(text))) continue;
      std::string line = fmt::format("{}: {} is told here with all else; \"{}: file:PATH\" has it in a file",
                                     place_of_fields(configuration, i), in_quotes(field->name), field->name);
      if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(std::move(line));
    }
  }
  return lines;
}

bool has_upstreams(const Settings& settings) noexcept {
  return std::any_of(settings.endpoints.begin(), settings.endpoints.end(),
                     [](const EndpointSettings& endpoint) { return !endpoint.upstream.empty(); });
}

}  // namespace planish::app
