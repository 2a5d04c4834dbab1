// How long does an instance behind wasm2c take until it can answer? Microseconds, one a line; seen off before the next.
#include <planish/transformer.hpp>

#include <chrono>
#include <cstdio>

int main() {
  planish::Options options;
  options.hash = planish::HashAlgorithm::prefix8;
  options.canonical = planish::Canonical::raw;
  const planish::Transform transform(options);
  for (int i = 0; i < 50; ++i) {
    const auto start = std::chrono::steady_clock::now();
    planish::Transformer transformer;
    transformer.prepare(transform);
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
    std::printf("%.1f\n", took.count());
  }
}
