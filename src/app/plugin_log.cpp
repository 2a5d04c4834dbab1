// PluginLog: plugins are loaded before there is a log, so all of them ask for it line by line.
#include <app/commands.hpp>
#include <app/log.hpp>
#include <app/plugin_command.hpp>
#include <app/plugin_log.hpp>

#include <fmt/format.h>

#include <atomic>

namespace planish::app {
namespace {

constinit std::atomic<Log*> log{nullptr};

}  // namespace

void set_plugin_log(Log* next) noexcept {
  log.store(next, std::memory_order_release);
}

void PluginLog::line(std::string_view text) noexcept {
  Log* const to = log.load(std::memory_order_acquire);
  if (to == nullptr) return print_error(fmt::format("{}: {}", plugin_, text));
  to->info("plugin", {{"plugin", plugin_}, {"line", text}});
}

// In a command, what became of the event is said in its answer.
void PluginLog::failure(std::string_view why) noexcept {
  Log* const to = log.load(std::memory_order_acquire);
  if (to != nullptr) to->warn("plugin failed", {{"plugin", plugin_}, {"reason", why}});
}

void PluginLog::lost() noexcept {
  Log* const of = log.load(std::memory_order_acquire);
  if (of != nullptr) of->lose();
}

}  // namespace planish::app
