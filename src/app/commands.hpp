// The subcommands. Each returns the process's exit code (run.hpp).
#pragma once

#include <app/command_line.hpp>
#include <app/configure.hpp>
#include <app/settings.hpp>

#include <string_view>

namespace planish::app {

[[nodiscard]] int serve(const Startup&, Configuration);
[[nodiscard]] int transform(const Arguments&, const Settings&);
[[nodiscard]] int check(const Arguments&, Configuration);
[[nodiscard]] int explain(const Arguments&, const Settings&);
[[nodiscard]] int test(const Arguments&, const Settings&);
[[nodiscard]] int draft(const Arguments&, const Settings&);  // contracts draft
[[nodiscard]] int healthcheck(const Arguments&, const Settings&);
[[nodiscard]] int smoke(const Arguments&, const Configuration&);
[[nodiscard]] int print_version(bool json);
[[nodiscard]] int print_licenses();

// To standard output; kExitFailed if it cannot be written.
[[nodiscard]] int print(std::string_view text);
// To standard error: "planish: text", cleared of control characters.
void print_error(std::string_view text);

}  // namespace planish::app
