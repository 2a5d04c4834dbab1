// Flags by CLI11, which only splits them: it would rank a file over the environment and stop at the first fault.
#include <app/command_line.hpp>

#include <app/manual.hpp>
#include <app/near_names.hpp>
#include <app/setting_checks.hpp>
#include <app/setting_table.hpp>
#include <app/values.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <iterator>

namespace planish::app {
namespace {

struct Verb {
  std::string_view name;
  Command command;
  std::string_view help;
  bool settings;  // takes all of them
};

constexpr std::array<Verb, 9> kVerbs = {{
    {"serve", Command::serve, "run the server", true},
    {"transform", Command::transform, "the same transform, from FILE or standard input to standard output", true},
    {"test", Command::test, "hold each NAME.request of DIR against its NAME.expected", true},
    {"explain", Command::explain, "how the body in FILE or standard input is read, event by event; it shows payloads",
     true},
    {"check", Command::check, "check the configuration, print the effective one as TOML", true},
    {"healthcheck", Command::healthcheck, "ask a running server's /readyz", true},
    {"smoke", Command::smoke, "golden requests against a running server, a line each", true},
    {"version", Command::version, "say what this is and what it was built from", false},
    {"licenses", Command::licenses, "print the licences of everything that is linked in", false},
}};

// `planish contracts draft`.
constexpr Verb kDraft = {"contracts draft", Command::draft,
                         "write a first contract for each type of the events in FILE", true};

std::string overview() {
  std::string out =
      "planish: JSON events in, validated and normalised JSON out, in one hop\n\nUsage: planish [COMMAND] "
      "[OPTIONS]\n\n";
  for (const Verb& verb : kVerbs) fmt::format_to(std::back_inserter(out), "  {:<12} {}\n", verb.name, verb.help);
  fmt::format_to(std::back_inserter(out), "  {:<12} {}\n", "contracts",
                 "draft: a first contract for each event type, from events");
  fmt::format_to(std::back_inserter(out), "  {:<12} {}\n", "plugin", "init, build, check and bench sandboxed plugins");
  fmt::format_to(std::back_inserter(out), "  {:<12} {}\n", "help", "print a page of the manual:");
  fmt::format_to(std::back_inserter(out), "{:15}{}\n", "", manual_page_names());
  out +=
      "\nWithout a command: serve. `planish COMMAND --help` lists the options of one.\n"
      "Every setting is a flag (--max-body 1MiB), an environment variable (PLANISH_MAX_BODY=1MiB) and a TOML key\n"
      "(max_body = \"1MiB\", --config FILE); flags win over the environment, it over the file, it over defaults.\n";
  return out;
}

// `planish help [PAGE]`.
void help(std::span<const std::string_view> rest, Arguments& out, Complaints& complaints) {
  if (rest.empty() || rest.front() == "--help" || rest.front() == "-h") {
    out.answer = overview();
    return;
  }
  if (rest.size() == 1) out.answer = manual_page(rest.front());
  if (out.answer.empty()) {
    complaints.push_back({fmt::format("help {}: there is no such page; see planish help", rest.back()), true});
  }
}

std::string help_of(const Setting& setting) {
  std::string help(setting.help);
  if (!setting.names.empty()) help += fmt::format(": {}", fmt::join(setting.names, ", "));
  if (setting.min != 0 && !setting.quoted) help += fmt::format(" ({} to {})", setting.min, setting.max);
  if (!setting.fallback.empty()) help += fmt::format(" [{}]", setting.fallback);
  if (setting.list && setting.max != 1)
    help += setting.separator == ',' ? "; repeatable, or with commas" : "; repeatable";
  if (setting.reload != nullptr) help += "; SIGHUP re-reads it";
  return help;
}

// Where CLI11 puts the values of each setting.
using Slots = std::vector<std::vector<std::string>>;

// Whether an argument is the flag, or the flag and its value.
bool stands_in(std::span<const std::string_view> arguments, std::string_view flag) {
  return std::any_of(arguments.begin(), arguments.end(), [flag](std::string_view argument) {
    return argument.starts_with(flag) && (argument.size() == flag.size() || argument[flag.size()] == '=');
  });
}

// Only those that are spoken of, or all of them for a help text: to make an option of each would take longer than all
// else that a start does.
void add_settings(CLI::App& app, std::span<const std::string_view> arguments, Slots& slots) {
  const bool all = stands_in(arguments, "--help") || stands_in(arguments, "-h");
  slots.resize(setting_table().size());
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const Setting& setting = setting_table()[i];
    const std::string flag = flag_of(setting.key);
    if (!all && !stands_in(arguments, flag)) continue;
    app.add_option(flag, slots[i], all ? help_of(setting) : std::string())
        ->type_name(setting.value.empty() ? "WORD" : std::string(setting.value))
        ->type_size(1)
        ->expected(1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
}

void take_settings(const Slots& slots, std::vector<Given>& flags) {
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (slots[i].empty()) continue;
    const Setting& setting = setting_table()[i];
    Given given{std::string(setting.key), {}, flag_of(setting.key)};
    if (setting.list && setting.separator == ',') {
      for (const std::string& one : slots[i]) {
        auto parts = split_list(one, setting.separator);
        given.values.insert(given.values.end(), std::move_iterator(parts.begin()), std::move_iterator(parts.end()));
      }
    } else if (setting.list) {
      given.values = slots[i];
    } else {
      given.values = {slots[i].back()};  // the last one counts, so that a script's flags can be overridden
    }
    flags.push_back(std::move(given));
  }
}

void add_own(CLI::App& app, const Verb& verb, Arguments& out) {
  if (verb.settings) app.add_option("--config", out.config, "TOML file with settings")->type_name("FILE");
  switch (verb.command) {
    case Command::transform:
      app.add_option("FILE", out.file, "the request; standard input if none is named");
      app.add_flag("--ndjson", out.ndjson, "one request a line");
      app.add_option("--endpoint", out.endpoint, "the path of the endpoint; by default the first one's")
          ->type_name("PATH");
      app.add_option("--content-type", out.content_type, "of the request, such as application/x-ndjson")
          ->type_name("TYPE");
      return;
    case Command::draft:
      app.add_option("FILE", out.file, "bodies or events, JSON or one a line; standard input if none is named");
      app.add_option("--endpoint", out.endpoint, "the path of the endpoint whose shape they have; by default the first")
          ->type_name("PATH");
      return;
    case Command::explain:
      app.add_option("FILE", out.file, "the body; standard input if none is named");
      app.add_option("--endpoint", out.endpoint, "the path of the endpoint; by default the first one's")
          ->type_name("PATH");
      app.add_option("--content-type", out.content_type, "of the request, such as application/x-ndjson")
          ->type_name("TYPE");
      return;
    case Command::test:
      app.add_option("DIR", out.file, "the folder of the requests; by default tests");
      app.add_flag("--update", out.update, "write each NAME.expected that is missing or differs");
      app.add_option("--now", out.now, "when every request comes; by default 2000-01-01T00:00:00Z")->type_name("TIME");
      return;
    case Command::healthcheck:
    case Command::smoke:
      app.add_option("--url", out.url,
                     "http://host:port or unix:/path; by default, where the settings say that it listens");
      return;
    case Command::version:
      app.add_flag("--json", out.json, "what GET /version answers");
      return;
    case Command::check:
      app.add_flag("--connect", out.connect, "connect to each upstream once, and say what was seen");
      return;
    case Command::serve:
    case Command::licenses:
    case Command::plugin:
      return;
  }
}

bool is_flag_of_a_setting(std::string_view flag) {
  const auto table = setting_table();
  return std::any_of(table.begin(), table.end(),
                     [flag](const Setting& setting) { return flag_of(setting.key) == flag; });
}

// As CLI11 takes arguments: from the back; and what it would misread, as it is meant. Of "--option=" the value is
// empty, where it would take the next word for it, and any value of a flag but "false" would be true.
std::vector<std::string> from_the_back(const CLI::App& app, std::span<const std::string_view> arguments,
                                       Complaints& complaints) {
  std::vector<std::string> out;
  std::size_t i = 0;
  for (; i < arguments.size() && arguments[i] != "--"; ++i) {
    const std::string_view argument = arguments[i];
    const std::size_t equals = argument.find('=');
    const std::string_view name = argument.substr(0, equals);
    const CLI::Option* const option = name.starts_with("--") ? app.get_option_no_throw(std::string(name)) : nullptr;
    const bool takes_value = option != nullptr && option->get_items_expected_max() > 0;
    if (option != nullptr && !takes_value && equals != std::string_view::npos) {
      const std::string_view value = argument.substr(equals + 1);
      if (option == app.get_help_ptr()) {
        complaints.push_back({fmt::format("{}: takes no value", name), true});
      } else if (value != "true" && value != "false") {
        complaints.push_back({fmt::format("{}: {} is neither true nor false", name, in_quotes(value)), true});
      } else {
        out.emplace_back(argument);
      }
      continue;
    }
    const bool is_empty = takes_value && equals + 1 == argument.size();
    out.emplace_back(is_empty ? name : argument);
    if (is_empty) out.emplace_back();
    // Its value, whatever that looks like.
    if (takes_value && equals == std::string_view::npos && i + 1 < arguments.size()) out.emplace_back(arguments[++i]);
  }
  for (; i < arguments.size(); ++i) out.emplace_back(arguments[i]);
  std::reverse(out.begin(), out.end());
  return out;
}

// What an empty setting means is its own matter; a file, a folder, a URL or a path is never empty.
void complain_of_empty(const CLI::App& app, Complaints& complaints) {
  for (const CLI::Option* const option : app.get_options()) {
    const std::string name = option->get_name();
    const std::vector<std::string>& values = option->results();
    if (is_flag_of_a_setting(name) || std::find(values.begin(), values.end(), "") == values.end()) continue;
    complaints.push_back({name + ": is empty", true});
  }
}

void parse_verb(const Verb& verb, std::span<const std::string_view> rest, Arguments& out, Complaints& complaints) {
  CLI::App app{std::string(verb.help), fmt::format("planish {}", verb.name)};
  app.allow_extras();
  app.set_help_flag("-h,--help", "print this and exit");
  Slots slots;
  add_own(app, verb, out);
  if (verb.settings) add_settings(app, rest, slots);
  std::vector<std::string> reversed = from_the_back(app, rest, complaints);
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::CallForHelp&) {
    out.answer = app.help();
    return;
  } catch (const CLI::ParseError& error) {
    complaints.push_back({error.what(), true});
  }
  complain_of_empty(app, complaints);
  for (const std::string& extra : app.remaining()) {
    const std::string_view flag = std::string_view(extra).substr(0, extra.find('='));
    // Of a command that has none, no setting was meant.
    const bool guess = verb.settings && flag.starts_with("--");
    const std::string_view near = guess ? nearest(flag, setting_keys()) : std::string_view{};
    complaints.push_back({fmt::format("{}: there is no such option or argument{}", in_quotes(extra),
                                      near.empty() ? std::string() : "; did you mean " + flag_of(near) + "?"),
                          true});
  }
  take_settings(slots, out.flags);
}

}  // namespace

