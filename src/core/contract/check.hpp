// Check: one payload against one schema of a Program, over the structural index. Nothing allocates; work is bounded by
// a budget, and recursion by the payload's levels and by kFramesMax.
#pragma once

#include <core/contract/fault_book.hpp>
#include <core/contract/program.hpp>
#include <core/contract/scratch.hpp>
#include <core/tokens.hpp>

#include <cstdint>
#include <string_view>

namespace planish::core::contract {

// Schemas that are being looked at, one within the other, from the payload down. A payload of kDepthMax levels may
// apply four at each. With an object at each level, the frames of one take 600 bytes, those of a branch 310: less than
// 200 KiB of a thread's stack in all.
inline constexpr unsigned kFramesMax = 512;

// A number as bounds see it, where it has at most 18 digits before its point and no exponent: between `whole` and the
// next integer away from zero, if `beyond` is not 0.
struct Numeral {
  bool is_short = false;
  Types type = kInteger;
  std::int64_t whole = 0;
  int beyond = 0;  // the fraction's sign
};

class Check {
 public:
  // Units of work, each a byte looked at or a token passed: `budget`.
  Check(const Program& program, const char* body, Scratch& scratch, std::uint64_t budget) noexcept
      : program_(program), body_(body), scratch_(scratch), budget_(static_cast<std::int64_t>(budget)) {}

  // Whether the value at `at` fits; else the faults are in faults(), unless exceeded().
  [[nodiscard]] bool run(Id schema, Index at) noexcept {
    Index behind = nullptr;
    return value_by(schema, at, behind) && !exceeded_;
  }
  [[nodiscard]] bool exceeded() const noexcept { return exceeded_; }
  [[nodiscard]] const FaultBook& faults() const noexcept { return faults_; }

 private:
  // Each says whether the value fits. After false, where nothing is told, the rest has not been looked at. `behind`
  // becomes the token after the value where that has been found on the way.
  bool value(Id schema, Index at, Index& behind) noexcept;
  bool value_by(Id id, Index at, Index& behind) noexcept;
  bool scalar(const Schema& schema, Index at, Types type) noexcept;
  bool container(const Schema& schema, Index at, Types type, Index& behind) noexcept;
  bool numeral(const Schema& schema, Index at) noexcept;
  bool any_numeral(const Schema& schema, Index at) noexcept;
  bool number(const NumberRule& rule, Index at, const Numeral& numeral) noexcept;
  bool string(const StringRule& rule, Index at) noexcept;
  bool array(const ArrayRule& rule, Index at, Index& behind) noexcept;
  bool element(const ArrayRule& rule, Index at, std::uint32_t number, std::uint32_t& fits, Index& behind) noexcept;
  bool are_unique(Index array, std::uint32_t size) noexcept;
  bool object(const ObjectRule& rule, Index at, Index& behind) noexcept;
  bool members(const ObjectRule& rule, Index at, std::uint64_t* seen, std::uint32_t& count, Index& behind) noexcept;
  bool plain_members(const ObjectRule& rule, Index name, std::uint64_t* seen, std::uint32_t& count,
                     Index& behind) noexcept;
  bool member(const ObjectRule& rule, Index name, std::uint64_t* seen, Index& behind) noexcept;
  bool names_fit(const ObjectRule& rule, Index at, const std::uint64_t* seen) noexcept;
  bool constants(const Schema& schema, Index at) noexcept;
  bool word(const ConstantSet& set, Index at) noexcept;
  bool is_escaped_word(const ConstantSet& set, std::string_view written) noexcept;
  bool is_in(const ConstantSet& set, Index at) noexcept;
  struct Evaluated;
  bool unevaluated(Id id, Index at) noexcept;
  bool unevaluated_members(const Evaluated& evaluated, Index at) noexcept;
  bool unevaluated_elements(const Evaluated& evaluated, Index at) noexcept;
  bool covers_member(const Evaluated& evaluated, Index name) noexcept;
  bool covers_element(const Evaluated& evaluated, std::uint32_t number, Index at) noexcept;
  void collect(Id id, Index at, Evaluated& evaluated) noexcept;
  bool has_member(Index object, std::string_view name) noexcept;
  bool branch(const Branch& branch, Index at, Index& behind) noexcept;

  // Whether it fits, without telling why not.
  bool fits(Id schema, Index at) noexcept {
    const bool tells = tells_;
    tells_ = false;
    Index behind = nullptr;
    const bool result = value(schema, at, behind);
    tells_ = tells;
    return result;
  }
  bool fail(Id reason, Index at) noexcept {
    if (tells_) faults_.add(reason, at);
    return false;
  }
  // Whether to go on after a part that does not fit.
  [[nodiscard]] bool goes_on() const noexcept { return tells_ && !exceeded_; }
  bool charge(std::uint64_t units) noexcept {
    budget_ -= static_cast<std::int64_t>(units);
    if (budget_ < 0) exceeded_ = true;
    return !exceeded_;
  }
  bool exceed() noexcept {
    exceeded_ = true;
    return false;
  }
  [[nodiscard]] Index skip_charged(Index at) noexcept;
  [[nodiscard]] Index behind_of(Index at) noexcept {
    return body_[*at] == '{' || body_[*at] == '[' ? skip_charged(at) : at + 1;
  }
  [[nodiscard]] std::string_view number_text(Index at) const noexcept {
    return {body_ + *at, static_cast<std::size_t>(at[1] - at[0])};
  }
  [[nodiscard]] std::string_view content(Index at) const noexcept { return string_content(body_ + *at, body_ + at[1]); }
  [[nodiscard]] const WordSlot* find_escaped(const ObjectRule& rule, std::string_view written) noexcept;
  [[nodiscard]] const WordSlot* find_name(const ObjectRule& rule, std::string_view written) noexcept;

  const Program& program_;
  const char* body_;
  Scratch& scratch_;
  FaultBook faults_;
  std::int64_t budget_;
  unsigned frames_ = 0;
  bool tells_ = true;
  bool exceeded_ = false;
};

}  // namespace planish::core::contract
