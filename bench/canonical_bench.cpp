// What does the canonical form cost: of a common payload, of numbers, and of what is made to be slow?
#include <core/canonical/canonicalizer.hpp>

#include <benchmark/benchmark.h>

#include <string>
#include <string_view>

namespace planish::core {
namespace {

std::string repeated(std::string_view text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

void canonicalize(benchmark::State& state, const std::string& value) {
  Canonicalizer canonicalizer(value.size());
  for (auto _ : state) benchmark::DoNotOptimize(canonicalizer.canonicalize(value));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(value.size()));
}

const std::string kPayload = R"({"id":12345,"data":"some text of a payload"})";
const std::string kSorted = R"({"data":"some text of a payload","id":12345})";
const std::string kNumbers = std::string("[") + repeated("3.14159,2.5e-3,1e20,", 100) + "0]";
// A MiB below 126 levels whose names are out of order, and a MiB of names that differ in their last byte.
const std::string kDeep = repeated(R"({"b":)", 126) + std::string("[") + repeated(R"({"b":1,"a":2},)", 74'000) +
                          std::string("0]") + repeated(R"(,"a":0})", 126);
const std::string kNames = [] {
  std::string text = "{";
  for (unsigned i = 0; i < 10'000; ++i)
    text += std::string("\"") + std::string(88, 'x') + std::to_string(100'000 + i * 7919 % 10'000) + "\":0,";
  return text + "\"\":0}";
}();

BENCHMARK_CAPTURE(canonicalize, payload, kPayload);
BENCHMARK_CAPTURE(canonicalize, payload_in_order, kSorted);
BENCHMARK_CAPTURE(canonicalize, numbers, kNumbers);
BENCHMARK_CAPTURE(canonicalize, hostile_depth, kDeep);
BENCHMARK_CAPTURE(canonicalize, hostile_names, kNames);

}  // namespace
}  // namespace planish::core
