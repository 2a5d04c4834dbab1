// From argv to a subcommand. All faults of the configuration are reported together, one a line.
#include <app/run.hpp>

#include <app/command_line.hpp>
#include <app/commands.hpp>
#include <app/configure.hpp>
#include <app/contract_folder.hpp>
#include <app/environment.hpp>
#include <app/last_words.hpp>
#include <app/log_line.hpp>
#include <app/plugin_command.hpp>
#include <app/rule_files.hpp>
#include <app/setting_checks.hpp>
#include <app/standard_streams.hpp>
#include <app/upstream_settings.hpp>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace planish::app {
namespace {

int complain(const Complaints& complaints) {
  for (const Complaint& complaint : complaints) print_error(complaint.text);
  const bool usage = std::any_of(complaints.begin(), complaints.end(), [](const Complaint& c) { return c.usage; });
  return usage ? kExitUsage : kExitConfiguration;
}

int run_configured(const Startup& startup, Configuration configuration) {
  switch (startup.arguments.command) {
    case Command::serve:
      return serve(startup, std::move(configuration));
    case Command::transform:
      return transform(startup.arguments, configuration.settings);
    case Command::check:
      return check(startup.arguments, std::move(configuration));
    case Command::explain:
      return explain(startup.arguments, configuration.settings);
    case Command::test:
      return test(startup.arguments, configuration.settings);
    case Command::draft:
      return draft(startup.arguments, configuration.settings);
    case Command::healthcheck:
      return healthcheck(startup.arguments, configuration.settings);
    case Command::smoke:
      return smoke(startup.arguments, configuration);
    case Command::version:
    case Command::licenses:
    case Command::plugin:
      break;
  }
  return kExitUsage;
}

int run_checked(std::span<char* const> arguments) {
  const std::vector<std::string_view> words(arguments.begin() + (arguments.empty() ? 0 : 1), arguments.end());
  Complaints complaints;
  Startup startup;
  startup.arguments = parse_command_line(words, complaints);
  const Arguments& parsed = startup.arguments;
  if (!parsed.answer.empty()) return print(parsed.answer);
  if (complaints.empty() && parsed.command == Command::version) return print_version(parsed.json);
  if (complaints.empty() && parsed.command == Command::licenses) return print_licenses();
  if (complaints.empty() && parsed.command == Command::plugin) return plugin_command(parsed.words);
  if (parsed.command == Command::serve) set_last_words(LogFormat::automatic);  // until it is known
  startup.environment = read_environment(complaints);
  Configuration configuration = configure(startup, complaints);
  const bool transforms = parsed.command == Command::serve || parsed.command == Command::transform ||
                          parsed.command == Command::check || parsed.command == Command::test ||
                          parsed.command == Command::explain;
  if (transforms) read_contracts(configuration, complaints);
  if (transforms) compile_rules(configuration, complaints);
  if (transforms) load_plugins(configuration, complaints);
  if (transforms) read_upstreams(configuration, complaints);
  if (!complaints.empty()) return complain(complaints);
  if (parsed.command != Command::serve && parsed.command != Command::check) {  // these two say it with their warnings
    for (const std::string& line : plugins_compiled_here(configuration.settings)) print_error(line);
  }
  return run_configured(startup, std::move(configuration));
}

}  // namespace

int run(std::span<char* const> arguments) noexcept {
  if (!open_standard_streams()) return kExitSystem;
  try {
    prepare_last_words();
    return run_checked(arguments);
  } catch (...) {
    return say_last_words(std::current_exception());
  }
}

}  // namespace planish::app
