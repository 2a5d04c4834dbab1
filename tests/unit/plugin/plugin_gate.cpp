// Transforms the benchmark's body as often as it is told, for plugin_gate.py to count: plugin_gate COUNT
// none|FILE.cwasm
#include <planish/transformer.hpp>
#include <plugin/loaded.hpp>
#include <support/benchmark_body.hpp>
#include <support/repeated.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

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
  return planish::support::repeated(std::atoi(argv[1]), options, planish::Context{}, planish::support::benchmark_body(),
                                    100)
             ? 0
             : 1;
}