Arguments parse_command_line(std::span<const std::string_view> arguments, Complaints& complaints) {
  Arguments out;
  const std::string_view first = arguments.empty() ? std::string_view{} : arguments.front();
  if (first == "--help" || first == "-h") {
    out.answer = overview();
    return out;
  }
  if (first == "help") {
    help(arguments.subspan(1), out, complaints);
    return out;
  }
  if (first == "plugin") {
    out.command = Command::plugin;
    out.words.assign(arguments.begin() + 1, arguments.end());
    return out;
  }
  if (first == "contracts") {
    out.command = Command::draft;
    const bool drafts = arguments.size() > 1 && arguments[1] == "draft";
    if (drafts) {
      parse_verb(kDraft, arguments.subspan(2), out, complaints);
    } else if (arguments.size() > 1 && (arguments[1] == "--help" || arguments[1] == "-h")) {
      out.answer = manual_page("contracts");
    } else {
      complaints.push_back({"contracts: the command is contracts draft [FILE]; see planish help contracts", true});
    }
    return out;
  }
  if (first == "--version" || first == "-V") {
    out.command = Command::version;
    return out;
  }
  const bool named = !first.empty() && !first.starts_with('-');
  const auto* verb = named ? std::find_if(kVerbs.begin(), kVerbs.end(), [&](const Verb& v) { return v.name == first; })
                           : kVerbs.begin();
  if (verb == kVerbs.end()) {
    std::vector<std::string_view> known = {"contracts", "plugin", "help"};
    for (const Verb& one : kVerbs) known.push_back(one.name);
    const std::string_view near = nearest(first, known);
    complaints.push_back({fmt::format("{}: there is no such command; {}", in_quotes(first),
                                      near.empty() ? "see planish --help" : fmt::format("did you mean {}?", near)),
                          true});
    return out;
  }
  out.command = verb->command;
  parse_verb(*verb, arguments.subspan(named ? 1 : 0), out, complaints);
  return out;
}

}  // namespace planish::app
