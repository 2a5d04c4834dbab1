// Work that hangs, work that is asked for again, and what comes back when nobody is there any more.
#include <app/errand.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>

namespace planish::app {
namespace {

// Where work waits until the test lets it go on.
class Gate {
 public:
  void pass() {
    std::unique_lock lock{mutex_};
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_ > 0; });
    --open_;
  }
  void let_one_pass() {
    const std::lock_guard lock{mutex_};
    ++open_;
    changed_.notify_all();
  }
  void wait_for(int arrived) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return arrived_ >= arrived; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int arrived_ = 0;
  int open_ = 0;
};

void no_failure(const std::exception& error) {
  ADD_FAILURE() << error.what();
}

TEST(Errand, HandsOverWhatItBringsBack) {
  Gate done;
  const auto brought = std::make_shared<std::atomic<int>>(0);
  Errand errand{[&done, brought]() -> Errand::Result {
                  return [&done, brought] {
                    *brought = 7;
                    done.let_one_pass();
                  };
                },
                &no_failure};
  errand.start();
  done.pass();
  EXPECT_EQ(*brought, 7);
}

TEST(Errand, HandsOverWhatItFailedOf) {
  Gate done;
  std::string why;
  Errand errand{[]() -> Errand::Result { throw std::runtime_error("lost"); },
                [&](const std::exception& error) {
                  why = error.what();
                  done.let_one_pass();
                }};
  errand.start();
  done.pass();
  EXPECT_EQ(why, "lost");
  errand.start();
  done.pass();
}

TEST(Errand, IsDoneOnceMoreHoweverOftenItWasAskedForMeanwhile) {
  const auto gate = std::make_shared<Gate>();
  const auto times = std::make_shared<std::atomic<int>>(0);
  Gate done;
  {
    Errand errand{[gate, times, &done]() -> Errand::Result {
                    gate->pass();
                    return [times, &done] {
                      ++*times;
                      done.let_one_pass();
                    };
                  },
                  &no_failure};
    errand.start();
    gate->wait_for(1);
    for (int i = 0; i < 5; ++i) errand.start();  // does not wait
    gate->let_one_pass();
    done.pass();
    gate->wait_for(2);
    gate->let_one_pass();
    done.pass();
  }
  EXPECT_EQ(*times, 2);
}

TEST(Errand, CanBeSentAgainWhenItIsBack) {
  Gate done;
  Errand errand{[&done]() -> Errand::Result { return [&done] { done.let_one_pass(); }; }, &no_failure};
  for (int i = 0; i < 3; ++i) {
    errand.start();
    done.pass();
  }
}

TEST(Errand, IsNotWaitedForByWhoGoesAndBringsThemNothing) {
  const auto gate = std::make_shared<Gate>();
  const auto finished = std::make_shared<Gate>();
  const auto called = std::make_shared<std::atomic<bool>>(false);
  {
    Errand errand{[gate, finished, called]() -> Errand::Result {
                    gate->pass();
                    const std::shared_ptr<void> at_end{nullptr, [finished](void*) { finished->let_one_pass(); }};
                    return [called, at_end] { *called = true; };
                  },
                  &no_failure};
    errand.start();
    gate->wait_for(1);
  }
  gate->let_one_pass();
  finished->pass();  // the thread has let go of its result
  EXPECT_FALSE(*called);
}

}  // namespace
}  // namespace planish::app
