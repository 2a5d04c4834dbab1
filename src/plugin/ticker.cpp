// Ticker: see its header.
#include <plugin/ticker.hpp>

#include <plugin/engine.hpp>

#include <algorithm>
#include <csignal>
#include <functional>

#include <pthread.h>

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

void Ticker::add(const Pulse& pulse) {
  const std::lock_guard lock(mutex_);
  watched_.push_back({&pulse, pulse.count.load()});
}

void Ticker::remove(const Pulse& pulse) {
  const std::lock_guard lock(mutex_);
  std::erase_if(watched_, [&](const Watched& watched) { return watched.pulse == &pulse; });
}

void Ticker::wake() noexcept {
  {
    const std::lock_guard lock(mutex_);
    asleep_.store(false, std::memory_order_seq_cst);
  }
  woken_.notify_all();
}

bool Ticker::anything_moved() noexcept {
  bool moved = false;
  for (Watched& watched : watched_) {
    const std::uint32_t now = watched.pulse->count.load(std::memory_order_seq_cst);
    moved = moved || now != watched.seen || now % 2 != 0;
    watched.seen = now;
  }
  return moved;
}

void Ticker::run() {
  std::unique_lock lock(mutex_);
  unsigned idle = 0;
  while (!over_) {
    if (asleep_.load()) {
      woken_.wait(lock, [&] { return over_ || !asleep_.load(); });
      idle = 0;
      continue;
    }
    woken_.wait_for(lock, kTick, [&] { return over_; });
    planish_engine_tick(engine_);
    idle = anything_moved() ? 0 : idle + 1;
    if (idle <= kIdleTicksMax) continue;
    // Who begins a call now sees that it sleeps, or is seen here.
    asleep_.store(true, std::memory_order_seq_cst);
    if (anything_moved()) {
      asleep_.store(false);
      idle = 0;
    }
  }
}

}  // namespace planish::plugin
