// planish_load: POSTs one body to a server and prints what came of it, as JSON on standard output.
#include <sys/resource.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "load.hpp"

namespace {

constexpr const char* usage =
    "planish_load --port N [--host A] [--path /] --body FILE [--expect FILE] [--connections 1] [--depth 1]\n"
    "             [--threads 1] [--duration 3] [--requests N] [--timeout 10]\n"
    "             [--rate R: open loop at random times, latency from when a request was due] [--seed 1]\n"
    "             [--histogram 1: print its steps too] [--windows 1: each 100 ms by itself]\n"
    "             [--watch FILES: schedstat of the server's threads, for the windows]\n"
    "             [--marks 1: a line `begin` and a line `end` around what is counted, each awaiting a line]\n"
    "planish_load --replay FILE    the percentiles of nanoseconds, one a line\n";

using Options = std::map<std::string, std::string, std::less<>>;

Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; i += 2) {
    const std::string name = argv[i];
    if (!name.starts_with("--") || i + 1 == argc) throw std::invalid_argument(name);
    options[name.substr(2)] = argv[i + 1];
  }
  return options;
}

double number(const Options& options, std::string_view name, double otherwise) {
  const auto found = options.find(name);
  if (found == options.end()) return otherwise;
  char* end = nullptr;
  const double value = std::strtod(found->second.c_str(), &end);
  if (end == found->second.c_str() || *end != '\0' || value < 0) throw std::invalid_argument("--" + found->first);
  return value;
}

