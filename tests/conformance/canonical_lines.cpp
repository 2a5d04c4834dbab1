// A JSON text a line in, its canonical form a line out: the core's side of canonical_oracle_test.py.
#include <core/canonical/canonicalizer.hpp>

#include <iostream>
#include <string>

int main() {
  planish::core::Canonicalizer canonicalizer(std::size_t{1} << 20);
  for (std::string line; std::getline(std::cin, line);) {
    using Result = planish::core::Canonicalizer::Result;
    std::cout << (canonicalizer.canonicalize(line) == Result::ok ? canonicalizer.text() : "number_out_of_range")
              << '\n';
  }
}
