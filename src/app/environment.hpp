// The environment as a source of settings.
#pragma once

#include <app/settings.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace planish::app {

// A copy of the variables that mean something to planish, so that nothing else reads the environment.
struct Environment {
  std::vector<Given> settings;  // PLANISH_*
  std::vector<Given> platform;  // PORT
  std::string config;           // PLANISH_CONFIG
  // systemd: sd_listen_fds(3), sd_notify(3)
  std::string listen_fds, listen_pid, listen_fdnames;
  std::string notify_socket;
};

// `variables`: "NAME=value" each. Unknown PLANISH_* names are complaints; the ones that Kubernetes makes for services
// called planish and planish-… are not.
[[nodiscard]] Environment read_environment(std::span<const std::string_view> variables, Complaints&);
// Of this process.
[[nodiscard]] Environment read_environment(Complaints&);

}  // namespace planish::app
