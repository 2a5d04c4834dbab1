// Form's objects whose names do not ascend, once their brace has come.
#include <core/canonical/form.hpp>

#include <core/canonical/sort.hpp>

namespace planish::core::canonical {
namespace {

// As many members are sorted in place by their keys, each with the member's number in the room of its name's size.
constexpr std::uint32_t kFew = 32;

// Put in order at once, as long as all such copies have cost no more than this for the text so far; what is nested
// deeply and out of order at each level would otherwise be copied once a level.
constexpr std::uint64_t moved_max(std::uint32_t text_bytes) noexcept {
  return 4 * std::uint64_t{text_bytes} + 4096;
}

}  // namespace

// By insertion. False where names are equal, or compares became too many: names with escapes take long.
[[gnu::always_inline]] inline bool Form::sort_few(const Member* members, std::uint32_t count,
                                                  NameKey* keys) const noexcept {
  std::uint32_t compares = 2 * count;
  keys[0] = members[0].key & ~kSizeMask;
  for (std::uint32_t i = 1; i < count; ++i) {
    const NameKey key = (members[i].key & ~kSizeMask) | i;
    std::uint32_t place = i;
    for (; place != 0 && keys[place - 1] > key; --place) keys[place] = keys[place - 1];
    while (place != 0 && (keys[place - 1] ^ key) <= kSizeMask) [[unlikely]] {  // alike in their first seven bytes
        if (compares-- == 0) return false;
        const int order = compare(members[i], members[keys[place - 1] & kSizeMask]);
        if (order == 0) return false;
        if (order > 0) break;
        keys[place] = keys[place - 1];
        --place;
      }
    keys[place] = key;
  }
  return true;
}

// Calls `take` with the number of each member, in the order of their names; of equal names only with the last. `sorted`
// is called before, when the scratch's `ordered` is free again.
template <class Sorted, class Take>
[[gnu::always_inline]] inline void Form::in_order(const Member* members, std::uint32_t count, Sorted sorted,
                                                  Take take) noexcept {
  if (count == 2 && members[0].key != members[1].key) {
    sorted();
    take(1);
    take(0);
    return;
  }
  if (count <= kFew) {
    std::array<NameKey, kFew> keys;
    if (sort_few(members, count, keys.data())) [[likely]] {
      sorted();
      for (std::uint32_t i = 0; i < count; ++i) take(static_cast<std::uint32_t>(keys[i] & kSizeMask));
      return;
    }
  }
  Entry* const entries = scratch_.entries_behind(spans_);
  ensure((spans_ + 1) / 2 + std::size_t{count} <= scratch_.bounds().entries);
  sort_members(members, count, text_, entries, scratch_.other_entries());
  sorted();
  for (std::uint32_t i = 0; i < count; ++i) {
    if ((entries[i].member & kDropped) == 0) take(entries[i].member & kMemberMask);
  }
}

// The outermost object, with `count` members and its brace at `brace`, is the only one that is out of order still.
[[gnu::noinline]] void Form::order_outermost(std::uint32_t count, std::uint32_t brace) noexcept {
  const std::uint32_t close = text_.offset(brace);
  ensure(close < scratch_.bounds().text);
  const char* const source = text_.all(brace);
  const Member* const members = scratch_.members();
  char* const begin = scratch_.ordered();
  char* out = begin + 1;
  in_order(
      members, count, [] {},
      [&](std::uint32_t i) {
        const std::uint32_t from = members[i].begin;
        const std::uint32_t size = (i + 1 == count ? close : members[i + 1].begin - 1) - from;
        copy_run(out, source + from, size);
        out += size;
        *out++ = ',';
      });
  *begin = '{';
  out[-1] = '}';
  result_ = {begin, out};
  if (has_no_number_) [[unlikely]]
    refuse_what_has_no_number();
}

// An object of which the members are those up to `top`, and whose brace is at `brace`. Taken from the body where
// nothing in it has changed; else it is copied aside first.
[[gnu::noinline]] void Form::order_inner(const Level& level, const Member* top, std::uint32_t brace) noexcept {
  const Member* const members = level.first;
  const auto count = static_cast<std::uint32_t>(top - members);
  const std::uint32_t close = text_.offset(brace);
  ensure(close < scratch_.bounds().text);
  const std::uint32_t begin = members[0].begin - 1;
  const std::uint32_t size = close + 1 - begin;
  if (records_ != level.first_record || moved_ + size > moved_max(close)) {
    record(level, count, close);
    return;
  }
  moved_ += size;
  char* const to = text_.buffer() + begin;
  const bool is_as_sent = text_.is_in_run(begin);
  const char* const object = is_as_sent ? body_ + text_.place(begin) : scratch_.ordered();
  text_.flush(is_as_sent ? text_.place(begin) : brace + 1);
  const auto copy_aside = [&] {
    if (!is_as_sent) copy_run(scratch_.ordered(), to, size);
    *to = '{';
  };
  char* out = to + 1;
  in_order(members, count, copy_aside, [&](std::uint32_t i) {
    const std::uint32_t from = members[i].begin - begin;
    const std::uint32_t bytes = (i + 1 == count ? close : members[i + 1].begin - 1) - begin - from;
    copy_run(out, object + from, bytes);
    out += bytes;
    *out++ = ',';
  });
  out[-1] = '}';
  text_.resume(brace + 1, out);
}

// Left as it is for now. Spans overwrite entries that have been read already: two of them are as large as one.
[[gnu::noinline]] void Form::record(const Level& level, std::uint32_t count, std::uint32_t close) noexcept {
  const Member* const members = level.first;
  ensure(records_ < scratch_.bounds().records);
  ensure((spans_ + std::size_t{count} + 1) / 2 <= scratch_.bounds().entries);
  Span* const spans = scratch_.spans() + spans_;
  std::uint32_t kept = 0;
  in_order(
      members, count, [] {},
      [&](std::uint32_t i) {
        spans[kept++] = {members[i].begin, i + 1 == count ? close : members[i + 1].begin - 1};
      });
  scratch_.records()[records_++] = {members[0].begin - 1, close + 1, level.first_record, spans_, kept};
  spans_ += kept;
}

}  // namespace planish::core::canonical
