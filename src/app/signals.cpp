// sigwait(3) in a thread. SIGUSR1 ends it where the destructor sent it, and means nothing from others. siginfo does not
// tell the two apart: glibc shows a pthread_kill() as if it came from a process.
#include <app/signals.hpp>

#include <pthread.h>
#include <signal.h>

#include <ctime>
#include <system_error>
#include <utility>

namespace planish::app {
namespace {

sigset_t watched() noexcept {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) sigaddset(&set, signal);
  return set;
}

}  // namespace

void block_signals() noexcept {
  const sigset_t set = watched();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  // Whoever writes is told by the call: a log whose reader is gone, or whose file may not grow, is no reason to die.
  for (const int signal : {SIGPIPE, SIGXFSZ}) ::signal(signal, SIG_IGN);
}

SignalWatch::SignalWatch(SignalActions actions) try : actions_(std::move(actions)), thread_([this] { watch(); }) {
} catch (const std::system_error& error) {
  throw std::system_error(error.code(), "cannot start a thread");
}

SignalWatch::~SignalWatch() {
  over_ = true;
  ::pthread_kill(thread_.native_handle(), SIGUSR1);
  thread_.join();
}

void SignalWatch::watch() {
  const sigset_t set = watched();
  constexpr timespec kSettling{.tv_sec = 0, .tv_nsec = 100'000'000};
  int signal = ::sigtimedwait(&set, nullptr, &kSettling);
  if (over_) return;
  actions_.settled();
  bool stopping = false;
  for (;; signal = 0) {
    if (signal <= 0 && ::sigwait(&set, &signal) != 0) continue;
    if (over_) return;
    if (signal == SIGHUP) actions_.reload();
    if (signal == SIGTERM || signal == SIGINT)
      (std::exchange(stopping, true) ? actions_.stop_again : actions_.stop)(signal);
  }
}

}  // namespace planish::app
