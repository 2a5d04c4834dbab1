// planish check: what the configuration comes to, as TOML, and with --connect whether its upstreams can be reached.
#include <app/commands.hpp>
#include <app/contract_folder.hpp>
#include <app/idle_settings.hpp>
#include <app/machine.hpp>
#include <app/plugin_command.hpp>
#include <app/rule_files.hpp>
#include <app/run.hpp>
#include <app/upstream_settings.hpp>

#include <string>

namespace planish::app {

int check(const Arguments& arguments, Configuration configuration) {
  settle_threads(configuration, usable_cpus());
  const Settings& settings = configuration.settings;
  for (const std::string& warning : idle_settings(configuration)) print_error(warning);
  for (const std::string& warning : contract_warnings(settings)) print_error(warning);
  for (const std::string& warning : rule_warnings(settings)) print_error(warning);
  for (const std::string& warning : plugin_warnings(settings)) print_error(warning);
  for (const std::string& warning : credentials_told(configuration)) print_error(warning);
  const int code = print(to_toml(configuration));
  return code == kExitOk && arguments.connect ? connect_to_upstreams(settings) : code;
}

}  // namespace planish::app
