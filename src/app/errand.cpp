// A detached thread and what it shares with the errand, which whoever ends last takes along.
#include <app/errand.hpp>

#include <mutex>
#include <thread>
#include <utility>

namespace planish::app {

struct Errand::State {
  explicit State(std::function<Result()> what) : work(std::move(what)) {}

  const std::function<Result()> work;
  std::mutex mutex;  // held while a result is called
  bool over = false;
  bool running = false;
  bool again = false;
};

Errand::Errand(std::function<Result()> work) : state_(std::make_shared<State>(std::move(work))) {}

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
    const Result result = state.work();
    const std::lock_guard lock{state.mutex};
    if (state.over) return;
    if (result) result();
    state.running = std::exchange(state.again, false);
    if (!state.running) return;
  }
}

}  // namespace planish::app
