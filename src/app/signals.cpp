// sigwait(3) in a thread. SIGUSR1 ends it where the destructor sent it, and means nothing from others. siginfo does not
// tell the two apart: glibc shows a pthread_kill() as if it came from a process.
#include <app/signals.hpp>

#include <pthread.h>
#include <signal.h>

#include <algorithm>
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

using Clock = std::chrono::steady_clock;

constexpr Clock::time_point kNever = Clock::time_point::max();
constexpr std::chrono::milliseconds kSettling{100};

// Not positive: none came until then.
int wait_for(const sigset_t& set, Clock::time_point until) noexcept {
  if (until == kNever) {
    int signal = 0;
    return ::sigwait(&set, &signal) == 0 ? signal : 0;
  }
  const auto left = std::max(std::chrono::nanoseconds{0}, std::chrono::nanoseconds{until - Clock::now()});
  const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
  const timespec time{.tv_sec = static_cast<time_t>(seconds.count()),
                      .tv_nsec = static_cast<long>((left - seconds).count())};
  return ::sigtimedwait(&set, nullptr, &time);
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
  Clock::time_point settle_at = Clock::now() + kSettling;
  Clock::time_point overdue_at = kNever;
  bool stopping = false;
  for (;;) {
    const int signal = wait_for(set, std::min(settle_at, overdue_at));
    if (over_) return;
    if (settle_at != kNever) settle_at = actions_.settled() ? kNever : Clock::now() + kSettling;
    if (signal == SIGHUP) actions_.reload();
    if (signal == SIGTERM || signal == SIGINT) {
      if (!stopping) overdue_at = Clock::now() + actions_.stop_within;
      (std::exchange(stopping, true) ? actions_.stop_again : actions_.stop)(signal);
    }
    if (Clock::now() < overdue_at) continue;
    overdue_at = kNever;
    actions_.overdue();
  }
}

}  // namespace planish::app
