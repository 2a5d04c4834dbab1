// Instances: state between requests, WASI, threads, signals of others, and a million failures.
#include <unit/plugin/plugin_fixture.hpp>

#include <plugin/ticker.hpp>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <thread>

#include <dirent.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define PLANISH_ASAN
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)  // as clang says it
#define PLANISH_ASAN
#endif
#endif

#if defined(__SANITIZE_THREAD__)
// A trap leaves its signal handler by a jump, which ThreadSanitizer does not see: to it, all that comes later is in the
// handler still.
extern "C" const char* __tsan_default_options() {  // NOLINT(bugprone-reserved-identifier)
  return "report_signal_unsafe=0";
}
#endif

namespace planish::plugin {
namespace {

std::vector<Action> actions(Batch& batch, std::string_view type, std::size_t count) {
  Events events;
  for (std::size_t i = 0; i < count; ++i) events.add(type);
  std::vector<Action> found;
  for (const BatchVerdict& out : batch.judge(events.request()).verdicts) found.push_back(out.action);
  return found;
}

TEST(Instance, PutsBackGlobalsThatItsGuestDoesNotExport) {
  const auto batch = make_batch("hidden_global");
  const std::vector<Action> fresh{Action::keep, Action::reject};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(actions(*batch, "click", 2), fresh);
}

TEST(Instance, HasWhatInitSetAfterAFailureToo) {
  const auto batch = make_batch("init_global");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(actions(*batch, "click", 1), std::vector{Action::keep});
    EXPECT_EQ(actions(*batch, "click", 2), (std::vector{Action::fail, Action::keep}));
  }
}

TEST(Instance, KeepsWhatAThreadHasWhereTheOperatorWantsIt) {
  Options options = patient();
  options.state = State::thread;
  const auto batch = make_batch("hidden_global", options);
  EXPECT_EQ(actions(*batch, "click", 1), std::vector{Action::keep});
  EXPECT_EQ(actions(*batch, "click", 1), std::vector{Action::reject});
}

TEST(Instance, ThatSaysItFailedFailsEveryEvent) {
  const auto batch = make_batch("returns_one");
  EXPECT_EQ(actions(*batch, "click", 2), std::vector(2, Action::fail));
  EXPECT_EQ(batch->last_failure(), "planish_events returned 1");
}

TEST(Instance, WhoseBufferIsNoRoomFailsTheRequest) {
  for (const char* name : {"buffer_zero", "buffer_wild", "buffer_odd", "buffer_end", "buffer_traps", "buffer_loops"}) {
    const auto batch = make_batch(name);
    ASSERT_NE(batch, nullptr) << name;
    Events events;
    const std::string payload = '"' + std::string(1000, 'x') + '"';
    for (int i = 0; i < 300; ++i) events.add("click", payload);
    for (const BatchVerdict& out : batch->judge(events.request()).verdicts) EXPECT_EQ(out.action, Action::fail) << name;
  }
}

class Lines : public LogSink {
 public:
  void line(std::string_view text) noexcept override { lines.emplace_back(text); }
  void failure(std::string_view why) noexcept override { failures.emplace_back(why); }
  void lost() noexcept override { ++missed; }
  std::vector<std::string> lines, failures;
  unsigned missed = 0;
};

TEST(Wasi, AnswersWithWhatARequestIs) {
  std::string error;
  Lines log;
  const auto module = Module::load(guest("wasi"), {}, error);
  ASSERT_NE(module, nullptr) << error;
  Batch batch(Instance::make(module, patient(), &log, error), patient(), kBounds);
  const auto said = [&](std::string_view type, std::string_view request_id = "1") {
    Events events;
    events.add(type);
    BatchRequest request = events.request();
    request.received_at = 1'700'000'042'000;
    request.request_id = request_id;
    const BatchVerdict out = batch.judge(request).verdicts[0];
    return out.action == Action::fail ? "failed" : std::string(out.reason);
  };
  EXPECT_EQ(said("write"), "00");
  EXPECT_EQ(log.lines, std::vector<std::string>{"hello"});
  EXPECT_EQ(said("bad piece"), "21");
  EXPECT_EQ(said("file"), "08");
  EXPECT_EQ(said("open"), "52");
  EXPECT_EQ(said("sizes"), "21");
  EXPECT_EQ(said("time"), "42");
  EXPECT_EQ(said("x: exit"), "failed");
  EXPECT_EQ(log.failures.size(), 1U);
  EXPECT_EQ(said("random", "7"), said("random", "7"));
  EXPECT_NE(said("random", "7"), said("random", "8"));
}

TEST(Wasi, LogsSoManyLinesASecondWhateverTheRequestsAreDated) {
  Lines log;
  Wasi wasi;
  wasi.set_log(&log);
  const Wasi::Now start(std::chrono::hours(1));
  const auto fail = [&](std::int64_t received_at_ms, std::chrono::milliseconds at) {
    wasi.begin(received_at_ms, "1", start + at);
    wasi.tell_failure("trap");
  };
  using std::chrono::milliseconds;
  // Requests whose bodies were held back, between newer ones.
  for (unsigned i = 0; i < 5 * kLogLinesPerSecond; ++i) fail(i % 2 == 0 ? 1'000'000 : 4'000'000, milliseconds(i));
  EXPECT_EQ(log.failures.size(), kLogLinesPerSecond);
  EXPECT_EQ(log.missed, 4 * kLogLinesPerSecond);
  fail(1'000'000, milliseconds(999));
  EXPECT_EQ(log.failures.size(), kLogLinesPerSecond);
  fail(1'000'000, milliseconds(1000));
  EXPECT_EQ(log.failures.size(), kLogLinesPerSecond + 1);
}

TEST(Ticker, SleepsWhileNoPluginRuns) {
  const auto batch = make_batch("noop");
  EXPECT_EQ(actions(*batch, "click", 1), std::vector{Action::keep});
  for (int i = 0; i < 500 && !ticker().asleep(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(ticker().asleep());
  const auto loops = make_batch("hostile");
  EXPECT_EQ(actions(*loops, "loop", 1), std::vector{Action::fail});  // it wakes
}

// The call of an endless loop.
std::chrono::nanoseconds time_of_a_loop(std::chrono::milliseconds deadline) {
  Options options;
  options.deadline = deadline;
  const auto batch = make_batch("hostile", options);
  const auto begin = Ticker::Clock::now();
  EXPECT_EQ(actions(*batch, "loop", 1), std::vector{Action::fail});
  return Ticker::Clock::now() - begin;
}

TEST(Ticker, GivesAtLeastTheDeadline) {
  for (const int ms : {1, 10, 40}) {
    const std::chrono::milliseconds deadline(ms);
    EXPECT_GE(time_of_a_loop(deadline), deadline);
  }
}

TEST(Ticker, LetsGoOnWhoIsNotLateWhereAnotherIs) {
  std::atomic<bool> over{false};
  std::atomic<unsigned> ended{0};
  std::thread others([&] {
    while (!over) {
      time_of_a_loop(std::chrono::milliseconds(1));
      ++ended;
    }
  });
  const std::chrono::milliseconds deadline(200);
  for (unsigned before = 0; ended == before;) {
    before = ended;
    EXPECT_GE(time_of_a_loop(deadline), deadline);
  }
  over = true;
  others.join();
}

std::size_t resident_pages() {
  std::ifstream file("/proc/self/statm");
  std::size_t size = 0;
  std::size_t resident = 0;
  file >> size >> resident;
  return resident;
}

std::size_t descriptors() {
  DIR* const folder = opendir("/proc/self/fd");
  std::size_t count = 0;
  while (readdir(folder) != nullptr) ++count;
  closedir(folder);
  return count;
}

// Four threads, each with its own instance, and every kind of failure.
void fail_often(std::size_t requests) {
  constexpr const char* kTypes[] = {"read_far", "unreachable", "divide", "round_about", "wrong_call", "deep"};
  const auto batch = make_batch("hostile");
  for (std::size_t i = 0; i < requests; ++i) {
    Events events;
    events.add(kTypes[i % 6]).add("drop");
    const auto outs = batch->judge(events.request()).verdicts;
    ASSERT_EQ(outs[0].action, Action::fail);
    ASSERT_EQ(outs[1].action, Action::drop);
  }
}

// By cmake/test --long a million.
std::size_t failures() {
  return std::getenv("PLANISH_LONG") == nullptr ? PLANISH_PLUGIN_FAILURES : 1'000'000;
}

std::vector<void*> handlers() {
  std::vector<void*> all;
  for (int signal = 1; signal < NSIG; ++signal) {
    struct sigaction set = {};
    all.push_back(sigaction(signal, nullptr, &set) == 0 ? reinterpret_cast<void*>(set.sa_sigaction) : nullptr);
  }
  return all;
}

TEST(Instance, FailsOftenAndLeavesNothingBehind) {
  const auto all_threads = [](std::size_t requests) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back(fail_often, requests);
    for (std::thread& thread : threads) thread.join();
  };
  for (int i = 0; i < 3; ++i) all_threads(100);  // what threads and allocators take once
  const std::size_t pages = resident_pages();
  const std::size_t open = descriptors();
  const std::vector<void*> handled = handlers();
  all_threads(failures() / 4);
#if !defined(PLANISH_ASAN)                   // which keeps what was freed for a while
  EXPECT_LE(resident_pages(), pages + 256);  // 1 MiB, as allocators differ
#else
  static_cast<void>(pages);
#endif
  EXPECT_EQ(descriptors(), open);
  EXPECT_EQ(handlers(), handled);
}

// A child does it and dies; its status says how.
template <class Act>
[[maybe_unused]] int status_of(Act act) {
  const pid_t child = fork();
  if (child == 0) {
    act();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

#if !defined(PLANISH_ASAN) && !defined(__SANITIZE_THREAD__)  // which take these signals themselves
TEST(Signals, OfOthersKeepTheirMeaning) {
  const auto batch = make_batch("hostile");
  EXPECT_EQ(actions(*batch, "read_far", 1), std::vector{Action::fail});
  for (const int signal : {SIGSEGV, SIGILL, SIGFPE, SIGTERM, SIGHUP}) {
    const int sent = status_of([&] { raise(signal); });
    EXPECT_TRUE(WIFSIGNALED(sent) && WTERMSIG(sent) == signal) << signal;
  }
  const int crashed = status_of([] {
    void* const page = mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    *static_cast<volatile char*>(page) = 1;
  });
  EXPECT_TRUE(WIFSIGNALED(crashed) && WTERMSIG(crashed) == SIGSEGV);
}
#endif

// Constructed before the engine, so destroyed after everything of it that ever is.
struct Last {
  ~Last() {
    Ticker::Pulse pulse;
    ticker().begin(pulse);
    Ticker::end(pulse);
    for (int looks = 0; looks < 1000 && !ticker().asleep(); ++looks) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    if (!ticker().asleep()) std::_Exit(EXIT_FAILURE);
  }
};

// A reload may be loading a plugin on a thread of its own, which nobody waits for.
TEST(TickerDeathTest, TicksAsLongAsThereIsAProcess) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  const auto end = [] {
    static const Last last;
    const auto batch = make_batch("hidden_global");
    std::exit(batch == nullptr ? EXIT_FAILURE : EXIT_SUCCESS);
  };
  EXPECT_EXIT(end(), testing::ExitedWithCode(EXIT_SUCCESS), "");
}

}  // namespace
}  // namespace planish::plugin
