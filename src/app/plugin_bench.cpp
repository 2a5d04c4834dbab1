// planish plugin bench: what a plugin takes of a request, on this machine and of this body.
#include <app/commands.hpp>
#include <app/plugin_command.hpp>
#include <app/regular_file.hpp>
#include <app/run.hpp>
#include <plugin/loaded.hpp>
#include <plugin/tally.hpp>
#include <plugin/trial.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>

namespace planish::app {
namespace {

using Clock = std::chrono::steady_clock;

// So long, and the best of many: what disturbs makes it longer.
constexpr std::chrono::milliseconds kRound{20};
constexpr int kRounds = 15;

double round_ns(plugin::Trial& trial) {
  int count = 0;
  const Clock::time_point begin = Clock::now();
  Clock::duration took{};
  do {
    for (int i = 0; i < 16; ++i) trial.run();
    count += 16;
    took = Clock::now() - begin;
  } while (took < kRound);
  return std::chrono::duration<double, std::nano>(took).count() / count;
}

}  // namespace

int plugin_bench(const std::string& path, const std::string& body_path) {
  plugin::Options options;
  options.path = path;
  options.deadline = plugin::kDeadlineMax;  // of a machine that is busy nothing fails
  std::string error;
  const auto loaded = plugin::Loaded::load(options, true, error);
  if (!loaded) {
    print_error(fmt::format("{}: {}", path, error));
    return kExitBadInput;
  }
  const auto body = read_regular_file(body_path, Limits{}.body_bytes_max, error);
  if (!body) {
    print_error(fmt::format("{}: cannot be read: {}", body_path, error));
    return kExitBadInput;
  }
  plugin::Trial without(nullptr, *body);
  plugin::Trial with(loaded, *body);
  without.run();
  with.run();
  const std::uint32_t events = without.events_ok();
  if (events == 0) {
    print_error(fmt::format("{}: is no request with an event that is valid", body_path));
    return kExitBadInput;
  }
  double least_without = round_ns(without);
  double least_with = round_ns(with);
  for (int i = 1; i < kRounds; ++i) {
    least_without = std::min(least_without, round_ns(without));
    least_with = std::min(least_with, round_ns(with));
  }
  const plugin::Counts counts = plugin::Tally::sum();
  const double more = least_with - least_without;
  std::string text = fmt::format(
      "events    {}\nwithout   {:.2f} us a request\nwith      {:.2f} us, {:.1f} ns an event more, {:.1f} % of the "
      "request\n"
      "memory    {} KiB, {} KiB of it put back after each request\n",
      events, least_without / 1000, least_with / 1000, more / events, 100 * more / least_without,
      counts.memory_bytes / 1024, counts.put_back_bytes / 1024);
  if (const std::uint64_t failed =
          counts.failures[1] + counts.failures[2] + counts.failures[3] + counts.failures[4] + counts.failures[5];
      failed != 0) {
    text += "failed    on some events: planish transform says which\n";
  }
  return print(text);
}

}  // namespace planish::app
