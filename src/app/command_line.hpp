// The command line: a subcommand and its arguments. The only file that knows CLI11 is command_line.cpp.
#pragma once

#include <app/settings.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace planish::app {

enum class Command : std::uint8_t {
  serve,
  transform,
  check,
  healthcheck,
  smoke,
  version,
  licenses,
  plugin,
  draft,
  test,
  explain
};

struct Arguments {
  Command command = Command::serve;
  std::vector<Given> flags;        // of the settings, in the order of the table
  std::string config;              // --config
  std::string file;                // transform FILE, contracts draft FILE; empty: standard input; test DIR
  std::string url;                 // healthcheck --url, smoke --url
  std::vector<std::string> words;  // plugin: what stands after it
  bool ndjson = false;             // transform --ndjson
  std::string endpoint;            // transform, contracts draft --endpoint; empty: the first one
  std::string content_type;        // transform --content-type; empty: none
  bool update = false;             // test --update
  std::string now;                 // test --now; empty: its default
  bool json = false;               // version --json
  bool connect = false;            // check --connect
  std::string answer;              // not empty: what --help or --version print; nothing else is to be done
};

// `arguments`: without the program's name. Without a subcommand it is `serve`. Complaints are those of usage; how many
// values a flag has is looked at here, what they mean is not.
[[nodiscard]] Arguments parse_command_line(std::span<const std::string_view> arguments, Complaints&);

}  // namespace planish::app
