// The door from outside to contracts.
#include <planish/contracts.hpp>

#include <core/contract/set.hpp>

#include <utility>

namespace planish {

Contracts::Compiled Contracts::compile(const std::vector<ContractFile>& files) {
  std::vector<core::contract::File> views;
  views.reserve(files.size());
  for (const ContractFile& file : files) views.push_back({file.name, file.text});
  core::contract::Set::Compiled compiled = core::contract::Set::compile(views);
  Compiled result;
  for (auto& problem : compiled.problems) {
    result.problems.push_back({std::move(problem.file), std::move(problem.pointer), std::move(problem.reason)});
  }
  for (auto& warning : compiled.warnings) result.costly.push_back(std::move(warning.schema));
  if (compiled.set != nullptr) result.contracts = std::make_shared<const Contracts>(std::move(compiled.set));
  return result;
}

std::size_t Contracts::size() const noexcept {
  return set_->size();
}

std::size_t Contracts::memory_bytes_max() const noexcept {
  return set_->memory_bytes_max();
}

std::size_t Contracts::compile_bytes() const noexcept {
  return set_->compile_bytes();
}

}  // namespace planish
