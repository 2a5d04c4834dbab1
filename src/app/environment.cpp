// PLANISH_MAX_BODY and its like, PORT, and systemd's variables.
#include <app/environment.hpp>

#include <app/near_names.hpp>
#include <app/setting_checks.hpp>
#include <app/setting_table.hpp>
#include <app/values.hpp>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <initializer_list>

namespace planish::app {
namespace {

constexpr std::string_view kPrefix = "PLANISH_";

// Names of the build and of the tests, which may well stand in the environment that a binary is tried out in.
constexpr std::array<std::string_view, 6> kOfTheBuild = {"PLANISH_BIN",  "PLANISH_CACHE",     "PLANISH_COMMIT",
                                                         "PLANISH_LONG", "PLANISH_SANITIZED", "PLANISH_TEST_TIMEOUT"};

bool ends_with_any(std::string_view text, std::initializer_list<std::string_view> ends) {
  return std::any_of(ends.begin(), ends.end(), [text](std::string_view end) { return text.ends_with(end); });
}

// "…_PORT_80_TCP"
bool is_port_link(std::string_view name) {
  if (!ends_with_any(name, {"_TCP", "_UDP", "_SCTP"})) return false;
  name = name.substr(0, name.rfind('_'));
  const std::size_t number = name.find_last_not_of("0123456789") + 1;
  return number < name.size() && name.substr(0, number).ends_with("_PORT_");
}

// Kubernetes describes the services called planish and planish-… to every pod beside them, by names that begin as the
// settings' do:
//
//   …_SERVICE_HOST  …_SERVICE_PORT  …_SERVICE_PORT_<name of a port>  …_PORT
//   …_PORT_80_TCP   …_PORT_80_TCP_PROTO  …_PORT_80_TCP_PORT  …_PORT_80_TCP_ADDR
bool is_service_link(std::string_view name) {
  constexpr std::string_view kNamedPort = "_SERVICE_PORT_";
  const std::size_t named = name.find(kNamedPort);
  const bool has_named_port = named != std::string_view::npos && named + kNamedPort.size() < name.size();
  if (has_named_port || ends_with_any(name, {"_SERVICE_HOST", "_PORT"})) return true;
  return is_port_link(name) ||
         (ends_with_any(name, {"_PROTO", "_ADDR"}) && is_port_link(name.substr(0, name.rfind('_'))));
}

bool is_no_setting(std::string_view name) {
  return is_service_link(name) || std::find(kOfTheBuild.begin(), kOfTheBuild.end(), name) != kOfTheBuild.end();
}

const Setting* setting_of(std::string_view variable) {
  for (const Setting& setting : setting_table()) {
    if (variable_of(setting.key) == variable) return &setting;
  }
  return nullptr;
}

void read_one(std::string_view name, std::string_view value, Environment& environment, Complaints& complaints) {
  const std::array<std::pair<std::string_view, std::string*>, 5> others = {
      {{"PLANISH_CONFIG", &environment.config},
       {"LISTEN_FDS", &environment.listen_fds},
       {"LISTEN_PID", &environment.listen_pid},
       {"LISTEN_FDNAMES", &environment.listen_fdnames},
       {"NOTIFY_SOCKET", &environment.notify_socket}}};
  for (const auto& [known, target] : others) {
    if (name == known) {
      *target = value;
      return;
    }
  }
  if (name == "PORT" && !value.empty()) {
    environment.platform.push_back({"listen", {":" + std::string(value)}, "PORT"});
  }
  if (!name.starts_with(kPrefix)) return;
  if (const Setting* setting = setting_of(name)) {
    auto values = setting->list ? split_list(value, setting->separator) : std::vector<std::string>{std::string(value)};
    environment.settings.push_back({std::string(setting->key), std::move(values), std::string(name)});
  } else if (!is_no_setting(name)) {
    const std::string_view near = nearest(name.substr(kPrefix.size()), setting_keys());
    complaints.push_back({in_quotes(name) + ": there is no such setting" +
                          (near.empty() ? std::string() : "; did you mean " + variable_of(near) + "?")});
  }
}

}  // namespace

Environment read_environment(std::span<const std::string_view> variables, Complaints& complaints) {
  Environment environment;
  for (const std::string_view variable : variables) {
    const std::size_t equals = variable.find('=');
    if (equals == std::string_view::npos) continue;
    read_one(variable.substr(0, equals), variable.substr(equals + 1), environment, complaints);
  }
  return environment;
}

Environment read_environment(Complaints& complaints) {
  std::vector<std::string_view> variables;
  for (char** variable = ::environ; variable != nullptr && *variable != nullptr; ++variable)
    variables.emplace_back(*variable);
  return read_environment(variables, complaints);
}

}  // namespace planish::app
