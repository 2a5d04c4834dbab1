// A merge sort without branches, first by the members' keys, then group by group by what stands after those. Each byte
// of a name is looked at once for each seven bytes of it that others have too: O((bytes of names / 7 + n) log n).
#include <core/canonical/sort.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

namespace planish::core::canonical {
namespace {

void insertion_sort(Entry* entries, std::size_t count) noexcept {
  for (std::size_t i = 1; i < count; ++i) {
    const Entry entry = entries[i];
    std::size_t place = i;
    for (; place != 0 && entries[place - 1].key > entry.key; --place) entries[place] = entries[place - 1];
    entries[place] = entry;
  }
}

Entry* copy(const Entry* from, const Entry* end, Entry* to) noexcept {
  std::memcpy(to, from, static_cast<std::size_t>(end - from) * sizeof(Entry));
  return to + (end - from);
}

// Of equal keys those of the left run come first. Which entry is the next cannot be foretold, so no branch asks it.
void merge(const Entry* left, const Entry* middle, const Entry* end, Entry* out) noexcept {
  const Entry* right = middle;
  if (right == end || middle[-1].key <= right->key) {
    copy(left, end, out);
    return;
  }
  while (left != middle && right != end) {
    const bool takes_right = right->key < left->key;
    *out++ = takes_right ? *right : *left;
    left += takes_right ? 0 : 1;
    right += takes_right ? 1 : 0;
  }
  copy(right, end, copy(left, middle, out));
}

// Stable. The result is in `entries`.
void sort_by_key(Entry* entries, std::size_t count, Entry* other) noexcept {
  constexpr std::size_t kRun = 16;  // as many are sorted faster by insertion
  if (count <= 2 * kRun) return insertion_sort(entries, count);
  for (std::size_t i = 0; i < count; i += kRun) insertion_sort(entries + i, std::min(kRun, count - i));
  Entry* from = entries;
  Entry* to = other;
  for (std::size_t width = kRun; width < count; width *= 2) {
    for (std::size_t begin = 0; begin < count; begin += 2 * width) {
      merge(from + begin, from + std::min(begin + width, count), from + std::min(begin + 2 * width, count), to + begin);
    }
    std::swap(from, to);
  }
  if (from != entries) copy(from, from + count, entries);
}

// The key of the next part of a name, and where the part after that begins.
NameKey next_part(Entry& entry, const char* text) noexcept {
  const char* at = text + entry.rest;
  const NameKey key = name_chunk(at);
  entry.rest = static_cast<std::uint32_t>(at - text);
  return key;
}

// Entries of equal keys: where their names end with those, the last is kept; else they are sorted by what follows, and
// looked at again.
void resolve_ties(Entry* entries, std::size_t count, Entry* other, const Member* members, const char* text,
                  std::uint32_t offset) noexcept {
  for (std::size_t begin = 0; begin < count;) {
    const NameKey key = entries[begin].key;
    std::size_t end = begin + 1;
    while (end < count && entries[end].key == key && (entries[end].member & kGroupBegins) == 0) ++end;
    if (end - begin == 1) {
      begin = end;
      continue;
    }
    if ((key & kSizeMask) != kLongName) {
      for (; begin + 1 < end; ++begin) entries[begin].member |= kDropped;
      ++begin;
      continue;
    }
    if (end < count) entries[end].member |= kGroupBegins;
    entries[begin].member &= ~kGroupBegins;
    NameKey all_or = 0, all_and = ~NameKey{0};
    for (std::size_t i = begin; i < end; ++i) {
      if (entries[i].rest == 0) {
        entries[i].rest = members[entries[i].member & kMemberMask].begin + 1 - offset;
        next_part(entries[i], text);
      }
      entries[i].key = next_part(entries[i], text);
      all_or |= entries[i].key;
      all_and &= entries[i].key;
    }
    if (all_or != all_and) sort_by_key(entries + begin, end - begin, other);
    entries[begin].member |= kGroupBegins;
  }
}

}  // namespace

[[gnu::noinline]] void sort_members(const Member* members, std::uint32_t count, const char* text, std::uint32_t offset,
                                    Entry* entries, Entry* other) noexcept {
  for (std::uint32_t i = 0; i < count; ++i) entries[i] = {members[i].key, i, 0};
  sort_by_key(entries, count, other);
  bool ties = false;
  for (std::uint32_t i = 1; i < count; ++i) ties |= entries[i - 1].key == entries[i].key;
  if (ties) resolve_ties(entries, count, other, members, text, offset);
}

}  // namespace planish::core::canonical
