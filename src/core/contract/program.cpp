// What a program takes.
#include <core/contract/program.hpp>

namespace planish::core::contract {

std::size_t Program::memory_bytes() const noexcept {
  const auto all = [](const auto&... tables) { return ((tables.size() * sizeof(tables[0])) + ...); };
  return pool.memory_bytes() + all(schemas, numbers, bounds, multiples, strings, constants, constant_sets, objects,
                                   names, named_patterns, required, dependents, arrays, branches, lists, slots,
                                   reasons);
}

}  // namespace planish::core::contract
