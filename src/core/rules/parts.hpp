// Parts: those of an event that are told beside it: where they stand in its text, and where they stand after an edit.
#pragma once

#include <planish/options.hpp>
#include <planish/rules.hpp>

#include <core/check.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace planish::core::rules {

enum class Part : std::uint8_t { user, payload, id, trace };

class Parts {
 public:
  static constexpr std::uint32_t kNowhere = 0xFFFF'FFFF;  // where a part begins that is not there
  struct Span {
    std::uint32_t begin = 0, end = 0;
  };

  void set(Part part, Span span) noexcept {
    ends_[slot_of(part)] = span.begin;
    ends_[slot_of(part) + 1] = span.end;
  }
  [[nodiscard]] bool has(Part part) const noexcept { return ends_[slot_of(part)] != kNowhere; }
  [[nodiscard]] Span of(Part part) const noexcept { return {ends_[slot_of(part)], ends_[slot_of(part) + 1]}; }

 private:
  friend class PartsMove;
  static constexpr std::size_t kSlots = 8;  // the begin and the end of each
  static_assert(kBodyBytesLimit <= std::size_t{1} << 30);
  [[nodiscard]] static constexpr std::size_t slot_of(Part part) noexcept { return 2 * static_cast<std::size_t>(part); }

  std::array<std::uint32_t, kSlots> ends_{kNowhere, kNowhere, kNowhere, kNowhere,
                                          kNowhere, kNowhere, kNowhere, kNowhere};
};

// Where the parts of a text stand in what is made of it, told run after run of what stays.
class PartsMove {
 public:
  explicit PartsMove(const Parts& old) noexcept {
    for (std::uint32_t slot = 0; slot < Parts::kSlots; slot += 2) {
      if (old.ends_[slot] == Parts::kNowhere) continue;
      add(old.ends_[slot], slot);
      add(old.ends_[slot + 1], slot + 1);
    }
    marks_[size_] = ~std::uint64_t{0};
  }

  // The bytes of the old text from `from` to `to` stand `moved` bytes further on in the new one; what stood before them
  // has been said already. A value that was replaced begins where the bytes before it end, and ends where those after
  // it begin. Of one that was removed with its name no run says where it begins: it is nowhere.
  void run(std::uint32_t from, std::uint32_t to, std::uint32_t moved) noexcept {
    for (; marks_[next_] <= mark(to, Parts::kSlots - 1); ++next_) {
      const auto at = static_cast<std::uint32_t>(marks_[next_] / Parts::kSlots);
      if (at >= from) moved_.ends_[marks_[next_] % Parts::kSlots] = at + moved;
    }
  }
  [[nodiscard]] const Parts& parts() const noexcept { return moved_; }

 private:
  // A place in the text, and what begins or ends there.
  [[nodiscard]] static constexpr std::uint64_t mark(std::uint32_t at, std::uint32_t slot) noexcept {
    return std::uint64_t{at} * Parts::kSlots + slot;
  }
  // In the order of places: most events have their parts in the order in which they are added.
  void add(std::uint32_t at, std::uint32_t slot) noexcept {
    const std::uint64_t added = mark(at, slot);
    std::size_t place = size_++;
    for (; place != 0 && marks_[place - 1] > added; --place) marks_[place] = marks_[place - 1];
    marks_[place] = added;
  }

  std::array<std::uint64_t, Parts::kSlots + 1> marks_;  // the last is after all places
  std::size_t size_ = 0, next_ = 0;
  Parts moved_;
};

// The same where the runs are few: they are kept, and what stood somewhere is looked for in them at last.
class Runs {
 public:
  // One before each place of a batch, and one after the last.
  static constexpr std::size_t kRunsMax = kRulePointersMax + 1;

  void run(std::uint32_t from, std::uint32_t to, std::uint32_t moved) noexcept {
    check(next_ != runs_.end());
    *next_++ = {from, to, moved};
  }
  // Where a part stands that began and ended there; it begins at kNowhere if it was removed. After all of the text has
  // been told.
  [[nodiscard]] Parts::Span place(Parts::Span old) const noexcept {
    const Run* run = runs_.data();  // the last ends where the text does
    while (run->to < old.begin) ++run;
    const std::uint32_t begin = old.begin >= run->from ? old.begin + run->moved : Parts::kNowhere;
    while (run->to < old.end) ++run;
    return {begin, old.end + run->moved};
  }

 private:
  struct Run {
    std::uint32_t from, to, moved;
  };
  std::array<Run, kRunsMax> runs_;
  std::array<Run, kRunsMax>::iterator next_ = runs_.begin();
};

}  // namespace planish::core::rules
