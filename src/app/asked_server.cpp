// AskedServer: GET /version is read with a scan of its own; nothing of it is trusted to be what planish writes.
#include <app/asked_server.hpp>

#include <app/setting_table.hpp>
#include <app/version.hpp>

#include <algorithm>
#include <array>

namespace planish::app {
namespace {

// Those that golden requests allow for.
constexpr std::array<std::string_view, 9> kAllowedFor = {"path",           "hash",        "canonical",
                                                         "timestamp_unit", "event_types", "invalid_events",
                                                         "max_body",       "max_header",  "max_events"};

// What the shape planish does where nothing is said.
bool is_of_planish(std::string_view key, std::string_view value) {
  return (key == "timestamps" && value == "strict") || (key == "answer" && value == "results");
}

// The members of a JSON object whose values are plain strings or objects: their names, and their values as they stand,
// without quotes. What has an escape is passed over; what is no such object ends the scan.
class Members {
 public:
  explicit Members(std::string_view object) : rest_(object) { take('{'); }

  bool next(std::string_view& name, std::string_view& value) {
    skip_space();
    if (!string(name)) return false;
    take(':');
    skip_space();
    if (rest_.starts_with('"') ? !string(value) : !other(value)) return false;
    take(',');
    return true;
  }

 private:
  void skip_space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }
  void take(char c) {
    skip_space();
    if (rest_.starts_with(c)) rest_.remove_prefix(1);
  }
  // The length of the string that begins at `at`, with its quotes; 0: it has no end.
  [[nodiscard]] std::size_t string_bytes(std::size_t at) const {
    for (std::size_t end = at + 1; end < rest_.size(); ++end) {
      if (rest_[end] == '\\')
        ++end;
      else if (rest_[end] == '"')
        return end + 1 - at;
    }
    return 0;
  }
  bool string(std::string_view& out) {
    const std::size_t bytes = rest_.starts_with('"') ? string_bytes(0) : 0;
    if (bytes == 0) return false;
    out = rest_.substr(1, bytes - 2);
    rest_.remove_prefix(bytes);
    return true;
  }
  bool other(std::string_view& out) {
    std::size_t level = 0;
    std::size_t end = 0;
    for (; end < rest_.size(); ++end) {
      const char c = rest_[end];
      if (level == 0 && (c == ',' || c == '}' || c == ']')) break;
      if (c == '"') {
        const std::size_t bytes = string_bytes(end);
        if (bytes == 0) return false;
        end += bytes - 1;
      } else if (c == '{' || c == '[') {
        ++level;
      } else if (c == '}' || c == ']') {
        --level;
      }
    }
    out = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return true;
  }

  std::string_view rest_;
};

std::string_view member(std::string_view object, std::string_view wanted) {
  Members members(object);
  std::string_view name;
  std::string_view value;
  while (members.next(name, value)) {
    if (name == wanted) return value;
  }
  return {};
}

}  // namespace

std::optional<AskedServer> AskedServer::from_version(std::string_view content, bool here) {
  const std::string_view settings = member(content, kSettingsMember);
  if (!settings.starts_with('{')) return std::nullopt;
  AskedServer out;
  out.admin_address_ = here && member(content, kAdminMember) == "true";
  Members members(settings);
  std::string_view name;
  std::string_view value;
  while (members.next(name, value)) {
    if (value.find('\\') == std::string_view::npos) out.values_.emplace(name, value);
  }
  return out;
}

AskedServer AskedServer::from_own(const Configuration& configuration, bool same) {
  AskedServer out;
  Settings told = configuration.settings;
  told.endpoint = asked_endpoint(configuration.settings);
  for (const Setting& setting : setting_table()) {
    if (!setting.of_answers || (!same && configuration.place_of(setting.key).empty())) continue;
    out.values_.emplace(setting.key, told_value(setting, told));
  }
  if (has_rules(told, told.endpoint)) out.values_.emplace(kRulesMember, kListed);
  return out;
}

std::optional<std::string_view> AskedServer::value(std::string_view key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? std::nullopt : std::optional<std::string_view>{found->second};
}

bool AskedServer::has_upstream() const {
  return !value("upstream").value_or("").empty();
}

std::string AskedServer::stranger() const {
  for (const auto& [key, value] : values_) {
    if (std::find(kAllowedFor.begin(), kAllowedFor.end(), key) != kAllowedFor.end()) continue;
    // has_upstream() says it.
    if (key.starts_with("upstream") || (has_upstream() && key.starts_with("answer"))) continue;
    const Setting* setting = find_setting(key);
    if (setting == nullptr || (value != setting->fallback && !is_of_planish(key, value))) return key;
  }
  return {};
}

}  // namespace planish::app
