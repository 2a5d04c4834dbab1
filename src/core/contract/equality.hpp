// Equality of JSON values as RFC 8785 means it, names in any order and the last of doubled ones, but with numbers as
// exact decimals.
#pragma once

#include <core/contract/program.hpp>
#include <core/contract/scratch.hpp>
#include <core/structural_index.hpp>

#include <cstdint>
#include <utility>

namespace planish::core::contract {

// Two values of one payload. Recurses by the payload's levels.
class Equality {
 public:
  Equality(const char* body, Scratch& scratch) noexcept : body_(body), scratch_(scratch) {}

  // The same for equal values; moves `at` past the value.
  [[nodiscard]] std::uint64_t hash(Index& at) noexcept;
  [[nodiscard]] bool equal(Index a, Index b) noexcept;

  // Tokens and bytes that were looked at since the last call.
  [[nodiscard]] std::uint64_t take_work() noexcept { return std::exchange(work_, 0); }
  // Whether the arena was full: what was said then says nothing.
  [[nodiscard]] bool is_full() const noexcept { return is_full_; }

 private:
  struct Member {
    std::uint64_t name_hash;
    Index name;
    std::uint64_t value_hash;
  };
  struct Members {
    Member* at;
    std::uint32_t size;
    Index behind;  // the object
  };
  [[nodiscard]] Members members(Index object, bool with_values) noexcept;
  [[nodiscard]] Index skip_counted(Index at) noexcept;
  [[nodiscard]] bool same_name(Index a, Index b) const noexcept;
  [[nodiscard]] bool equal_objects(Index a, Index b) noexcept;
  [[nodiscard]] bool equal_arrays(Index a, Index b) noexcept;

  const char* body_;
  Scratch& scratch_;
  std::uint64_t work_ = 0;
  bool is_full_ = false;
};

// A value of a payload and one of a schema.
class ConstantCheck {
 public:
  ConstantCheck(const Program& program, const char* body, Scratch& scratch) noexcept
      : program_(program), body_(body), scratch_(scratch) {}

  [[nodiscard]] bool equals(Id constant, Index at) noexcept;
  // Tokens that were passed since the last call.
  [[nodiscard]] std::uint64_t take_work() noexcept { return std::exchange(work_, 0); }

 private:
  [[nodiscard]] bool equals_array(const Constant& constant, Index at) noexcept;
  [[nodiscard]] bool equals_object(const Constant& constant, Index at) noexcept;

  const Program& program_;
  const char* body_;
  Scratch& scratch_;
  std::uint64_t work_ = 0;
};

}  // namespace planish::core::contract
