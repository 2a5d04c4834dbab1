// Errand: work that may keep whoever does it waiting, for ever if it comes to that, such as to read a file.
#pragma once

#include <exception>
#include <functional>
#include <memory>

namespace planish::app {

class Errand {
 public:
  // What is done with what the work brought back.
  using Result = std::function<void()>;

  // `work` may take as long as it likes, and may go on when the errand is gone: it has to own all that it touches. What
  // it returns, or `failed` with what it throws, is called while the errand is there, or not at all; destruction waits
  // for it.
  Errand(std::function<Result()> work, std::function<void(const std::exception&)> failed);
  ~Errand();
  Errand(const Errand&) = delete;
  Errand& operator=(const Errand&) = delete;

  // From any thread, without waiting: does the work on a thread of its own, which ends with it. While that goes on,
  // further calls make it be done once more afterwards, however many they are. Throws std::system_error where no thread
  // is to be had.
  void start();

 private:
  struct State;
  static void run(State&);
  static void bring_back(State&);

  std::shared_ptr<State> state_;
};

}  // namespace planish::app
