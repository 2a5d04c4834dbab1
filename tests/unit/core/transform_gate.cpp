// Transforms a body as often as it is told, for transform_gate.py, body_gate.py and hostile_gate.py to count:
//   transform_gate COUNT raw|prefix8|defaults  the benchmark's
//   transform_gate COUNT BODY                  one of a client or a hostile one, by its name; with 0 it says how many
//                                              bytes that has
//   transform_gate text BODY                   prints it
#include <planish/transformer.hpp>
#include <support/benchmark_body.hpp>
#include <support/client_bodies.hpp>
#include <support/hostile_bodies.hpp>
#include <support/repeated.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

int main(int argc, char** argv) {
  if (argc != 3) return 64;
  const std::string_view kind = argv[2];
  planish::Options options;
  std::string body;
  for (auto& client : planish::support::client_bodies()) {
    if (client.name == kind) body = std::move(client.text);
  }
  if (body.empty()) body = planish::support::hostile_body(kind);
  if (argv[1] == std::string_view("text")) return std::fputs(body.c_str(), stdout) < 0 ? 1 : 0;
  if (!body.empty() && argv[1] == std::string_view("0")) std::printf("%zu\n", body.size());
  if (body.empty() && kind != "defaults") {
    options.canonical = planish::Canonical::raw;
    options.hash = kind == "raw" ? planish::HashAlgorithm::xxh3_64 : planish::HashAlgorithm::prefix8;
  }
  if (body.empty()) body = planish::support::benchmark_body();
  return planish::support::repeated(std::atoi(argv[1]), options, planish::Context{}, body) ? 0 : 1;
}
