// What does each hash of a payload cost, by its size? The benchmark body's payloads have about 40 bytes.
#include <core/hash.hpp>

#include <benchmark/benchmark.h>

#include <array>
#include <string>
#include <string_view>

namespace planish::core {
namespace {

template <HashAlgorithm algorithm>
void hash(benchmark::State& state) {
  const std::string text(static_cast<std::size_t>(state.range(0)), 'x');
  std::array<char, kHashBytesMax> out;
  for (auto _ : state) {
    std::string_view view = text;
    benchmark::DoNotOptimize(view);
    benchmark::DoNotOptimize(write_hash<algorithm>(view, out.data()));
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

BENCHMARK(hash<HashAlgorithm::xxh3_128>)->Arg(16)->Arg(40)->Arg(200)->Arg(1 << 20);
BENCHMARK(hash<HashAlgorithm::xxh3_64>)->Arg(16)->Arg(40)->Arg(200)->Arg(1 << 20);
BENCHMARK(hash<HashAlgorithm::sha256>)->Arg(16)->Arg(40)->Arg(200)->Arg(1 << 20);
BENCHMARK(hash<HashAlgorithm::prefix8>)->Arg(40);

}  // namespace
}  // namespace planish::core
