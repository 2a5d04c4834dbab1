// Transforms the benchmark's body as often as it is told, for plugin_gate.py to count: plugin_gate COUNT
// none|FILE.cwasm
#include <planish/transformer.hpp>
#include <plugin/loaded.hpp>
#include <support/benchmark_body.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

int main(int argc, char** argv) {
  if (argc != 3) return 64;
  planish::Options options;
  if (argv[2] != std::string_view("none")) {
    planish::plugin::Options plugin;
    plugin.path = argv[2];
    plugin.deadline = planish::plugin::kDeadlineMax;  // under valgrind everything takes fifty times as long
    std::string error;
    options.batch = planish::plugin::Loaded::load(plugin, true, error);
    if (options.batch == nullptr) {
      std::fprintf(stderr, "%s %s\n", argv[2], error.c_str());
      return 1;
    }
  }
  std::string body = planish::support::benchmark_body();
  const std::size_t size = body.size();
  body.resize(size + planish::kPadding);
  const planish::Transform transform(options);
  planish::Transformer transformer;
  std::vector<char> out(transformer.answer_bytes_max(transform, size));
  for (int count = std::atoi(argv[1]); count > 0; --count) {
    const planish::PaddedView view(body, size);
    const planish::Outcome& outcome = transformer.transform(transform, view, planish::Context{}, out);
    if (outcome.verdict != planish::Verdict::ok || outcome.events_ok() != 100) return 1;
    transformer.finish(std::chrono::nanoseconds{0});
  }
}
