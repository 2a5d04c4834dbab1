// WordTable: names and words of schemas by their text. Most have few bytes, and are told apart by two words that cover
// them from both ends.
#pragma once

#include <core/contract/text.hpp>

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace planish::core::contract {

// The ends of a text; with its size, up to 16 bytes, all of it.
struct WordEnds {
  // With kTextSlack after it.
  explicit WordEnds(std::string_view text) noexcept
      : first(text.empty() ? 0 : first_word(text)),
        last(text.size() > 8 ? load_word(text.data() + text.size() - 8) : 0) {}
  // With nothing after it that may be read.
  static WordEnds of_bare(std::string_view text) noexcept {
    if (text.size() >= 8) return WordEnds(text);
    char word[8] = {};
    text.copy(word, text.size());
    return WordEnds({word, text.size()});
  }
  std::uint64_t first, last;
};

// A part of the slots of all tables: a power of two of them, at most half of them taken, so that each search ends.
// An attacker chooses no word that stands in it.
struct WordTable {
  std::uint32_t first = 0;
  std::uint32_t size = 0;   // 0: there are no words
  std::uint32_t begin = 0;  // the first word's, within the table, or a free one
  std::uint64_t factor = 0;
};

struct alignas(64) WordSlot {
  static constexpr std::uint32_t kFree = 0xFFFF'FFFF;
  std::uint64_t first = 0, last = 0;
  std::uint64_t mask = 0;  // of the bytes of `first`
  const char* text = "";
  std::uint64_t bit = 0;         // of the number, within 64 of them
  std::uint32_t size = kFree;    // longer than any text
  std::uint32_t number = kFree;  // of the word
  std::uint32_t of = kFree;      // what it stands for
  std::uint32_t following = 0;   // the slot of the next word, within the table; of the last one, the first's
  bool has_backslash = false;    // then no string in a payload is spelt as this word is, and none is followed by it

  // Whether this is the word: what a walk asks first that expects it. With kTextSlack after the text.
  [[nodiscard]] bool is(std::string_view written) const noexcept {
    if (written.size() != size || ((load_word(written.data()) ^ first) & mask) != 0) return false;
    return size <= 8 || (load_word(written.data() + size - 8) == last &&
                         (size <= 16 || std::memcmp(text, written.data(), size) == 0));
  }
};

[[nodiscard]] inline std::uint64_t word_hash(const WordEnds& ends, std::size_t size, const WordTable& table) noexcept {
  const std::uint64_t mixed = ((ends.first ^ std::rotl(ends.last, 23)) + size) * table.factor;
  return mixed >> 32 ^ mixed >> 52;
}

// Seldom needed, and a call where it stood would cost the others.
[[nodiscard]] [[gnu::noinline]] inline bool is_all_of(const WordSlot& slot, std::string_view text) noexcept {
  return std::memcmp(slot.text, text.data(), text.size()) == 0;
}

// Null: it is not there.
[[nodiscard]] inline const WordSlot* find_word(const WordSlot* slots, const WordTable& table, const WordEnds& ends,
                                               std::string_view text) noexcept {
  if (table.size == 0) return nullptr;
  for (std::uint64_t at = word_hash(ends, text.size(), table);; ++at) {
    const WordSlot& slot = slots[table.first + (at & (table.size - 1))];
    if (slot.first == ends.first && slot.last == ends.last && slot.size == text.size() &&
        slot.number != WordSlot::kFree) {
      if (text.size() <= 16 || is_all_of(slot, text)) return &slot;
    } else if (slot.number == WordSlot::kFree) {
      return nullptr;
    }
  }
}

[[nodiscard]] inline const WordSlot* find_word(const WordSlot* slots, const WordTable& table,
                                               std::string_view text) noexcept {
  return find_word(slots, table, WordEnds(text), text);
}

struct NewWord {
  std::string_view text;  // stays where it is
  std::uint32_t number = 0;
  std::uint32_t of = 0;
};
// In the order in which they are to follow each other. Of equal words the first one counts.
[[nodiscard]] WordTable make_word_table(const std::vector<NewWord>& words, std::vector<WordSlot>& slots);

}  // namespace planish::core::contract
