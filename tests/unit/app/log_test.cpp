// The log's queue: bounded, counted, and never waiting for its reader.
#include <app/log.hpp>

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <string>

namespace planish::app {
namespace {

using namespace std::chrono_literals;

class Pipe {
 public:
  Pipe() { EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC), 0); }
  ~Pipe() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  [[nodiscard]] int writer() const { return ends_[1]; }
  std::string read_some() const {
    std::array<char, 65536> buffer;
    const ssize_t count = ::read(ends_[0], buffer.data(), buffer.size());
    return count > 0 ? std::string(buffer.data(), static_cast<std::size_t>(count)) : std::string{};
  }

 private:
  std::array<int, 2> ends_{};
};

TEST(Log, WritesOneLineForEachMessage) {
  const Pipe pipe;
  {
    Log log{pipe.writer(), LogFormat::automatic, LogLevel::info};
    log.info("one");
    log.warn("two", {{"n", std::int64_t{2}}});
    EXPECT_TRUE(log.flush(5s));
    EXPECT_EQ(log.dropped(), 0U);
  }
  const std::string text = pipe.read_some();
  EXPECT_NE(text.find(R"("message":"one"})"
                      "\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find(R"("message":"two","n":2})"
                      "\n"),
            std::string::npos)
      << text;
}

std::size_t threads_of_this_process() {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator{"/proc/self/task"}, {}));
}

TEST(Log, WritesAtOnceUntilThereIsAQueueAndKeepsTheOrder) {
  const Pipe pipe;
  Log log{pipe.writer(), LogFormat::json, LogLevel::info};
  const std::size_t threads = threads_of_this_process();
  log.info("1");
  EXPECT_NE(pipe.read_some().find("\"1\""), std::string::npos);
  log.info("2");
  EXPECT_EQ(threads_of_this_process(), threads);
  log.start_queue();
  const std::size_t with_queue = threads_of_this_process();
  EXPECT_GT(with_queue, threads);  // the thread sanitizer adds one of its own
  log.start_queue();
  EXPECT_EQ(threads_of_this_process(), with_queue);
  log.info("3");
  EXPECT_TRUE(log.flush(5s));
  const std::string text = pipe.read_some();
  EXPECT_LT(text.find("\"2\""), text.find("\"3\""));
  EXPECT_NE(text.find("\"3\""), std::string::npos);
  EXPECT_EQ(log.dropped(), 0U);
}

TEST(Log, ALineThatAPipeMightNotTakeAtOnceGoesByWayOfTheQueue) {
  const Pipe pipe;
  Log log{pipe.writer(), LogFormat::json, LogLevel::info};
  const std::size_t threads = threads_of_this_process();
  log.info(std::string(5'000, 'x'));
  EXPECT_GT(threads_of_this_process(), threads);
  EXPECT_TRUE(log.flush(5s));
  EXPECT_NE(pipe.read_some().find(std::string(5'000, 'x')), std::string::npos);
}

TEST(Log, LeavesOutWhatIsBelowItsLevel) {
  const Pipe pipe;
  Log log{pipe.writer(), LogFormat::json, LogLevel::warn};
  log.info("unwanted");
  log.set_level(LogLevel::debug);
  log.info("wanted");
  EXPECT_TRUE(log.flush(5s));
  const std::string text = pipe.read_some();
  EXPECT_EQ(text.find("unwanted"), std::string::npos);
  EXPECT_NE(text.find("wanted"), std::string::npos);
}

TEST(Log, AReaderThatStallsCostsLinesAndTheyAreCounted) {
  static const auto* const pipe = new Pipe;  // left to the process, as is the writer that waits for its reader
  const auto begin = std::chrono::steady_clock::now();
  std::uint64_t dropped = 0;
  {
    Log log{pipe->writer(), LogFormat::json, LogLevel::info};
    const std::string filler(200, 'x');
    for (int i = 0; i < 5'000; ++i) log.info("line", {{"filler", filler}});
    dropped = log.dropped();
    EXPECT_FALSE(log.flush(10ms));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 20s);
  // The pipe takes 64 KiB, the queue kLinesMax lines; all others are lost.
  EXPECT_GE(dropped, 5'000 - Log::kLinesMax - 65'536 / 200 - 2);
  EXPECT_LT(dropped, 5'000U);
}

TEST(Log, AReaderThatIsGoneIsNoReasonToStop) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK), 0);
  ::close(ends[1]);
  Log log{ends[1], LogFormat::json, LogLevel::info};  // EBADF on each write
  log.info("lost");
  EXPECT_EQ(log.dropped(), 1U);
  log.start_queue();
  for (int i = 0; i < 10; ++i) log.info("lost as well");
  EXPECT_TRUE(log.flush(5s));
  EXPECT_EQ(log.dropped(), 11U);
  ::close(ends[0]);
}

TEST(Log, EachLineThatAFullDiskDoesNotTakeIsCounted) {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  {
    Log log{full, LogFormat::json, LogLevel::info};
    for (int i = 0; i < 3; ++i) log.info("at once");
    EXPECT_EQ(log.dropped(), 3U);
    log.start_queue();
    for (int i = 0; i < 4; ++i) log.info("by way of the queue");
    EXPECT_TRUE(log.flush(5s));
    EXPECT_EQ(log.dropped(), 7U);
  }
  ::close(full);
}

}  // namespace
}  // namespace planish::app
