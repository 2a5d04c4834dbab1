// Ticker: see its header.
#include <plugin/ticker.hpp>

#include <plugin/engine.hpp>

#include <algorithm>
#include <csignal>
#include <functional>
#include <utility>

#include <linux/membarrier.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace planish::plugin {

namespace {

// A thread of the sandbox takes no signal that is meant for the process: it may be there before who handles them.
std::thread without_signals(const std::function<void()>& run) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(run);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

// membarrier(2), which a kernel may not have and a sandbox not allow.
void ask_for_barrier(int command) noexcept {
  static_cast<void>(::syscall(SYS_membarrier, command, 0, 0));
}

}  // namespace

Ticker::Ticker(const PlanishEngine* engine) : engine_(engine), thread_(without_signals([this] { run(); })) {}

Ticker::~Ticker() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  woken_.notify_all();
  thread_.join();
}

void Ticker::add(const Pulse& pulse, Clock::duration shortest) {
  {
    const std::lock_guard lock(mutex_);
    watched_.push_back({&pulse, shortest, pulse.count.load()});
  }
  woken_.notify_all();  // others may have more time
}

void Ticker::remove(const Pulse& pulse) {
  const std::lock_guard lock(mutex_);
  std::erase_if(watched_, [&](const Watched& watched) { return watched.pulse == &pulse; });
}

void Ticker::wake() noexcept {
  {
    const std::lock_guard lock(mutex_);
    asleep_.store(false);
  }
  woken_.notify_all();
}

Ticker::Look Ticker::look(Clock::time_point now) noexcept {
  Look look{.next = now + kIdle};
  for (Watched& watched : watched_) {
    const std::uint32_t count = watched.pulse->count.load(std::memory_order_acquire);
    const bool is_under_way = count % 2 != 0;
    if (count != std::exchange(watched.seen, count) || is_under_way) look.moved = true;
    look.next = std::min(look.next, now + watched.shortest + kLate);
    if (!is_under_way) continue;
    if (is_late(*watched.pulse, now)) {
      look.late = true;
      look.next = std::min(look.next, now + kLate);  // the next call may be late as well
    } else {
      look.next = std::min(look.next, Clock::time_point(Clock::duration(watched.pulse->until.load())));
    }
  }
  return look;
}

// Who begins a call shows it and then sees whether this sleeps, with no fence in between: a processor may keep what was
// shown to itself, for less than a microsecond or until it does something else. So this says that it sleeps, has the
// processors that run threads of this process show what they have, and looks again after thousands of these moments,
// which are all there is where no barrier can be had.
void Ticker::run() {
  prctl(PR_SET_TIMERSLACK, std::chrono::nanoseconds(kSlack).count());
  ask_for_barrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
  std::unique_lock lock(mutex_);
  Clock::time_point moved;
  Clock::time_point said;
  while (!over_) {
    const Clock::time_point now = Clock::now();
    const Look seen = look(now);
    if (seen.late) planish_engine_tick(engine_);
    if (seen.moved || !asleep_.load()) {
      if (seen.moved) moved = now;
      said = now;
      const bool sleeps = now - moved >= kIdle;
      asleep_.store(sleeps);
      if (sleeps) ask_for_barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
    } else if (now - said >= kLate) {
      woken_.wait(lock, [&] { return over_ || !asleep_.load(); });
      moved = Clock::now();
      continue;
    }
    woken_.wait_until(lock, seen.next);
  }
}

}  // namespace planish::plugin
