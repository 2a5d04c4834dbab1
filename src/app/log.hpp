// Log: one line each on standard error. A reader that stalls costs lines, never requests.
//
// A line is written by who logs it, as long as the reader takes it at once: so a start has its lines out without
// waiting for a thread, and one that fails needs none. From start_queue() on, or from the first line that would have
// to wait, lines go by way of a bounded queue, which one thread writes.
#pragma once

#include <app/line_writer.hpp>
#include <app/log_line.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>

namespace planish::app {

class Log {
 public:
  // Lines that wait for the queue's thread; the oldest is dropped for one more.
  static constexpr std::size_t kLinesMax = 256;  // each costs 400 bytes, once there is a queue

  // LogFormat::automatic: text if `descriptor` is a terminal, JSON otherwise.
  Log(int descriptor, LogFormat, LogLevel);
  // Waits a little for the lines that are left. If nobody reads them, the thread is left behind, for exit() to end.
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // From any thread. Never waits for the reader.
  void write(LogLevel, std::string_view message, Fields = {}) noexcept;
  void info(std::string_view message, Fields fields = {}) noexcept { write(LogLevel::info, message, fields); }
  void warn(std::string_view message, Fields fields = {}) noexcept { write(LogLevel::warn, message, fields); }
  void error(std::string_view message, Fields fields = {}) noexcept { write(LogLevel::error, message, fields); }

  void set_level(LogLevel level) noexcept { level_.store(level, std::memory_order_relaxed); }
  [[nodiscard]] bool wants(LogLevel level) const noexcept { return level >= level_.load(std::memory_order_relaxed); }

  // From any thread. Throws std::system_error where no thread can be had; then all is as before.
  void start_queue();

  // One that somebody else had for it, and left out.
  void lose() noexcept { lost_.fetch_add(1, std::memory_order_relaxed); }
  // Lines that were never written, or not to their end: the queue was full, nobody reads, the disk is full, no memory.
  [[nodiscard]] std::uint64_t dropped() const noexcept;
  // Returns once everything is written, or after `patience`; whether it is.
  bool flush(std::chrono::milliseconds patience) const noexcept;

 private:
  class Queue;

  Queue* write_at_once(std::string_view line);
  Queue* queue_locked();

  LineWriter writer_;  // until there is a queue, which goes on with it
  LogFormat format_;
  std::mutex mutex_;  // held while there is no queue yet
  std::unique_ptr<Queue> owned_queue_;
  std::atomic<Queue*> queue_{nullptr};  // the same, for all threads
  std::atomic<std::uint64_t> lost_{0};  // before they came to the queue
  std::atomic<LogLevel> level_;
};

}  // namespace planish::app
