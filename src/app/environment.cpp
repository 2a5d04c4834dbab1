// PLANISH_MAX_BODY and its like, PORT, and systemd's variables.
#include <app/environment.hpp>

#include <app/setting_checks.hpp>
#include <app/setting_table.hpp>
#include <app/values.hpp>

#include <unistd.h>

#include <algorithm>
#include <array>

namespace planish::app {
namespace {

constexpr std::string_view kPrefix = "PLANISH_";

// Names of the build and of the tests, which may well stand in the environment that a binary is tried out in.
constexpr std::array<std::string_view, 6> kOfTheBuild = {"PLANISH_BIN",  "PLANISH_CACHE",     "PLANISH_COMMIT",
                                                         "PLANISH_LONG", "PLANISH_SANITIZED", "PLANISH_TEST_TIMEOUT"};

// Kubernetes describes a service named planish to every pod beside it: PLANISH_SERVICE_HOST, PLANISH_PORT_80_TCP, …
bool is_no_setting(std::string_view name) {
  const bool of_the_build = std::find(kOfTheBuild.begin(), kOfTheBuild.end(), name) != kOfTheBuild.end();
  return of_the_build || name.starts_with("PLANISH_SERVICE_") || name == "PLANISH_PORT" ||
         name.starts_with("PLANISH_PORT_");
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
    environment.platform.push_back({"listen", {"0.0.0.0:" + std::string(value)}, "PORT"});
  }
  if (!name.starts_with(kPrefix)) return;
  if (const Setting* setting = setting_of(name)) {
    auto values = setting->list ? split_list(value) : std::vector<std::string>{std::string(value)};
    environment.settings.push_back({std::string(setting->key), std::move(values), std::string(name)});
  } else if (!is_no_setting(name)) {
    complaints.push_back({in_quotes(name) + ": there is no such setting"});
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
