// Contracts: what an event of a type must look like: a folder of JSON Schemas, one for each type, compiled.
// Contract section 10.
#pragma once

#include <planish/names.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace planish {

namespace core::contract {
class Set;
}

// What becomes of an event whose type has no contract.
enum class UnknownContract : std::uint8_t { accept, refuse };
inline constexpr auto kUnknownContractNames = std::to_array<std::string_view>({"accept", "refuse"});
static_assert(are_names_up_to(UnknownContract::refuse, kUnknownContractNames));

struct ContractFile {
  std::string name;  // within the folder: TYPE.json, the type percent-encoded where a file name needs it
  std::string text;
};

// One thing that is wrong with a file.
struct ContractProblem {
  std::string file;     // empty: with the folder
  std::string pointer;  // RFC 6901
  std::string reason;   // such as "is not a format that is checked"
};

// Immutable: shared between threads, replaced as a whole on reload.
class Contracts {
 public:
  struct Compiled;
  // Takes its time: schemas and patterns are compiled here, once.
  [[nodiscard]] static Compiled compile(const std::vector<ContractFile>& files);

  explicit Contracts(std::shared_ptr<const core::contract::Set> set) noexcept : set_(std::move(set)) {}

  [[nodiscard]] std::size_t size() const noexcept;
  // What they took, and what their patterns may come to take.
  [[nodiscard]] std::size_t memory_bytes_max() const noexcept;
  // What compiling them took beside, with the files, while it lasted: a reload takes it again.
  [[nodiscard]] std::size_t compile_bytes() const noexcept;
  // For the core alone.
  [[nodiscard]] const core::contract::Set& set() const noexcept { return *set_; }

 private:
  std::shared_ptr<const core::contract::Set> set_;
};

struct Contracts::Compiled {
  std::shared_ptr<const Contracts> contracts;  // null where there are problems
  std::vector<ContractProblem> problems;       // all of them
  // Schemas whose check may cost more than 64 walks of a payload, such as "Order%20Completed.json#": a payload that
  // does is refused.
  std::vector<std::string> costly;
};

}  // namespace planish
