// Arrays and objects.
#include <core/contract/check.hpp>

#include <core/contract/equality.hpp>
#include <core/contract/skip.hpp>

#include <algorithm>

namespace planish::core::contract {
namespace {

constexpr WordSlot kNoWord{.size = WordSlot::kFree};  // longer than any

}  // namespace

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

// A name as it is written is mostly known as it is. Null: it is not.
inline const WordSlot* Check::find_name(const ObjectRule& rule, std::string_view written) noexcept {
  const WordSlot* const known = find_word(program_.slots.data(), rule.table, written);
  return known != nullptr && !known->has_backslash ? known : find_escaped(rule, written);
}

[[gnu::noinline]] const WordSlot* Check::find_escaped(const ObjectRule& rule, std::string_view written) noexcept {
  return has_backslash(written) ? find_word(program_.slots.data(), rule.table, scratch_.plain(written)) : nullptr;
}

inline bool Check::members(const ObjectRule& rule, Index at, std::uint64_t* seen, std::uint32_t& count,
                           Index& behind) noexcept {
  Index name = at + 1;
  if (body_[*name] == '}') {
    behind = name + 1;
    return true;
  }
  if (rule.is_plain) return plain_members(rule, name, seen, count, behind);
  bool fits_all = true;
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

bool Check::object(const ObjectRule& rule, Index at, Index& behind) noexcept {
  Arena& arena = scratch_.arena();
  const std::size_t mark = arena.mark();
  const std::size_t words = (rule.names.size + 63) / 64;
  std::uint64_t few = 0;
  auto* const seen = words <= 1 ? &few : arena.take<std::uint64_t>(words);
  if (seen == nullptr) return exceed();
  if (words > 1) std::fill_n(seen, words, 0);
  std::uint32_t count = 0;
  bool fits_all = members(rule, at, seen, count, behind);
  if (fits_all || goes_on()) {
    if (rule.least.reason != kNone && count < rule.least.limit) fits_all = fail(rule.least.reason, at);
    if (rule.most.reason != kNone && count > rule.most.limit) fits_all = fail(rule.most.reason, at);
  }
  const bool has_all = rule.names.size <= 64 && (*seen & rule.required_bits) == rule.required_bits;
  if ((!has_all || rule.dependents.size != 0) && (fits_all || goes_on())) fits_all &= names_fit(rule, at, seen);
  arena.release(mark);
  return fits_all;
}

// What most members are: single values of a schema without branches, many of which one look settles. Their names mostly
// come in the order in which the schema has them.
bool Check::plain_members(const ObjectRule& rule, Index name, std::uint64_t* seen, std::uint32_t& count,
                          Index& behind) noexcept {
  const char* const body = body_;
  const WordSlot* const slots = program_.slots.data() + rule.table.first;
  const WordSlot* expected = rule.table.size == 0 ? &kNoWord : slots + rule.table.begin;
  bool fits_all = true;
  std::uint32_t members = 0;
  for (;;) {
    const Index at = name + 2;
    const Types type = type_of(body[*at]);
    Index behind_container = nullptr;
    ++members;
    const std::string_view written = string_content(body + *name, body + name[1]);
    const WordSlot* const known = expected->is(written) ? expected : find_name(rule, written);
    if (known != nullptr) {
      expected = slots + known->following;
      seen[known->number / 64] |= known->bit;
      if (known->of != kNone) {
        const Schema& schema = program_.schemas[known->of];
        if ((type & ~schema.settled) != 0 && (type != kString || at[1] - at[0] > schema.settled_bytes)) {
          if (is_container(type) || schema.branches.size != 0) {
            Index inner = nullptr;
            fits_all &= value(known->of, at, inner);
            behind_container = inner;
          } else if (type == kString && schema.has_only_words) {
            const ConstantSet& set = program_.constant_sets[schema.constants.first];
            if (!word(set, at)) fits_all = fail(set.reason, at);
          } else {
            fits_all &= type == kNumber && schema.constants.size == 0 ? numeral(schema, at) : scalar(schema, at, type);
          }
          if (exceeded_ || (!fits_all && !goes_on())) return false;
        }
      }
    }
    // A container charges for itself.
    Index next = at + 1, paid_until = next;
    if (is_container(type)) {
      next = behind_container == nullptr ? skip_charged(at) : behind_container;
      paid_until = at;
    }
    budget_ -= *paid_until - *name;
    if (budget_ < 0) return exceed();
    name = next + 1;
    if (body[*next] == '}') break;
  }
  count = members;
  behind = name;
  return fits_all;
}

bool Check::member(const ObjectRule& rule, Index name, std::uint64_t* seen, Index& behind) noexcept {
  const std::string_view written = content(name);
  const Index at = name + 2;
  bool fits_all = true, is_covered = false;
  const WordSlot* const known = find_name(rule, written);
  if (known != nullptr) {
    seen[known->number / 64] |= known->bit;
    is_covered = program_.names[rule.names.first + known->number].is_property;
    fits_all = value(known->of, at, behind);
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
