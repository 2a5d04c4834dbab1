// Tables of words, of a few names mostly: then a factor is looked for that gives each a slot of its own.
#include <core/contract/word_table.hpp>

#include <algorithm>

namespace planish::core::contract {
namespace {

constexpr std::size_t kFewWords = 64;
constexpr unsigned kFactorsTried = 64;

// How many words do not stand in their first slot.
std::size_t fill(const std::vector<NewWord>& words, const WordTable& table, WordSlot* slots) {
  std::fill_n(slots, table.size, WordSlot{});
  std::size_t displaced = 0;
  for (const NewWord& word : words) {
    const WordEnds ends(word.text);
    std::size_t at = word_hash(ends, word.text.size(), table) & (table.size - 1);
    for (; slots[at].number != WordSlot::kFree; at = (at + 1) & (table.size - 1)) ++displaced;
    WordSlot& slot = slots[at];
    slot.first = ends.first;
    slot.last = ends.last;
    slot.mask = word.text.size() >= 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << word.text.size() * 8) - 1;
    slot.text = word.text.data();
    slot.bit = std::uint64_t{1} << word.number % 64;
    slot.size = static_cast<std::uint32_t>(word.text.size());
    slot.number = word.number;
    slot.of = word.of;
    slot.has_backslash = has_backslash(word.text);
  }
  return displaced;
}

// Which slot is expected next, from each. A free one is nobody's.
void chain(const std::vector<NewWord>& words, WordTable& table, WordSlot* slots) {
  const auto* const free =
      std::find_if(slots, slots + table.size, [](const WordSlot& slot) { return slot.number == WordSlot::kFree; });
  table.begin = static_cast<std::uint32_t>(free - slots);
  for (std::size_t i = 0; i < table.size; ++i) slots[i].following = table.begin;
  WordSlot* last = nullptr;
  for (const NewWord& word : words) {
    const auto at = static_cast<std::uint32_t>(find_word(slots, {0, table.size, 0, table.factor}, word.text) - slots);
    if (slots[at].has_backslash || &slots[at] == last) continue;
    (last == nullptr ? table.begin : last->following) = at;
    last = &slots[at];
  }
  if (last != nullptr) last->following = table.begin;
}

}  // namespace

WordTable make_word_table(const std::vector<NewWord>& words, std::vector<WordSlot>& slots) {
  WordTable table;
  table.first = static_cast<std::uint32_t>(slots.size());
  if (words.empty()) return table;
  table.size = static_cast<std::uint32_t>(std::bit_ceil((words.size() > kFewWords ? 2 : 4) * words.size()));
  slots.resize(slots.size() + table.size);
  for (unsigned i = 0; i < kFactorsTried; ++i) {
    table.factor = std::uint64_t{0x9E37'79B9'7F4A'7C15} * (2 * i + 1);
    if (fill(words, table, slots.data() + table.first) == 0 || words.size() > kFewWords) break;
  }
  chain(words, table, slots.data() + table.first);
  return table;
}

}  // namespace planish::core::contract
