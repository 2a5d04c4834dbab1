// What does the transform cost beside its floor, simdjson's stage 1, beside parsing alone, and beside the same by
// RapidJSON? By kind of body too: --benchmark_filter=client/ for those of real clients.
#include "rapidjson_transform.hpp"

#include <core/structural_index.hpp>
#include <planish/transformer.hpp>
#include <support/benchmark_body.hpp>
#include <support/client_bodies.hpp>

#include <benchmark/benchmark.h>
#include <rapidjson/document.h>
#include <rapidjson/reader.h>
#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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

// CPU time: what else the machine does may not change the ratio.
double seconds_since(std::clock_t start) {
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

// The best time that a call has taken, in seconds, over short rounds: what else the machine does makes a round longer,
// never shorter.
class Best {
 public:
  template <typename Work>
  void round(Bodies& bodies, Work& work) {
    constexpr int kCalls = 50;
    const std::clock_t start = std::clock();
    for (int i = 0; i < kCalls; ++i) work(bodies.next());
    seconds_ = std::min(seconds_, seconds_since(start) / kCalls);
  }
  [[nodiscard]] double seconds() const { return seconds_; }

 private:
  double seconds_ = 1;
};

// Runs `work` on one body after the other; beside the time, how many times stage 1's and the DOM parser's it is, by
// rounds of the three in turns.
template <typename Work>
void measure(benchmark::State& state, std::string_view body, Work work) {
  Bodies bodies(body);
  core::StructuralIndex index(bodies.size());
  simdjson::dom::parser parser;
  auto stage1 = [&](PaddedView view) { benchmark::DoNotOptimize(index.build(view.text())); };
  auto dom = [&](PaddedView view) { benchmark::DoNotOptimize(parser.parse(view.data(), view.size(), false).error()); };
  Best best_stage1, best_dom, best;
  for (int i = 0; i < 40; ++i) {
    best_stage1.round(bodies, stage1);
    best_dom.round(bodies, dom);
    best.round(bodies, work);
  }
  for (auto _ : state) work(bodies.next());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bodies.size()));
  state.counters["x_stage1"] = best.seconds() / best_stage1.seconds();
  state.counters["x_dom"] = best.seconds() / best_dom.seconds();
}

void transform(benchmark::State& state, const Options& options, std::string_view body) {
  const Transform transform(options);
  Transformer transformer;
  std::vector<char> out(transformer.answer_bytes_max(transform, body.size()));
  measure(state, body, [&](PaddedView view) {
    if (transformer.transform(transform, view, Context{}, out).verdict == Verdict::ok) {
      benchmark::DoNotOptimize(transformer.finish(std::chrono::nanoseconds{0}).data());
    }
  });
}

void stage1(benchmark::State& state, std::string_view body) {
  core::StructuralIndex index(body.size());
  measure(state, body, [&](PaddedView view) { benchmark::DoNotOptimize(index.build(view.text())); });
}

void simdjson_dom(benchmark::State& state, std::string_view body) {
  simdjson::dom::parser parser;
  measure(state, body,
          [&](PaddedView view) { benchmark::DoNotOptimize(parser.parse(view.data(), view.size(), false).error()); });
}

void rapidjson_sax(benchmark::State& state, std::string_view body) {
  rapidjson::Reader reader;
  rapidjson::BaseReaderHandler<> handler;
  measure(state, body, [&](PaddedView view) {
    rapidjson::MemoryStream stream(view.data(), view.size());
    benchmark::DoNotOptimize(reader.Parse<rapidjson::kParseValidateEncodingFlag>(stream, handler).IsError());
  });
}

void rapidjson_dom(benchmark::State& state, std::string_view body) {
  measure(state, body, [&](PaddedView view) {
    rapidjson::Document document;
    document.Parse<rapidjson::kParseValidateEncodingFlag>(view.data(), view.size());
    benchmark::DoNotOptimize(document.HasParseError());
  });
}

// The DOM, RFC 8785 over it, and the answer: what a user would write, and planish does.
void rapidjson_jcs(benchmark::State& state, std::string_view body) {
  bench::RapidjsonTransform transform;
  measure(state, body, [&](PaddedView view) {
    benchmark::DoNotOptimize(transform({view.data(), view.size()}).data());
  });
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

// The same members in another order than planish guesses first, all through the body.
std::string reordered() {
  std::string body = R"({"metadata":{"trace_id":"bench-1234","source":"benchmark"},"events":[)";
  for (int i = 0; i < 100; ++i) {
    body += i == 0 ? "" : ",";
    body += R"({"payload":{"data":"test-payload-)" + std::to_string(i) + R"(","id":)" + std::to_string(i) +
            R"(},"timestamp":1699123456789,"event_type":"click"})";
  }
  return body + R"(],"user_id":12345})";
}

// A body as a person writes it: a space or a line's end after all that separates.
std::string spaced(std::string_view body) {
  std::string text;
  for (const char c : body) {
    text += c;
    if (c == ':') text += ' ';
    if (c == ',' || c == '{' || c == '[') text += "\n    ";
  }
  return text;
}

const std::string kUsual = support::benchmark_body();
const std::string kSpaced = spaced(kUsual);

// Each body of a client with all of them, one after the other.
const bool kClientsRegistered = [] {
  using Measure = std::function<void(benchmark::State&, std::string_view)>;
  const std::pair<const char*, Measure> contenders[] = {
      {"stage1", stage1},
      {"simdjson_dom", simdjson_dom},
      {"rapidjson_sax", rapidjson_sax},
      {"rapidjson_jcs", rapidjson_jcs},
      {"raw", [](auto& state, auto body) { transform(state, with(Canonical::raw, HashAlgorithm::xxh3_128), body); }},
      {"jcs", [](auto& state, auto body) { transform(state, Options{}, body); }}};
  for (const support::ClientBody& client : support::client_bodies()) {
    for (const auto& [name, contender] : contenders) {
      benchmark::RegisterBenchmark(
          ("client/" + client.name + "/" + name).c_str(),
          [contender = contender, text = client.text](benchmark::State& state) { contender(state, text); });
    }
  }
  return true;
}();

BENCHMARK_CAPTURE(stage1, usual, kUsual);
BENCHMARK_CAPTURE(stage1, spaced, kSpaced);
BENCHMARK_CAPTURE(simdjson_dom, usual, kUsual);
BENCHMARK_CAPTURE(simdjson_dom, spaced, kSpaced);
BENCHMARK_CAPTURE(rapidjson_sax, usual, kUsual);
BENCHMARK_CAPTURE(rapidjson_dom, usual, kUsual);
BENCHMARK_CAPTURE(transform, reordered, Options{}, reordered());
BENCHMARK_CAPTURE(transform, spaced, Options{}, kSpaced);
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
