// planish_pace: how fast the machine is at the moment, in some 10 ms: the server's core at computing, and the way from
// one core to the other, which a loop that only computes does not see. On a virtual machine two cores may be two
// threads of one at one time and far apart at another, and what one has just written is read the faster or the slower.
//
//     planish_pace SERVER_CPU GENERATOR_CPU    one and the same: there is no way, and it takes no time
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <thread>

namespace {

constexpr std::size_t kLineBytes = 64, kLines = 256;
constexpr int kRounds = 401;

struct alignas(kLineBytes) Line {
  std::atomic<int> value{0};
};

std::array<Line, kLines> written;  // by the generator's core; the server's reads them
Line turn;                         // 2 n: of the writer in round n; 2 n + 1: of the reader

void stay_on(int cpu) {
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  CPU_SET(static_cast<unsigned>(cpu), &cpus);
  if (sched_setaffinity(0, sizeof cpus, &cpus) != 0) std::exit(71);
}

double thread_us() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

// A chain of multiplications; the least of five, each some 100 us.
double compute_us() {
  double least = 1e9;
  for (int round = 0; round < 5; ++round) {
    const double before = thread_us();
    std::uint64_t value = 1;
    for (int i = 0; i < 100'000; ++i) value = value * 6'364'136'223'846'793'005U + 1;
    asm volatile("" ::"r"(value));
    least = std::min(least, thread_us() - before);
  }
  return least;
}

void wait_for(int which) {
  while (turn.value.load(std::memory_order_acquire) != which) {
  }
}

// To read a line that the other core has written last, one of many behind one another: nanoseconds, the median round.
double crossing_ns(int generator_cpu) {
  std::thread writer([generator_cpu] {
    stay_on(generator_cpu);
    for (int round = 0; round < kRounds; ++round) {
      wait_for(2 * round);
      for (Line& line : written) line.value.store(round, std::memory_order_relaxed);
      turn.value.store(2 * round + 1, std::memory_order_release);
    }
  });
  std::array<double, kRounds> took{};
  for (int round = 0; round < kRounds; ++round) {
    wait_for(2 * round + 1);
    const auto before = std::chrono::steady_clock::now();
    for (const Line& line : written) (void)line.value.load(std::memory_order_relaxed);
    const std::chrono::duration<double, std::nano> all = std::chrono::steady_clock::now() - before;
    took[static_cast<std::size_t>(round)] = all.count() / kLines;
    turn.value.store(2 * round + 2, std::memory_order_release);
  }
  writer.join();
  std::nth_element(took.begin(), took.begin() + kRounds / 2, took.end());
  return took[kRounds / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 64;
  const int server_cpu = std::atoi(argv[1]), generator_cpu = std::atoi(argv[2]);
  stay_on(server_cpu);
  const double compute = compute_us();
  std::printf("{\"compute_us\":%.2f,\"crossing_ns\":%.2f}\n", compute,
              server_cpu == generator_cpu ? 0 : crossing_ns(generator_cpu));
}
