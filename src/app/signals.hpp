// Signals: SIGTERM, SIGINT and SIGHUP, waited for by a thread of their own; nothing runs in a signal handler.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

namespace planish::app {

// Blocks the three for this thread and those that it will start, and ignores SIGPIPE and SIGXFSZ. To be called before
// any thread is started: then nothing is lost, also by process 1, for which unblocked signals have no default action.
void block_signals() noexcept;

struct SignalActions {
  std::function<void(int signal)> stop;        // the first SIGTERM or SIGINT
  std::function<void(int signal)> stop_again;  // the second
  std::function<void()> reload;                // SIGHUP
  // A tenth of a second after the start or before the first signal. False: not yet, again a tenth later.
  std::function<bool()> settled = [] { return true; };
  // The stop has taken longer than it may. Whatever holds the other threads, this one is free.
  std::function<void()> overdue = [] {};
  std::chrono::milliseconds stop_within = std::chrono::hours{24};
};

// Calls the actions from its own thread, from construction to destruction.
class SignalWatch {
 public:
  explicit SignalWatch(SignalActions);
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

 private:
  void watch();

  SignalActions actions_;
  std::atomic<bool> over_{false};
  std::thread thread_;
};

}  // namespace planish::app
