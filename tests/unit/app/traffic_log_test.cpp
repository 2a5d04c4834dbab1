// Notices: one of a kind a second is said, and the next says how many were not.
#include <app/traffic_log.hpp>

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace planish::app {
namespace {

using namespace std::chrono_literals;

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t times = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++times;
  return times;
}

// Of the numbers behind that name.
std::size_t sum_of(const std::string& text, const std::string& name) {
  std::size_t sum = 0;
  for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + 1))
    sum += std::stoul(text.substr(at + name.size(), 9));
  return sum;
}

TEST(NoticeLog, CountsWhatAllThreadsLeaveUnsaid) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  Log log{ends[1], LogFormat::json, LogLevel::info};
  NoticeLog notices{log};
  const auto begin = std::chrono::steady_clock::now();
  {
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&notices] {
        for (int j = 0; j < 100; ++j) notices(net::Notice::connections_full);
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  notices(net::Notice::buffered_full);  // a kind of its own
  const bool within_a_second = std::chrono::steady_clock::now() - begin < 1s;
  std::this_thread::sleep_for(1100ms);  // the last one is in another second than all of them
  notices(net::Notice::connections_full);
  ::close(ends[1]);
  std::string text(65'536, '\0');
  text.resize(static_cast<std::size_t>(::read(ends[0], text.data(), text.size())));
  ::close(ends[0]);
  const std::size_t told = count(text, "the limit of connections is reached\"");
  EXPECT_GE(told, 2U) << text;
  EXPECT_LE(told, within_a_second ? 2U : 3U) << text;
  EXPECT_EQ(count(text, "buffered bytes"), 1U);
  // The first line may tell some of them already: those of threads that came while it was being told.
  const auto lines = count(text, "the limit of connections is reached\"");
  EXPECT_EQ(sum_of(text, "reached\",\"times_unsaid\":") + lines, 301U) << text;
}

}  // namespace
}  // namespace planish::app
