// FaultBook: the first faults of a payload in document order, and their pointers.
#pragma once

#include <core/contract/program.hpp>
#include <core/contract/scratch.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace planish::core::contract {

class FaultBook {
 public:
  // `at` is the token of the value, or of the name, that does not fit.
  void add(Id reason, Index at) noexcept;
  void clear() noexcept { size_ = 0; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  // All that was added, or the first kFaultsMax of it. `payload` is the payload's first token.
  [[nodiscard]] std::span<const ContractFault> write(const Program& program, const char* body, Index payload,
                                                     Scratch& scratch) const noexcept;

 private:
  struct Entry {
    Index at;
    Id reason;
  };
  std::size_t size_ = 0;
  std::array<Entry, kFaultsMax> entries_;
};

// The pointer from the value that begins at `from` to the token `to` within it, a value or a member's name, as it
// stands in a JSON string. Returns the bytes written, at most kFaultTextBytesMax.
std::size_t write_pointer(const char* body, Index from, Index to, Scratch& scratch, char* out) noexcept;

}  // namespace planish::core::contract
