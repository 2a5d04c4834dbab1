// configure: all sources of settings, read and merged in the order that they rank in.
#pragma once

#include <app/command_line.hpp>
#include <app/environment.hpp>
#include <app/settings.hpp>

namespace planish::app {

// What the process was started with; kept for SIGHUP, which reads the file again.
struct Startup {
  Arguments arguments;
  Environment environment;

  // The path of the configuration file; empty if there is none.
  [[nodiscard]] const std::string& config_path() const noexcept {
    return arguments.config.empty() ? environment.config : arguments.config;
  }
};

[[nodiscard]] Configuration configure(const Startup&, Complaints&);

}  // namespace planish::app
