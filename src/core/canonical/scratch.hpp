// Scratch: what the canonical form writes to, each array in a block of its own, and how large each has to be.
#pragma once

#include <planish/options.hpp>

#include <core/canonical/copy_run.hpp>
#include <core/canonical/guarded_array.hpp>
#include <core/canonical/name_key.hpp>
#include <core/check.hpp>

#include <cstddef>
#include <cstdint>

namespace planish::core::canonical {

// A member of an object that is open.
struct Member {
  NameKey key;
  std::uint32_t begin;  // of its name's quote, in the text
};

// What is sorted.
struct Entry {
  NameKey key;           // of the part of the name that is compared at the time
  std::uint32_t member;  // its number, and two flags
  std::uint32_t rest;    // where the part after that begins; 0: `key` is of the first part
};

// A member in the text, from its name's quote to after its value.
struct Span {
  std::uint32_t begin;
  std::uint32_t end;
};

// An object that stays out of order in the text: its members are to be taken as its spans lie.
struct Record {
  std::uint32_t begin;
  std::uint32_t end;
  std::uint32_t first_inner;  // the records from here to this one lie in it
  std::uint32_t first_span;
  std::uint32_t spans;
};

// Everything that a text of `n` bytes can need. It is written before it is known whether the text is JSON, so each
// bound holds for a text that ends too soon, too.
struct Bounds {
  explicit constexpr Bounds(std::size_t n) noexcept
      : members((n + kDepthMax) / 5 + 2), entries(n / 5 + 1), records(n / 10 + 1), text(n / 5 * 22 + 22) {}

  // A member is `"":0,` and so has five bytes, of which the last may be its object's brace; of each open object of a
  // text that ends too soon, one byte less: `{"":{"":`, where the braces of kDepthMax objects are missing. A member is
  // in here only while its object is open. One more, after the last, says where that one ends.
  std::size_t members;
  // An object is put in order when its brace has come, so here no byte is missing. Members of records; and before them,
  // as long as an object is sorted, its own: those of no other, so each member is here at most once.
  std::size_t entries;
  // The shortest object that can be out of order is `{"":0,"":0}`; within another one it takes the place of a `0`.
  std::size_t records;
  // Nothing grows but numbers, and none more than `1e20,`: of five bytes become 22. One that nothing follows, which
  // would be the last, has no comma.
  std::size_t text;

  // Bytes, with what copies may read and write on both sides of a text.
  static constexpr std::size_t kSlack = kRunSlack + 1;
  [[nodiscard]] constexpr std::size_t text_block() const noexcept { return text + 2 * kSlack; }
  [[nodiscard]] constexpr std::size_t all() const noexcept {
    return members * sizeof(Member) + entries * sizeof(Entry) + records * sizeof(Record) + 2 * text_block() +
           5 * GuardedBlock::kRoundingMax;
  }
};

class Scratch {
 public:
  explicit Scratch(std::size_t body_bytes_max);

  [[nodiscard]] const Bounds& bounds() const noexcept { return bounds_; }

  [[nodiscard]] Member* members() const noexcept { return members_.get(); }
  [[nodiscard]] const Member* members_end() const noexcept { return members_.get() + bounds_.members; }
  [[nodiscard]] Record* records() const noexcept { return records_.get(); }
  [[nodiscard]] char* text() const noexcept { return text_.get() + Bounds::kSlack; }
  // The text, or an object of it, with its members in their final order; and while entries are sorted, the other half
  // of the merge: 16 bytes for each five of the text are less than 22.
  [[nodiscard]] char* ordered() const noexcept { return ordered_.get() + Bounds::kSlack; }
  [[nodiscard]] Entry* other_entries() const noexcept { return reinterpret_cast<Entry*>(ordered()); }
  // Spans of records, two in the place of an entry; what they leave is room to sort in.
  [[nodiscard]] Span* spans() const noexcept { return reinterpret_cast<Span*>(entries_.get()); }
  [[nodiscard]] Entry* entries_behind(std::uint32_t spans) const noexcept { return entries_.get() + (spans + 1) / 2; }

 private:
  Bounds bounds_;
  GuardedArray<Member> members_;
  GuardedArray<Entry> entries_;
  GuardedArray<Record> records_;
  GuardedArray<char> text_;
  GuardedArray<char> ordered_;
};

}  // namespace planish::core::canonical
