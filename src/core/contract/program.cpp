// What a program takes.
#include <core/contract/program.hpp>

#include <algorithm>

namespace planish::core::contract {

std::size_t Program::memory_bytes() const noexcept {
  const auto all = [](const auto&... tables) { return ((tables.size() * sizeof(tables[0])) + ...); };
  return pool.memory_bytes() + all(schemas, numbers, bounds, multiples, strings, constants, constant_sets, objects,
                                   names, named_patterns, required, dependents, arrays, branches, lists, slots,
                                   reasons);
}

std::size_t Program::settle() {
  std::size_t spare = 0, largest = 0;
  const auto all = [&](auto&... tables) {
    ((spare += (tables.capacity() - tables.size()) * sizeof(tables[0])), ...);
    ((largest = std::max(largest, tables.size() * sizeof(tables[0]))), ...);
    (tables.shrink_to_fit(), ...);
  };
  all(schemas, numbers, bounds, multiples, strings, constants, constant_sets, objects, names, named_patterns, required,
      dependents, arrays, branches, lists, slots, reasons);
  return spare + largest;
}

}  // namespace planish::core::contract
