// How long does an RFC 3339 date-time take? Each shape on its own; a thousand different ones, so that nothing is
// learnt.
#include <core/timestamp.hpp>

#include <benchmark/benchmark.h>

#include <array>
#include <cstdio>
#include <string>
#include <vector>

namespace planish::core {
namespace {

void read(benchmark::State& state, const char* tail) {
  std::vector<std::string> texts;
  for (unsigned i = 0; i < 1024; ++i) {
    std::array<char, 48> text;
    std::snprintf(text.data(), text.size(), "%04u-%02u-%02uT%02u:%02u:%02u%s", 1970 + i % 90, 1 + i % 12, 1 + i % 28,
                  i % 24, i % 60, i * 7 % 60, tail);
    texts.emplace_back(text.data());
  }
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(parse_rfc3339(texts[i++ % texts.size()]));
}

BENCHMARK_CAPTURE(read, seconds, "Z");
BENCHMARK_CAPTURE(read, milliseconds, ".789Z");
BENCHMARK_CAPTURE(read, nanoseconds, ".123456789Z");
BENCHMARK_CAPTURE(read, offset, ".789+01:00");

}  // namespace
}  // namespace planish::core
