// The ticker before it sleeps: it has every thread's stores shown, and does without where it may not.
#include <unit/plugin/plugin_fixture.hpp>

#include <plugin/ticker.hpp>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <thread>

#include <linux/filter.h>
#include <linux/membarrier.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

namespace planish::plugin {
namespace {

// What becomes of these commands of membarrier(2) from now on, in threads that are not there yet, too.
bool answer_barriers(std::uint32_t commands, std::uint32_t answer) {
  const auto call = static_cast<std::uint32_t>(offsetof(seccomp_data, nr));
  const auto command = static_cast<std::uint32_t>(offsetof(seccomp_data, args));  // its low half
  std::array<sock_filter, 6> program{{
      {BPF_LD | BPF_W | BPF_ABS, 0, 0, call},
      {BPF_JMP | BPF_JEQ | BPF_K, 0, 3, __NR_membarrier},
      {BPF_LD | BPF_W | BPF_ABS, 0, 0, command},
      {BPF_JMP | BPF_JSET | BPF_K, 0, 1, commands},
      {BPF_RET | BPF_K, 0, 0, answer},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
  }};
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

Action action(const char* guest, const char* type) {
  Events events;
  events.add(type);
  return make_batch(guest)->judge(events.request()).verdicts[0].action;
}

// Whether it falls asleep after a call, and ends the next one, of an endless loop.
void sleep_and_wake() {
  bool ok = action("noop", "click") == Action::keep;
  for (int i = 0; i < 500 && !ticker().asleep(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  ok = ok && ticker().asleep() && action("hostile", "loop") == Action::fail;
  std::exit(ok ? EXIT_SUCCESS : EXIT_FAILURE);
}

TEST(TickerDeathTest, AsksForABarrierBeforeItSleeps) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  const auto sleep = [] {
    if (answer_barriers(MEMBARRIER_CMD_PRIVATE_EXPEDITED, SECCOMP_RET_KILL_PROCESS)) sleep_and_wake();
    std::exit(EXIT_FAILURE);
  };
  EXPECT_EXIT(sleep(), testing::KilledBySignal(SIGSYS), "");
}

TEST(TickerDeathTest, SleepsAndWakesWhereNoBarrierCanBeHad) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  for (const unsigned why : {unsigned{ENOSYS}, unsigned{EPERM}}) {
    const auto sleep = [why] {
      constexpr std::uint32_t kBoth = MEMBARRIER_CMD_PRIVATE_EXPEDITED | MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED;
      if (answer_barriers(kBoth, SECCOMP_RET_ERRNO | why)) sleep_and_wake();
      std::exit(EXIT_FAILURE);
    };
    EXPECT_EXIT(sleep(), testing::ExitedWithCode(EXIT_SUCCESS), "");
  }
}

}  // namespace
}  // namespace planish::plugin
