// A detached thread and what it shares with the errand, which whoever ends last takes along.
#include <app/errand.hpp>

#include <mutex>
#include <thread>
#include <utility>

namespace planish::app {

struct Errand::State {
  const std::function<Result()> work;
  const std::function<void(const std::exception&)> failed;
  State(std::function<Result()> what, std::function<void(const std::exception&)> else_what)
      : work(std::move(what)), failed(std::move(else_what)) {}

  std::mutex mutex;  // held while a result is called
  bool over = false;
  bool running = false;
  bool again = false;
};

Errand::Errand(std::function<Result()> work, std::function<void(const std::exception&)> failed)
    : state_(std::make_shared<State>(std::move(work), std::move(failed))) {}

Errand::~Errand() {
  const std::lock_guard lock{state_->mutex};
  state_->over = true;
}

void Errand::start() {
  const std::lock_guard lock{state_->mutex};
  if (state_->running) {
    state_->again = true;
    return;
  }
  std::thread([state = state_] { run(*state); }).detach();
  state_->running = true;
}

void Errand::run(State& state) {
  for (;;) {
    bring_back(state);
    const std::lock_guard lock{state.mutex};
    state.running = std::exchange(state.again, false) && !state.over;
    if (!state.running) return;
  }
}

void Errand::bring_back(State& state) {
  try {
    const Result result = state.work();
    const std::lock_guard lock{state.mutex};
    if (!state.over) result();
  } catch (const std::exception& error) {
    const std::lock_guard lock{state.mutex};
    if (!state.over) state.failed(error);
  }
}

}  // namespace planish::app
