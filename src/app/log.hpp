// Log: one line each on standard error, by way of a bounded queue. A reader that stalls costs lines, never requests.
#pragma once

#include <app/log_line.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

namespace planish::app {

class Log {
 public:
  // Lines that wait for the writer; the oldest is dropped for one more.
  static constexpr std::size_t kLinesMax = 256;  // each costs 400 bytes from the start

  // LogFormat::automatic: text if `descriptor` is a terminal, JSON otherwise.
  Log(int descriptor, LogFormat, LogLevel);
  // Waits a little for the lines that are left. If nobody reads them, the writer is left behind, for exit() to end.
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // From any thread. Never waits for the reader.
  void write(LogLevel, std::string_view message, Fields = {});
  void info(std::string_view message, Fields fields = {}) { write(LogLevel::info, message, fields); }
  void warn(std::string_view message, Fields fields = {}) { write(LogLevel::warn, message, fields); }
  void error(std::string_view message, Fields fields = {}) { write(LogLevel::error, message, fields); }

  void set_level(LogLevel level) noexcept { level_.store(level, std::memory_order_relaxed); }
  [[nodiscard]] bool wants(LogLevel level) const noexcept { return level >= level_.load(std::memory_order_relaxed); }

  // Lines that were never written.
  [[nodiscard]] std::uint64_t dropped() const noexcept;
  // Returns once everything is written, or after `patience`; whether it is.
  bool flush(std::chrono::milliseconds patience) const noexcept;

 private:
  struct Queue;
  std::unique_ptr<Queue> queue_;
  LogFormat format_;
  std::atomic<LogLevel> level_;
};

}  // namespace planish::app
