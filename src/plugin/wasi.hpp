// WASI preview 1, as far as toolchains insist on it: a log, the time of the request, a stream of numbers, an end. No
// file, no environment, no argument; everything else is ENOSYS.
#pragma once

#include <plugin/limits.hpp>

#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

namespace planish::plugin {

class GuestMemory;

enum class Import : std::uint8_t {
  fd_write,
  clock_time_get,
  random_get,
  proc_exit,
  environ_get,
  environ_sizes_get,
  args_get,
  args_sizes_get,
  not_here,  // of WASI, and ENOSYS
  unknown,   // of nobody
};

[[nodiscard]] Import find_import(std::string_view from, std::string_view name) noexcept;

// What a plugin writes, and why it failed. Lines are cut at kLogLineBytesMax; beyond kLogLinesPerSecond they are
// counted only. From any thread.
class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void line(std::string_view text) noexcept = 0;
  virtual void failure(std::string_view why) noexcept = 0;
  virtual void lost() noexcept = 0;
};

class Wasi {
 public:
  static constexpr int kEnd = -1;  // the call is over: proc_exit

  // Null: nobody listens. It must outlive this.
  void set_log(LogSink* sink) noexcept { sink_ = sink; }

  using Now = std::chrono::steady_clock::time_point;

  // The request's id is what numbers are made of, so that a run repeats. It must stay until the next. Log lines are
  // counted by `now`, which only rises: clients choose when a request that they have begun comes to its end.
  void begin(std::int64_t received_at_ms, std::string_view request_id, Now now) noexcept {
    received_at_ms_ = received_at_ms;
    now_ = now;
    request_id_ = request_id;
    has_seed_ = false;
  }

  // The errno, or kEnd. The arguments are a guest's: believed by nobody.
  [[nodiscard]] int call(Import, std::span<const std::uint64_t> arguments, GuestMemory&) noexcept;

  // The call that is over has failed.
  void tell_failure(std::string_view why) noexcept;

 private:
  int write(std::span<const std::uint64_t> arguments, GuestMemory&) noexcept;
  int random(std::uint64_t at, std::uint64_t bytes, GuestMemory&) noexcept;
  void log(std::string_view text) noexcept;
  [[nodiscard]] bool may_log() noexcept;
  [[nodiscard]] std::uint64_t next_number() noexcept;

  LogSink* sink_ = nullptr;
  std::int64_t received_at_ms_ = 0;
  std::string_view request_id_;
  bool has_seed_ = false;
  std::uint64_t random_state_ = 0;
  Now now_;
  Now second_begun_;  // the one that lines_in_second_ is of
  unsigned lines_in_second_ = 0;
};

}  // namespace planish::plugin
