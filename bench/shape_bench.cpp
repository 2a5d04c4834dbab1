// What does a shape cost: how deep its pointers go, what comes after the events and so makes a second pass, and each
// member of the answer? Beside simdjson's DOM parse of the same body, which answers nothing; bench/pictures puts Node
// beside them, for which `shape_bench text BODY` prints the bodies.
#include <planish/transformer.hpp>
#include <support/segment_batch.hpp>

#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace planish {
namespace {

constexpr int kEvents = 100;

std::string repeated(int count, std::string_view text) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

// Events whose parts lie under so many names `in`.
std::string body_of_depth(int depth) {
  std::string body = "[";
  for (int i = 0; i < kEvents; ++i) {
    const std::string n = std::to_string(i);
    body.append(i == 0 ? "" : ",").append(repeated(depth, R"({"in":)"));
    body.append(R"({"kind":"click","at":1699123456)").append(n + R"(,"who":"u-)" + n + R"(","data":{"n":)" + n + "}}");
    body += repeated(depth, "}");
  }
  return body + "]";
}

// Events that take their time from around them: from before, or from behind.
std::string body_around(bool behind) {
  const std::string sent = R"("sent":1699123456789)";
  std::string body = behind ? R"({"events":[)" : "{" + sent + R"(,"events":[)";
  for (int i = 0; i < kEvents; ++i) {
    const std::string n = std::to_string(i);
    body.append(i == 0 ? "" : ",").append(R"({"kind":"click","who":"u-)" + n + R"(","data":{"n":)" + n + "}}");
  }
  return body + (behind ? "]," + sent + "}" : "]}");
}

std::vector<Source> sources(std::string_view text, Part part) {
  std::string problem;
  return {*parse_source(text, part, problem)};
}

Options own(std::string_view in, std::string_view time) {
  Options options;
  const std::string prefix(in);
  options.shape = own_shape("own");
  options.shape.type = sources(prefix + "/kind", Part::type);
  options.shape.time = sources(time, Part::time);
  options.shape.user = sources(prefix + "/who", Part::user);
  options.shape.payload = sources(prefix + "/data", Part::payload);
  options.answer = Answer::events;
  return options;
}

Options of_depth(int depth) {
  const std::string in = repeated(depth, "/in");
  return own(in, in + "/at");
}

Options around() {
  Options options = own("", "^/sent");
  options.shape.events = {"/events"};
  return options;
}

// A Segment batch, and of each event these members.
Options segment(Answer answer, std::string_view members = "") {
  Options options;
  options.shape = *ready_made_shape("segment");
  options.timestamps = Timestamps::lax;
  options.answer = answer;
  for (std::string_view rest = members; !rest.empty();) {
    std::string problem;
    const std::size_t size = std::min(rest.find(','), rest.size());
    options.answer_members.push_back(*parse_answer_member(rest.substr(0, size), problem));
    rest.remove_prefix(std::min(size + 1, rest.size()));
  }
  return options;
}

void transform(benchmark::State& state, const Options& options, const std::string& text) {
  std::string body = text;
  body.resize(text.size() + kPadding);
  const Transform compiled(options);
  Transformer transformer;
  std::vector<char> out(transformer.answer_bytes_max(compiled, text.size()));
  for (auto _ : state) {
    if (transformer.transform(compiled, PaddedView(body, text.size()), Context{}, out).verdict != Verdict::ok) {
      state.SkipWithError("the body does not fit the shape");
      break;
    }
    benchmark::DoNotOptimize(transformer.finish(std::chrono::nanoseconds{0}).data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

void simdjson_dom(benchmark::State& state, const std::string& text) {
  const simdjson::padded_string body(text);
  simdjson::dom::parser parser;
  for (auto _ : state) benchmark::DoNotOptimize(parser.parse(body).error());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

const std::string kSegment = support::segment_batch();
constexpr int kDepthsMax = 7;  // with the part's own name, as deep as a pointer goes

BENCHMARK_CAPTURE(simdjson_dom, segment, kSegment);
BENCHMARK_CAPTURE(transform, segment_none, segment(Answer::none), kSegment);
BENCHMARK_CAPTURE(transform, segment_results, segment(Answer::results), kSegment);
BENCHMARK_CAPTURE(transform, segment_type, segment(Answer::ndjson, "event_type"), kSegment);
BENCHMARK_CAPTURE(transform, segment_and_time, segment(Answer::ndjson, "event_type,time"), kSegment);
BENCHMARK_CAPTURE(transform, segment_and_user, segment(Answer::ndjson, "event_type,time,user_id,id"), kSegment);
BENCHMARK_CAPTURE(transform, segment_and_hash, segment(Answer::ndjson, "event_type,time,user_id,id,hash"), kSegment);
BENCHMARK_CAPTURE(transform, segment_and_key, segment(Answer::ndjson, "event_type,time,user_id,id,hash,key"), kSegment);
BENCHMARK_CAPTURE(transform, segment_and_event, segment(Answer::ndjson), kSegment);
BENCHMARK_CAPTURE(simdjson_dom, before, body_around(false));
BENCHMARK_CAPTURE(transform, before, around(), body_around(false));
BENCHMARK_CAPTURE(transform, second_pass, around(), body_around(true));

const bool kDepthsRegistered = [] {
  for (int depth = 0; depth <= kDepthsMax; ++depth) {
    const std::string name = "/depth_" + std::to_string(depth);
    benchmark::RegisterBenchmark(("simdjson_dom" + name).c_str(),
                                 [depth](benchmark::State& state) { simdjson_dom(state, body_of_depth(depth)); });
    benchmark::RegisterBenchmark(("transform" + name).c_str(), [depth](benchmark::State& state) {
      transform(state, of_depth(depth), body_of_depth(depth));
    });
  }
  return true;
}();

}  // namespace
}  // namespace planish

int main(int argc, char** argv) {
  using namespace planish;
  if (argc == 3 && std::string_view(argv[1]) == "text") {
    const std::string_view name = argv[2];
    std::string body = kSegment;
    if (name.starts_with("depth_")) body = body_of_depth(std::atoi(name.data() + 6));
    if (name == "before" || name == "second_pass") body = body_around(name == "second_pass");
    return std::fputs(body.c_str(), stdout) < 0 ? 1 : 0;
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