std::string text(const Options& options, std::string_view name, std::string otherwise) {
  const auto found = options.find(name);
  return found == options.end() ? otherwise : found->second;
}

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::invalid_argument("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

void print_percentiles(const load::Histogram& latency) {
  const auto us = [](std::uint64_t ns) { return static_cast<double>(ns) / 1000; };
  std::printf(R"("count":%llu,"mean_us":%.3f,"max_us":%.3f)", static_cast<unsigned long long>(latency.count()),
              latency.mean_ns() / 1000, us(latency.max_ns()));
  for (const auto& [name, percent] :
       {std::pair{"p50", 50.0}, {"p75", 75.0}, {"p90", 90.0}, {"p99", 99.0}, {"p999", 99.9}}) {
    std::printf(R"(,"%s_us":%.3f)", name, us(latency.percentile_ns(percent)));
  }
}

void print_steps(const char* name, const load::Histogram& latency) {
  std::printf("\"%s\":[", name);
  const char* separator = "";
  latency.each([&](std::uint64_t upper, std::uint64_t count) {
    std::printf("%s[%llu,%llu]", separator, static_cast<unsigned long long>(upper),
                static_cast<unsigned long long>(count));
    separator = ",";
  });
  std::printf("]");
}

void print_windows(const std::vector<load::Window>& windows) {
  std::printf(",\"windows\":[");
  const char* separator = "";
  for (const auto& window : windows) {
    std::printf(R"(%s{"gap_us":%.1f,"idle_us":%.1f,"late_us":%.1f,"delay_us":%.1f,"steal_ticks":%llu,)", separator,
                static_cast<double>(window.gap_ns) / 1000, static_cast<double>(window.idle_ns) / 1000,
                static_cast<double>(window.late_ns) / 1000, static_cast<double>(window.delay_ns) / 1000,
                static_cast<unsigned long long>(window.steal_ticks));
    print_steps("histogram_ns", window.latency);
    std::printf("}");
    separator = ",";
  }
  std::printf("]");
}

int replay(const std::string& path) {
  std::ifstream file(path);
  load::Histogram histogram;
  for (std::uint64_t ns = 0; file >> ns;) histogram.record(ns);
  std::printf("{");
  print_percentiles(histogram);
  std::printf("}\n");
  return 0;
}

void print(const load::Plan& plan, unsigned threads, const load::Result& result) {
  const auto number = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
  std::printf(
      R"({"loop":"%s","connections":%u,"depth":%u,"threads":%u,"rate":%.1f,"seconds":%.4f,"primed":%llu,"right":%llu,)",
      plan.rate > 0 ? "open" : "closed", plan.connections * threads, plan.depth, threads, plan.rate * threads,
      result.seconds, number(result.primed), number(result.right));
  std::printf(R"("wrong_status":%llu,"wrong_body":%llu,"malformed":%llu,"closed":%llu,"short":%llu,"timeouts":%llu,)",
              number(result.wrong_status), number(result.wrong_body), number(result.malformed), number(result.closed),
              number(result.short_answers), number(result.timeouts));
  std::printf(R"("connect_errors":%llu,"errors":%llu,"unsent":%llu,"body_bytes":%llu,"requests_per_second":%.1f,)",
              number(result.connect_errors), number(result.errors()), number(result.unsent), number(result.body_bytes),
              static_cast<double>(result.right) / result.seconds);
  std::printf(R"("due":%llu,"gap_max_us":%.1f,"late_p99_us":%.1f,"late_max_us":%.1f,)", number(result.due),
              static_cast<double>(result.gap_ns) / 1000, static_cast<double>(result.lateness.percentile_ns(99)) / 1000,
              static_cast<double>(result.lateness.max_ns()) / 1000);
  std::printf(R"("latency":{)");
  print_percentiles(result.latency);
}

// Whoever drives us reads the server's CPU time while nothing is under way.
void mark(const char* what) {
  std::printf("%s\n", what);
  std::fflush(stdout);
  std::string line;
  std::getline(std::cin, line);
}

load::Plan read_plan(const Options& options, unsigned threads) {
  load::Plan plan;
  plan.host = text(options, "host", plan.host);
  plan.port = static_cast<std::uint16_t>(number(options, "port", plan.port));
  plan.path = text(options, "path", plan.path);
  plan.body = content(text(options, "body", "/dev/null"));
  plan.connections = std::max(1U, static_cast<unsigned>(number(options, "connections", 1)) / threads);
  plan.depth = static_cast<unsigned>(std::max(1.0, number(options, "depth", 1)));
  plan.rate = number(options, "rate", 0) / threads;
  plan.requests = static_cast<std::uint64_t>(number(options, "requests", 0)) / threads;
  plan.duration = std::chrono::duration<double>(number(options, "duration", plan.requests > 0 ? 600 : 3));
  plan.timeout = std::chrono::duration<double>(number(options, "timeout", 10));
  plan.seed = static_cast<std::uint64_t>(number(options, "seed", 1));
  plan.windows = threads == 1 && number(options, "windows", 0) > 0;
  plan.watch = text(options, "watch", "");
  return plan;
}

int drive(const Options& options) {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);

  const auto threads = static_cast<unsigned>(std::max(1.0, number(options, "threads", 1)));
  auto plan = read_plan(options, threads);
  std::optional<load::Expected> expected;
  if (options.contains("expect")) plan.expected = &expected.emplace(content(options.at("expect")));
  if (threads == 1 && number(options, "marks", 0) > 0) plan.mark = mark;

  std::vector<load::Result> results(threads);
  std::vector<std::thread> others;
  for (unsigned i = 1; i < threads; ++i) {
    others.emplace_back([&results, plan, i]() mutable {
      plan.seed += i;  // each thread's times are its own
      results[i] = load::run(plan);
    });
  }
  results[0] = load::run(plan);
  for (auto& other : others) other.join();
  load::Result sum;
  for (const auto& result : results) sum.add(result);

  print(plan, threads, sum);
  if (number(options, "histogram", 0) > 0) {
    std::printf(",");
    print_steps("histogram_ns", sum.latency);
  }
  std::printf("}");
  if (plan.windows) print_windows(sum.windows);
  std::printf("}\n");
  return sum.errors() == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto options = read_options(argc, argv);
    if (options.contains("replay")) return replay(options.at("replay"));
    if (options.contains("port")) return drive(options);
  } catch (const std::exception& e) {
    std::cerr << "planish_load: " << e.what() << '\n';
  }
  std::cerr << usage;
  return 64;
}
