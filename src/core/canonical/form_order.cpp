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

// By insertion. False where names are equal, or compares became too many: long names take long.
template <class Name>
[[gnu::always_inline]] inline bool sort_few(const Member* members, std::uint32_t count, NameKey* keys,
                                            Name name) noexcept {
  std::uint32_t compares = 2 * count;
  keys[0] = members[0].key & ~kSizeMask;
  for (std::uint32_t i = 1; i < count; ++i) {
    const NameKey key = (members[i].key & ~kSizeMask) | i;
    std::uint32_t place = i;
    for (; place != 0 && keys[place - 1] > key; --place) keys[place] = keys[place - 1];
    while (place != 0 && (keys[place - 1] ^ key) <= kSizeMask) [[unlikely]] {  // alike in their first seven bytes
        if (compares-- == 0) return false;
        const int order = compare_names_quickly(name(i), name(static_cast<std::uint32_t>(keys[place - 1] & kSizeMask)));
        if (order == 0) return false;
        if (order > 0) break;
        keys[place] = keys[place - 1];
        --place;
      }
    keys[place] = key;
  }
  return true;
}

}  // namespace

// Calls `take` with the number of each member, in the order of their names; of equal names only with the last. `ready`
// is called before, when the scratch's `ordered` is free again.
template <class Ready, class Take>
[[gnu::always_inline]] inline void Form::in_order(const Object& object, Ready ready, Take take) noexcept {
  const Member* const members = object.members;
  const std::uint32_t count = object.count;
  if (count == 2 && members[0].key != members[1].key) {
    ready();
    take(1);
    take(0);
    return;
  }
  if (count <= kFew) {
    std::array<NameKey, kFew> keys;
    const auto name = [&](std::uint32_t member) { return object.name(members[member].begin) + 1; };
    if (sort_few(members, count, keys.data(), name)) [[likely]] {
      ready();
      for (std::uint32_t i = 0; i < count; ++i) take(static_cast<std::uint32_t>(keys[i] & kSizeMask));
      return;
    }
  }
  Entry* const entries = scratch_.entries_behind(spans_);
  check((spans_ + 1) / 2 + std::size_t{count} <= scratch_.bounds().entries);
  sort_members(members, count, object.bytes, object.offset, entries, scratch_.other_entries());
  ready();
  for (std::uint32_t i = 0; i < count; ++i) {
    if ((entries[i].member & kDropped) == 0) take(entries[i].member & kMemberMask);
  }
}

// Writes the object to `out`, which is not where it stands, but for its brace: `each` says which member comes next. One
// more member, after the last, says where that one ends.
template <class Each>
[[gnu::always_inline]] inline char* Form::write_members(const Object& object, char* out, Each each) noexcept {
  object.members[object.count].begin = object.offset + object.size;
  char* at = out + 1;
  each([&object, &at](std::uint32_t i) {
    const std::uint32_t begin = object.members[i].begin;
    const std::uint32_t size = object.members[i + 1].begin - 1 - begin;
    copy_run(at, object.name(begin), size);
    at[size] = ',';
    at += size + 1;
  });
  at[-1] = '}';
  return at;
}

template <class Ready>
[[gnu::always_inline]] inline char* Form::write_in_order(const Object& object, char* out, Ready ready) noexcept {
  const auto open = [&ready, out] {
    ready();
    *out = '{';
  };
  return write_members(object, out, [&](auto take) { in_order(object, open, take); });
}

// One of which each name comes before the one before it: there is nothing to compare.
[[gnu::noinline]] std::string_view Form::reverse_outermost(const char* bytes, std::uint32_t size,
                                                           std::uint32_t count) noexcept {
  const Object object{bytes, 0, size, scratch_.members(), count};
  char* const out = scratch_.ordered();
  *out = '{';
  return {out, write_members(object, out, [count](auto take) {
            for (std::uint32_t i = count; i-- != 0;) take(i);
          })};
}

// The outermost object, of `count` members, is the only one that is out of order still.
[[gnu::noinline]] std::string_view Form::order_outermost(const char* bytes, std::uint32_t size,
                                                         std::uint32_t count) noexcept {
  const Object object{bytes, 0, size, scratch_.members(), count};
  return {scratch_.ordered(), write_in_order(object, scratch_.ordered(), [] {})};
}

// An object of which the members are those up to `top`, and whose brace is at `brace`. Taken from the body where
// nothing in it has changed; else it is copied aside first.
[[gnu::noinline]] void Form::order_inner(const Level& level, Member* top, std::uint32_t brace) noexcept {
  const std::uint32_t offset = level.first->begin - 1;
  const std::uint32_t text_size = text_.offset(brace + 1);
  check(text_size <= scratch_.bounds().text);
  const std::uint32_t size = text_size - offset;
  char* const out = text_.buffer() + offset;
  Object object{out, offset, size, level.first, static_cast<std::uint32_t>(top - level.first)};
  if (records_ != level.first_record || moved_ + size > moved_max(text_size)) {
    text_.flush(brace + 1);
    record(object, level.first_record);
    return;
  }
  moved_ += size;
  const char* end = nullptr;
  if (text_.is_in_run(offset)) {
    object.bytes = body_ + text_.place(offset);
    text_.flush(text_.place(offset));
    end = write_in_order(object, out, [] {});
  } else {
    text_.flush(brace + 1);
    end = write_in_order(object, out, [&] {
      copy_run(scratch_.ordered(), out, size);
      object.bytes = scratch_.ordered();
    });
  }
  text_.resume(brace + 1, end);
}

// Left as it is for now. Spans overwrite entries that have been read already: two of them are as large as one.
[[gnu::noinline]] void Form::record(const Object& object, std::uint32_t first_inner) noexcept {
  check(records_ < scratch_.bounds().records);
  check((spans_ + std::size_t{object.count} + 1) / 2 <= scratch_.bounds().entries);
  const std::uint32_t end = object.offset + object.size;
  Member* const members = object.members;
  members[object.count].begin = end;
  Span* const spans = scratch_.spans() + spans_;
  std::uint32_t kept = 0;
  in_order(
      object, [] {},
      [&](std::uint32_t i) {
        spans[kept++] = {members[i].begin, members[i + 1].begin - 1};
      });
  scratch_.records()[records_++] = {object.offset, end, first_inner, spans_, kept};
  spans_ += kept;
}

}  // namespace planish::core::canonical
