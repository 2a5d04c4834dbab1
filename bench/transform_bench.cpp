// What does the transform cost beside its floor, simdjson's stage 1, and beside parsing alone? By kind of body too.
#include <core/structural_index.hpp>
#include <planish/transformer.hpp>
#include <support/benchmark_body.hpp>

#include <benchmark/benchmark.h>
#include <rapidjson/reader.h>
#include <simdjson.h>

#include <string>
#include <string_view>
#include <vector>

namespace planish {
namespace {

// Many copies of a body, each with another user, padded: branch predictors learn a single one by heart.
class Bodies {
 public:
  explicit Bodies(std::string_view body) : size_(body.size()) {
    for (char digit = '1'; digit <= '9'; ++digit) {
      for (int copy = 0; copy < 7; ++copy) {
        std::string text(body);
        const std::size_t user = text.find("\"user_id\":");
        if (user != text.npos) text[user + std::string_view("\"user_id\":").size()] = digit;
        text.resize(size_ + kPadding);
        bodies_.push_back(std::move(text));
      }
    }
  }
  PaddedView next() {
    at_ = (at_ + 1) % bodies_.size();
    return {bodies_[at_], size_};
  }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::size_t size_;
  std::vector<std::string> bodies_;
  std::size_t at_ = 0;
};

void transform(benchmark::State& state, const Options& options, std::string_view body) {
  Bodies bodies(body);
  Transformer transformer(options);
  std::vector<char> out(transformer.answer_bytes_max(bodies.size()));
  for (auto _ : state) {
    if (transformer.transform(bodies.next(), out, InvalidEvents::refuse) == Verdict::ok) {
      benchmark::DoNotOptimize(transformer.finish(std::chrono::nanoseconds{0}, std::nullopt).data());
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bodies.size()));
}

void stage1(benchmark::State& state) {
  Bodies bodies(support::benchmark_body());
  core::StructuralIndex index(bodies.size());
  for (auto _ : state) benchmark::DoNotOptimize(index.build(bodies.next().text()));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bodies.size()));
}

void simdjson_dom(benchmark::State& state) {
  Bodies bodies(support::benchmark_body());
  simdjson::dom::parser parser;
  for (auto _ : state) {
    const PaddedView body = bodies.next();
    benchmark::DoNotOptimize(parser.parse(body.data(), body.size(), false).error());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bodies.size()));
}

void rapidjson_sax(benchmark::State& state) {
  Bodies bodies(support::benchmark_body());
  rapidjson::Reader reader;
  rapidjson::BaseReaderHandler<> handler;
  for (auto _ : state) {
    const PaddedView body = bodies.next();
    rapidjson::MemoryStream stream(body.data(), body.size());
    benchmark::DoNotOptimize(reader.Parse<rapidjson::kParseValidateEncodingFlag>(stream, handler).IsError());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bodies.size()));
}

Options with(Canonical canonical, HashAlgorithm hash) {
  Options options;
  options.canonical = canonical;
  options.hash = hash;
  return options;
}

// A request of 100 events with this payload and timestamp.
std::string body_of(std::string_view payload, std::string_view timestamp = "1699123456789") {
  std::string body = R"({"user_id":12345,"events":[)";
  for (int i = 0; i < 100; ++i) {
    body += i == 0 ? "" : ",";
    body += R"({"event_type":"click","timestamp":)" + std::string(timestamp) + R"(,"payload":)" + std::string(payload) +
            "}";
  }
  return body + "]}";
}

const std::string kUsual = support::benchmark_body();

BENCHMARK(stage1);
BENCHMARK(simdjson_dom);
BENCHMARK(rapidjson_sax);
BENCHMARK_CAPTURE(transform, raw_xxh3_64, with(Canonical::raw, HashAlgorithm::xxh3_64), kUsual);
BENCHMARK_CAPTURE(transform, raw_prefix8, with(Canonical::raw, HashAlgorithm::prefix8), kUsual);
BENCHMARK_CAPTURE(transform, defaults, Options{}, kUsual);
BENCHMARK_CAPTURE(transform, jcs_sha256, with(Canonical::jcs, HashAlgorithm::sha256), kUsual);
BENCHMARK_CAPTURE(transform, payload_in_order, Options{}, body_of(R"({"data":"test-payload-12","id":12})"));
BENCHMARK_CAPTURE(transform, payload_nested, Options{}, body_of(R"({"a":{"b":[1,2,{"c":"d"}]},"e":[true,null]})"));
BENCHMARK_CAPTURE(transform, payload_spaced, Options{}, body_of(R"({ "id": 12, "data": "test-payload-12" })"));
BENCHMARK_CAPTURE(transform, payload_escaped, Options{}, body_of(R"({"id":12,"data":"line\nline \u00e9"})"));
BENCHMARK_CAPTURE(transform, payload_of_doubles, Options{}, body_of("[1.5,2.25,-0.001,1e-9,3.14159265358979]"));
BENCHMARK_CAPTURE(transform, rfc3339, Options{}, body_of("1", "\"2023-11-04T20:17:36.789Z\""));
BENCHMARK_CAPTURE(transform, no_json, Options{}, kUsual.substr(0, kUsual.size() - 1));

}  // namespace
}  // namespace planish
