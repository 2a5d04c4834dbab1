// planish plugin init|build|check|bench: a folder to begin with, the compiler, and what a compiled plugin says of
// itself.
#include <app/commands.hpp>
#include <app/plugin_command.hpp>
#include <app/plugin_compiler.hpp>
#include <app/plugin_folder.hpp>
#include <app/run.hpp>
#include <plugin/batch.hpp>
#include <plugin/module.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include <unistd.h>

namespace planish::app {
namespace {

constexpr std::string_view kUsage =
    "planish plugin COMMAND\n\n"
    "  init FOLDER [--lang c|cpp|rust|assemblyscript]   a folder to begin with: source, build script, settings, a "
    "test\n"
    "  build FILE.wasm [FILE.cwasm] [--target x86_64] [--cpu v1|v2|v3]\n"
    "                                                   compile it for this planish\n"
    "  check FILE.cwasm [--config JSON]                 what it is, and whether it starts\n"
    "  bench FILE.cwasm BODY.json                       what it takes of a request\n\n"
    "planish help plugins says how to write one.\n";

int usage(std::string_view fault) {
  print_error(fault);
  std::fputs(std::string(kUsage).c_str(), stderr);
  return kExitUsage;
}

// Takes `--name VALUE` out of the words. False: it stands there without a value.
bool take_option(std::vector<std::string>& words, std::string_view name, std::string& value) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] != name) continue;
    if (i + 1 == words.size()) return false;
    value = words[i + 1];
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(i), words.begin() + static_cast<std::ptrdiff_t>(i) + 2);
    return true;
  }
  return true;
}

int init(std::vector<std::string> words) {
  std::string language = "c";
  if (!take_option(words, "--lang", language) || words.size() != 1 || words[0].starts_with('-'))
    return usage("plugin init: one folder, please");
  std::string error;
  if (!make_plugin_folder(words[0], language, error)) {
    print_error(error);
    return kExitBadInput;
  }
  return print(fmt::format("{0}: made. Now: sh {0}/build.sh\n", words[0]));
}

// Becomes planish-compile: the one beside this program, or that of PATH.
int build(std::vector<std::string> words) {
  std::string target = "x86_64", cpu = "v2";
  if (!take_option(words, "--target", target) || !take_option(words, "--cpu", cpu) || words.empty() ||
      words.size() > 2) {
    return usage("plugin build: FILE.wasm, and the file to write if it is another than FILE.cwasm");
  }
  std::string& from = words[0];
  std::string to = words.size() == 2 ? words[1] : std::filesystem::path(from).replace_extension(".cwasm").string();
  std::string name = "planish-compile";
  std::string target_option = "--target", cpu_option = "--cpu";
  std::array<char*, 8> arguments{name.data(),   from.data(),       to.data(),  target_option.data(),
                                 target.data(), cpu_option.data(), cpu.data(), nullptr};
  if (const std::string beside = compiler_beside(); !beside.empty()) execv(beside.c_str(), arguments.data());
  execvp(name.c_str(), arguments.data());
  print_error(
      "planish-compile is neither beside this program nor in PATH; it is released with planish, docker/plugin has it, "
      "and cmake --build build/release --target planish_rust_compiler makes it");
  return kExitUnreachable;
}

std::string_view name_of(plugin::Import import) {
  constexpr std::array<std::string_view, 10> kNames{
      "fd_write",          "clock_time_get", "random_get",     "proc_exit",        "environ_get",
      "environ_sizes_get", "args_get",       "args_sizes_get", "something ENOSYS", ""};
  return kNames[static_cast<std::size_t>(import)];
}

int check(std::vector<std::string> words) {
  plugin::Options options;
  if (!take_option(words, "--config", options.config) || words.size() != 1)
    return usage("plugin check: one FILE.cwasm");
  options.path = words[0];
  std::string error;
  const auto module = plugin::Module::load(options.path, {}, error);
  const auto begin = std::chrono::steady_clock::now();
  const auto instance = module ? plugin::Instance::make(module, options, nullptr, error) : nullptr;
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
  if (!instance) {
    print_error(fmt::format("{}: {}", options.path, error));
    return kExitBadInput;
  }
  std::string imports;
  for (const plugin::Import import : module->imports()) imports += fmt::format(" {}", name_of(import));
  std::string fields;
  for (const std::string& field : instance->fields()) fields += fmt::format(" {}", field);
  return print(fmt::format(
      "sha256   {}\nengine   {}\nabi      {}\nimports {}\nfields  {}\nmemory   {} KiB after init, {} KiB at most\n"
      "limits   {} ms a call, {} ms for init, {} KiB of stack, {} lines of log a second\n"
      "start    {:.0f} us\nbytes    {}\n",
      plugin::hex(module->digest()), plugin::engine_agreement(), plugin::kAbiVersion,
      imports.empty() ? " none" : imports, fields.empty() ? " none" : fields, instance->memory().size() / 1024,
      options.memory_bytes_max / 1024, options.deadline.count(), plugin::kInitDeadline.count(),
      plugin::kStackBytes / 1024, plugin::kLogLinesPerSecond, took.count(), module->file_bytes()));
}

}  // namespace

int plugin_command(std::span<const std::string> words) {
  if (words.empty()) return usage("plugin: init, build, check or bench");
  const std::vector<std::string> rest(words.begin() + 1, words.end());
  const auto asks_for_help = [](std::string_view word) { return word == "--help" || word == "-h"; };
  if (std::any_of(words.begin(), words.end(), asks_for_help)) return print(kUsage);
  if (words[0] == "init") return init(rest);
  if (words[0] == "build") return build(rest);
  if (words[0] == "check") return check(rest);
  if (words[0] == "bench" && rest.size() == 2) return plugin_bench(rest[0], rest[1]);
  if (words[0] == "bench") return usage("plugin bench: FILE.cwasm and a body");
  return usage(fmt::format("plugin {}: there is no such command", words[0]));
}

}  // namespace planish::app
