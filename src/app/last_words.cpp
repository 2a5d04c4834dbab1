// The one buffer is there from the start; of two threads that fail at once, one speaks and the other waits for the end.
#include <app/last_words.hpp>

#include <app/line_writer.hpp>
#include <app/run.hpp>

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>
#include <system_error>

namespace planish::app {
namespace {

constexpr std::size_t kReasonBytesMax = 200;

// Room for a line with a reason each of whose bytes is escaped.
constexpr std::size_t kLineBytesMax = 6 * kReasonBytesMax + 200;

constinit std::atomic<bool> in_the_log{false};
constinit std::atomic<LogFormat> chosen{LogFormat::automatic};
constinit std::atomic_flag spoken;

std::string& line() {
  static std::string reserved;
  return reserved;
}

LogFormat format_of_the_log() noexcept {
  const LogFormat format = chosen;
  if (format != LogFormat::automatic) return format;
  return ::isatty(STDERR_FILENO) == 1 ? LogFormat::text : LogFormat::json;
}

void say(std::string_view message, std::string_view reason) noexcept {
  reason = reason.substr(0, kReasonBytesMax);
  std::string& out = line();
  out.clear();
  if (!in_the_log) {
    out += "planish: ";
    out += reason.empty() ? message : reason;
  } else {
    const LogFormat format = format_of_the_log();
    const auto now = std::chrono::system_clock::now();
    if (reason.empty()) {
      append_log_line(out, format, now, LogLevel::error, message, {});
    } else {
      append_log_line(out, format, now, LogLevel::error, message, {{"reason", reason}});
    }
  }
  out += '\n';
  static_cast<void>(LineWriter{STDERR_FILENO}.write(out));
}

// What the system gives to nobody at the moment. Other errors of its calls, from where nobody expected one, are ours.
bool is_exhausted(const std::error_code& code) noexcept {
  for (const std::errc exhausted :
       {std::errc::resource_unavailable_try_again, std::errc::not_enough_memory, std::errc::too_many_files_open,
        std::errc::too_many_files_open_in_system, std::errc::no_space_on_device, std::errc::no_buffer_space}) {
    if (code == exhausted) return true;
  }
  return false;
}

// Of an exception that nobody caught: what the system refused is not our fault, all else is, and leaves a core.
[[noreturn]] void end_with_a_word() noexcept {
  while (spoken.test_and_set()) ::pause();
  const std::exception_ptr why = std::current_exception();
  bool ours = true;
  try {
    if (why) std::rethrow_exception(why);
  } catch (const std::bad_alloc&) {
    ours = false;
  } catch (const std::system_error& error) {
    ours = !is_exhausted(error.code());
  } catch (...) {
    ours = true;
  }
  const int code = say_last_words(ours ? nullptr : why);
  if (ours) std::abort();
  ::_exit(code);
}

// The initialisers that run before main(), as those of CLI11's validators, throw for want of memory alone; there may
// be none for the exception either, nor for a line.
[[noreturn]] void end_before_main() noexcept {
  constexpr std::string_view kWords = "planish: out of memory\n";
  static_cast<void>(LineWriter{STDERR_FILENO}.write(kWords));
  ::_exit(kExitSystem);
}

[[gnu::constructor(101)]] void expect_no_memory_before_main() noexcept {
  std::set_terminate(&end_before_main);
}

}  // namespace

void prepare_last_words() {
  line().reserve(kLineBytesMax);
  std::set_terminate(&end_with_a_word);
}

void set_last_words(LogFormat format) noexcept {
  chosen = format;
  in_the_log = true;
}

std::string_view reason_of(const std::exception& error) noexcept {
  return dynamic_cast<const std::bad_alloc*>(&error) != nullptr ? std::string_view{"out of memory"} : error.what();
}

int say_last_words(const std::exception_ptr& why) noexcept {
  try {
    if (why) std::rethrow_exception(why);
    say("ended by a fault of its own", {});
  } catch (const std::bad_alloc&) {
    say("out of memory", {});
    return kExitSystem;
  } catch (const std::system_error& error) {
    say("cannot serve", error.what());
    return kExitSystem;
  } catch (const std::exception& error) {
    say("ended by a fault", error.what());
  } catch (...) {
    say("ended by a fault of its own", {});
  }
  return kExitFailed;
}

}  // namespace planish::app
