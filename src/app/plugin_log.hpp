// PluginLog: what a plugin writes, and why it failed, as lines of the server's log.
#pragma once

#include <plugin/wasi.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace planish::app {

// Of one plugin, in any of its threads. Where there is no log, in a command, its lines go to standard error.
class PluginLog final : public plugin::LogSink {
 public:
  // `plugin`: its name, as the configuration has it.
  explicit PluginLog(std::string plugin) : plugin_(std::move(plugin)) {}

  void line(std::string_view text) noexcept override;
  void failure(std::string_view why) noexcept override;
  void lost() noexcept override;

 private:
  std::string plugin_;
};

}  // namespace planish::app
