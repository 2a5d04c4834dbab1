// Batch: edits that are made in one walk along an event, compiled: which of them a name may be a step of, and which end
// there.
#pragma once

#include <core/contract/text_pool.hpp>
#include <core/word.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace planish::core::rules {

enum class Verb : std::uint8_t { remove, mask, hash, truncate_ip, set };

// One verb at one place.
struct Edit {
  struct Step {
    std::string_view name;  // without escapes
    bool is_any = false;    // `*`
    std::string_view json;  // "name": as a member begins
  };
  Verb verb;
  std::vector<Step> steps;
  std::string_view value;             // of set: JSON
  std::vector<std::uint32_t> tokens;  // of that: their offsets in it
};

using EditMask = std::uint64_t;  // of a batch's edits

// Where one of its edits finds its place, no other looks below it or above it.
class Batch {
 public:
  // The edits that look at the members of one object, or the elements of one array: by the same step of each.
  class Level {
   public:
    // Those of `active` whose step such a name may be, by what is at hand of it; a quote stands around it.
    [[nodiscard]] EditMask may_step(EditMask active, std::string_view name) const noexcept {
      return active & by_kind_[kind_of(name.data(), name.size())];
    }
    // Those of them whose step it is. Eight bytes from where it begins can be read.
    [[nodiscard]] EditMask step(EditMask candidates, std::string_view name) const noexcept {
      EditMask matching = 0;
      for (EditMask left = candidates; left != 0; left &= left - 1) {
        if (names_[static_cast<std::size_t>(lowest_bit(left))].is(name)) matching |= left & (0 - left);
      }
      return matching;
    }
    // Those of `active` whose step is any.
    [[nodiscard]] EditMask any_step(EditMask active) const noexcept { return active & any_; }
    // Those whose place is after the step.
    [[nodiscard]] EditMask ends() const noexcept { return ends_; }

   private:
    friend class Batch;
    static constexpr std::size_t kKinds = 256;
    [[nodiscard]] static std::size_t kind_of(const char* name, std::size_t size) noexcept {
      const auto first = static_cast<unsigned char>(name[0]);
      const auto last = static_cast<unsigned char>(name[static_cast<std::ptrdiff_t>(size) - 1]);
      return (size * 8 + first + std::size_t{4} * last) % kKinds;
    }

    // A step's name, and its first and last bytes as words: most are compared by these alone.
    struct Name {
      std::uint64_t first = 0, mask = 0, last = 0;
      std::string_view text{};
      bool is_any = false;

      Name() = default;
      explicit Name(const Edit::Step& step);
      [[nodiscard]] bool is(std::string_view name) const noexcept {
        if (is_any) return true;
        if (name.size() != text.size() || ((load_word(name.data()) ^ first) & mask) != 0) return false;
        if (name.size() <= 8) return true;
        return name.size() <= 16 ? load_word(name.data() + (name.size() - 8)) == last : name == text;
      }
    };

    std::array<EditMask, kKinds> by_kind_{};
    EditMask any_ = 0, ends_ = 0;
    std::vector<Name> names_;  // by edit
  };

  // Whether an edit may be made in the same walk as those that are there already.
  [[nodiscard]] bool takes(const Edit& edit) const noexcept;
  void add(Edit edit);

  [[nodiscard]] const std::vector<Edit>& edits() const noexcept { return edits_; }
  [[nodiscard]] EditMask all() const noexcept { return all_; }
  [[nodiscard]] const Level& level(std::size_t number) const noexcept { return levels_[number]; }
  // The first of them; there is one.
  [[nodiscard]] const Edit& first_of(EditMask some) const noexcept {
    return edits_[static_cast<std::size_t>(lowest_bit(some))];
  }

 private:
  std::vector<Edit> edits_;    // at most kRulePointersMax
  std::vector<Level> levels_;  // by step of the longest pointer
  EditMask all_ = 0;
};

// An edit at a pointer's names; its texts are kept in the pool. `value`: JSON, of set alone.
[[nodiscard]] Edit make_edit(Verb verb, const std::vector<std::string>& names, std::string_view value,
                             contract::TextPool& pool);

// What an edit puts into an event at most where its place is there once, or made.
[[nodiscard]] std::size_t put_bytes_max(const Edit& edit) noexcept;

}  // namespace planish::core::rules
