// Poison: events of a lenient request that are no JSON. They are looked for once a pass has failed, blanked in the
// body, and the pass begins anew: so the answer for the others is what it would be without them.
#pragma once

#include <planish/options.hpp>

#include <core/diagnose.hpp>
#include <core/plan.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace planish::core {

// What stands in the place of such an event, with blanks after it. No JSON begins with either, and stage 1 takes both
// for the beginning of a value.
inline constexpr char kNotJsonMark = '\x01';
inline constexpr char kTooDeepMark = '\x02';
class Poison {
 public:
  void clear() noexcept { size_ = 0; }
  // In document order. No list of faults shows more than the first kFaultsListed.
  void add(std::size_t offset) noexcept {
    if (size_ < offsets_.size()) offsets_[size_] = static_cast<std::uint32_t>(offset);
    ++size_;
  }
  [[nodiscard]] std::uint32_t offset(std::size_t i) const noexcept { return i < offsets_.size() ? offsets_[i] : 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  // Whether this is a mark: not in a body that nobody has looked through, where it is what a client has sent.
  [[nodiscard]] bool is_mark(char c) const noexcept { return (c == kNotJsonMark || c == kTooDeepMark) && size_ != 0; }

 private:
  std::array<std::uint32_t, kFaultsListed> offsets_;
  std::size_t size_ = 0;
};

// Finds and blanks the events of one JSON text, as the plan's pointers find them: those of an array, or the one that
// stands at a pointer, but not a body that is an event. An element counts as one as long as its quotes and brackets are
// balanced and a comma or the array's end comes after it. `kinds` has a bit for each byte of the body. False: a body
// that is no array of such events, which is not JSON in any mode; what was blanked by then does not matter.
[[nodiscard]] bool blank_poison(std::span<char> body, const Plan& plan, std::span<std::uint8_t> kinds,
                                Poison& poison) noexcept;

// The same of one event a line, whose end is certain.
void blank_poison_lines(std::span<char> body, Poison& poison) noexcept;

// What refuses a body of lines, at its offset in the body: the first line that is not JSON, else the first that is too
// deep. Valid, and the body's size: neither.
[[nodiscard]] Diagnosis find_bad_line(std::string_view body) noexcept;

}  // namespace planish::core
