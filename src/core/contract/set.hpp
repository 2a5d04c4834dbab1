// Contracts: a folder of JSON Schemas, one for each event type, compiled. Contract section 10.
#pragma once

#include <core/contract/folder.hpp>
#include <core/contract/program.hpp>
#include <core/contract/scratch.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace planish::core::contract {

inline constexpr std::size_t kFilesMax = 10'000;
inline constexpr std::size_t kFilesBytesMax = std::size_t{64} << 20;
// What else bounds the memory of contracts: the trees of the files take 70 bytes a value while they are compiled, and a
// property takes some 600 for good. 10 000 contracts with 50 properties each are within both.
struct CompileLimits {
  std::size_t values_max = std::size_t{4} << 20;  // of all files together
  std::size_t program_bytes_max = std::size_t{512} << 20;
};

// What the contract of a type is called, within a folder and in references of others: nothing in it means anything to a
// file system, a shell or a URI but its own UTF-8. Set::compile() reads it back.
[[nodiscard]] std::string file_of_type(std::string_view type);

// Immutable; shared between threads, and replaced as a whole on reload.
class Set {
 public:
  // A type's contract, or none.
  struct Contract {
    Id schema = kNone;  // kNone: everything fits
    bool is_there = false;
  };

  struct Compiled;
  // All that is wrong with the files, or else the set. Names are within the folder: TYPE.json, the type percent-encoded
  // where a file name needs it.
  [[nodiscard]] static Compiled compile(const std::vector<File>& files, const CompileLimits& limits = {});

  // `type` is plain UTF-8, without escapes.
  [[nodiscard]] Contract find(std::string_view type) const noexcept;

  // The faults of a payload of so many bytes that begins at `payload` in the body: none, or the first kFaultsMax in
  // document order. Valid until the next check with this scratch. The payload is valid JSON, and readable kTextSlack
  // bytes after its end.
  [[nodiscard]] std::span<const ContractFault> check(Contract contract, const char* body, Index payload,
                                                     std::size_t bytes, Scratch& scratch) const noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return contracts_.size(); }
  // What it took, and what its patterns may come to take.
  [[nodiscard]] std::size_t memory_bytes_max() const noexcept;
  // What compiling it took beside, with the files, while it lasted.
  [[nodiscard]] std::size_t compile_bytes() const noexcept { return compile_bytes_; }

 private:
  struct Entry {
    std::string_view type;
    Id schema;
    std::uint32_t file;  // by which number of those that it was compiled from
  };
  Set() = default;

  Program program_;
  std::vector<Entry> contracts_;  // by type
  WordTable types_;               // each stands for its schema
  std::vector<WordSlot> slots_;
  std::vector<Id> too_costly_;  // for each schema the reason to tell; kNone where it cannot be
  std::size_t compile_bytes_ = 0;
};

// A schema that may cost more than kWalksMax walks of a payload. It works, and a payload that does cost more is
// refused.
struct CostWarning {
  std::string schema;  // such as Order%20Completed.json#/properties/items
};

struct Set::Compiled {
  std::shared_ptr<const Set> set;  // null where there are problems
  std::vector<Problem> problems;
  std::vector<CostWarning> warnings;
};

}  // namespace planish::core::contract
