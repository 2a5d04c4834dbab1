// Arrays and objects.
#include <core/contract/check.hpp>

#include <core/contract/equality.hpp>
#include <core/contract/skip.hpp>

#include <algorithm>

namespace planish::core::contract {

bool Check::array(const ArrayRule& rule, Index at, Index& behind) noexcept {
  bool fits_all = true;
  std::uint32_t size = 0, fits = 0;
  Index element_at = at + 1;
  if (body_[*element_at] == ']') {
    behind = element_at + 1;
  } else {
    for (;; ++size) {
      Index next = nullptr;
      fits_all &= element(rule, element_at, size, fits, next);
      if (!fits_all && !goes_on()) return false;
      if (next == nullptr) next = behind_of(element_at);
      if (!charge(1)) return false;
      element_at = next + 1;
      if (body_[*next] == ']') break;
    }
    ++size;
    behind = element_at;
  }
  const auto limit = [&](const Count& count, bool fits_limit) {
    if (count.reason != kNone && !fits_limit) fits_all = fail(count.reason, at);
  };
  limit(rule.least, size >= rule.least.limit);
  limit(rule.most, size <= rule.most.limit);
  limit(rule.contains_least, fits >= rule.contains_least.limit);
  limit(rule.contains_most, fits <= rule.contains_most.limit);
  if (rule.unique_reason == kNone || size < 2 || (!fits_all && !goes_on())) return fits_all;
  return are_unique(at, size) ? fits_all : fail(rule.unique_reason, at);
}

bool Check::element(const ArrayRule& rule, Index at, std::uint32_t number, std::uint32_t& fitting,
                    Index& behind) noexcept {
  const Id schema = number < rule.prefix.size ? program_.lists[rule.prefix.first + number] : rule.items;
  const bool fits_schema = value(schema, at, behind);
  if (!fits_schema && !goes_on()) return false;
  if (rule.has_contains && fits(rule.contains, at)) ++fitting;
  return fits_schema;
}

bool Check::are_unique(Index array, std::uint32_t size) noexcept {
  struct Item {
    std::uint64_t hash;
    Index at;
  };
  Arena& arena = scratch_.arena();
  const std::size_t mark = arena.mark();
  Item* const items = arena.take<Item>(size);
  if (items == nullptr) return exceed();
  Equality equality(body_, scratch_);
  Index at = array + 1;
  for (std::uint32_t i = 0; i < size; ++i) {
    items[i].at = at;
    items[i].hash = equality.hash(at);
    ++at;
    if (!charge(equality.take_work())) break;
  }
  if (exceeded_) {
    arena.release(mark);
    return false;
  }
  std::sort(items, items + size,
            [](const Item& a, const Item& b) { return a.hash != b.hash ? a.hash < b.hash : a.at < b.at; });
  bool unique = true;
  for (std::uint32_t i = 1; i < size && unique && !exceeded_; ++i) {
    for (std::uint32_t j = i; j-- > 0 && items[j].hash == items[i].hash && unique && !exceeded_;) {
      unique = !equality.equal(items[j].at, items[i].at);
      charge(equality.take_work());
    }
  }
  arena.release(mark);
  if (equality.is_full()) return exceed();
  return unique;
}

Id Check::find_name(const ObjectRule& rule, std::string_view text) const noexcept {
  if (rule.slots.size == 0) return kNone;
  for (std::uint64_t slot = name_hash(text);; ++slot) {
    const Id found = program_.slots[rule.slots.first + (slot & (rule.slots.size - 1))];
    if (found == kNone || same_name(program_.names[rule.names.first + found].text, text)) return found;
  }
}

bool Check::object(const ObjectRule& rule, Index at, Index& behind) noexcept {
  Arena& arena = scratch_.arena();
  const std::size_t mark = arena.mark();
  const std::size_t words = (rule.names.size + 63) / 64;
  auto* const seen = arena.take<std::uint64_t>(words);
  if (seen == nullptr) return exceed();
  std::fill_n(seen, words, 0);
  std::uint32_t count = 0;
  bool fits_all = members(rule, at, seen, count, behind);
  if (fits_all || goes_on()) {
    if (rule.least.reason != kNone && count < rule.least.limit) fits_all = fail(rule.least.reason, at);
    if (rule.most.reason != kNone && count > rule.most.limit) fits_all = fail(rule.most.reason, at);
  }
  if (fits_all || goes_on()) fits_all &= names_fit(rule, at, seen);
  arena.release(mark);
  return fits_all;
}

bool Check::members(const ObjectRule& rule, Index at, std::uint64_t* seen, std::uint32_t& count,
                    Index& behind) noexcept {
  bool fits_all = true;
  Index name = at + 1;
  if (body_[*name] == '}') {
    behind = name + 1;
    return true;
  }
  for (;;) {
    Index next = nullptr;
    ++count;
    fits_all &= member(rule, name, seen, next);
    if (!fits_all && !goes_on()) return false;
    if (next == nullptr) next = behind_of(name + 2);
    if (!charge(1 + name[1] - name[0])) return false;
    name = next + 1;
    if (body_[*next] == '}') break;
  }
  behind = name;
  return fits_all;
}

bool Check::member(const ObjectRule& rule, Index name, std::uint64_t* seen, Index& behind) noexcept {
  const std::string_view written = content(name);
  const Index at = name + 2;
  bool fits_all = true, is_covered = false;
  const Id known = find_name(rule, scratch_.plain(written));
  if (known != kNone) {
    seen[known / 64] |= std::uint64_t{1} << known % 64;
    const Name& entry = program_.names[rule.names.first + known];
    is_covered = entry.is_property;
    fits_all = value(entry.schema, at, behind);
  }
  for (Id i = 0; i < rule.patterns.size && (fits_all || goes_on()); ++i) {
    const NamedPattern& pattern = program_.named_patterns[rule.patterns.first + i];
    // Anew each time: the value that was looked at meanwhile may have escapes too.
    if (!charge(name[1] - name[0]) || !program_.patterns[pattern.pattern]->is_in(scratch_.plain(written))) continue;
    is_covered = true;
    fits_all &= value(pattern.schema, at, behind);
  }
  if (!is_covered && (fits_all || goes_on())) fits_all &= value(rule.additional, at, behind);
  if (rule.property_names != kNone && (fits_all || goes_on())) {
    Index ignored = nullptr;
    fits_all &= value(rule.property_names, name, ignored);
  }
  return fits_all;
}

// What is required, as a whole or beside another.
bool Check::names_fit(const ObjectRule& rule, Index at, const std::uint64_t* seen) noexcept {
  const auto is_there = [seen](Id name) { return (seen[name / 64] >> name % 64 & 1) != 0; };
  bool fits_all = true;
  for (Id i = 0; i < rule.required.size; ++i) {
    const Required& required = program_.required[rule.required.first + i];
    if (!is_there(required.name)) fits_all = fail(required.reason, at);
  }
  for (Id i = 0; i < rule.dependents.size && (fits_all || goes_on()); ++i) {
    const Dependent& dependent = program_.dependents[rule.dependents.first + i];
    if (!is_there(dependent.name)) continue;
    if (dependent.other != kNone && !is_there(dependent.other)) fits_all = fail(dependent.reason, at);
    Index ignored = nullptr;
    fits_all &= value(dependent.schema, at, ignored);
  }
  return fits_all;
}

}  // namespace planish::core::contract
