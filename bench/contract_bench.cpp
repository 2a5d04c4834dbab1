// What does a usual contract cost a Segment batch of 100 events, beside the same batch without one?
#include <planish/transformer.hpp>
#include <support/segment_batch.hpp>

#include <benchmark/benchmark.h>

#include <chrono>
#include <string>
#include <vector>

namespace planish {
namespace {

void transform(benchmark::State& state, bool has_contract, Answer answer) {
  Options options;
  options.shape = *ready_made_shape("segment");
  options.timestamps = Timestamps::lax;
  options.answer = answer;
  if (has_contract) {
    options.contracts = Contracts::compile({{"Order%20Completed.json", support::usual_contract()}}).contracts;
    options.unknown_contract = UnknownContract::refuse;
  }
  std::string body = support::segment_batch();
  const std::size_t size = body.size();
  body.resize(size + kPadding);
  const Transform compiled(options);
  Transformer transformer;
  std::vector<char> out(transformer.answer_bytes_max(compiled, size));
  for (auto _ : state) {
    if (transformer.transform(compiled, PaddedView(body, size), Context{}, out).verdict != Verdict::ok) {
      state.SkipWithError("an event does not fit");
      break;
    }
    benchmark::DoNotOptimize(transformer.finish(std::chrono::nanoseconds{0}).data());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * size));
}

BENCHMARK_CAPTURE(transform, for_the_sdk, false, Answer::none);
BENCHMARK_CAPTURE(transform, for_the_sdk_with_a_contract, true, Answer::none);
BENCHMARK_CAPTURE(transform, told, false, Answer::ndjson);
BENCHMARK_CAPTURE(transform, told_with_a_contract, true, Answer::ndjson);

}  // namespace
}  // namespace planish
