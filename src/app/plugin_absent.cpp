// planish plugin, in a planish that was built without plugins.
#include <app/commands.hpp>
#include <app/plugin_command.hpp>
#include <app/run.hpp>

namespace planish::app {

int plugin_command(std::span<const std::string>) {
  print_error("this planish was built without plugins: where it is built, cargo was missing or older than 1.95");
  return kExitUnreachable;
}

}  // namespace planish::app
