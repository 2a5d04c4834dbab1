// Single values, and schemas that apply to the same value.
#include <core/contract/check.hpp>

#include <core/contract/equality.hpp>
#include <core/contract/skip.hpp>

namespace planish::core::contract {
namespace {

bool within(Bound::Kind kind, int order) noexcept {
  switch (kind) {
    case Bound::Kind::minimum:
      return order >= 0;
    case Bound::Kind::maximum:
      return order <= 0;
    case Bound::Kind::exclusive_minimum:
      return order > 0;
    case Bound::Kind::exclusive_maximum:
      return order < 0;
  }
  return false;
}

}  // namespace

Index Check::skip_charged(Index at) noexcept {
  const Index behind = skip(body_, at);
  charge(static_cast<std::uint64_t>(behind - at));
  return behind;
}

// A number's value is `short_value` where it is an integer of at most 18 digits that is written as one, else `decimal`.
Types Check::type_of(Index at, Decimal& decimal, bool& is_short, std::int64_t& short_value) const noexcept {
  const char* p = body_ + *at;
  switch (*p) {
    case '{':
      return kObject;
    case '[':
      return kArray;
    case '"':
      return kString;
    case 't':
    case 'f':
      return kBoolean;
    case 'n':
      return kNull;
    default:
      break;
  }
  const char* const begin = p;
  if (*p == '-') ++p;
  const char* const digits = p;
  for (; is_digit(*p) && p - digits < 18; ++p) short_value = short_value * 10 + (*p - '0');
  if (!is_digit(*p) && *p != '.' && (*p | 0x20) != 'e') {
    is_short = true;
    if (*begin == '-') short_value = -short_value;
    return kInteger;
  }
  decimal = Decimal({begin, static_cast<std::size_t>(body_ + at[1] - begin)});
  return decimal.is_integer() ? kInteger : kFraction;
}

bool Check::value(Id id, Index at, Index& behind) noexcept {
  if (id == kNone) return true;
  if (frames_ == kFramesMax || !charge(at[1] - at[0])) return exceed();
  ++frames_;
  const bool result = value_by(id, at, behind);
  --frames_;
  return result;
}

bool Check::value_by(Id id, Index at, Index& behind) noexcept {
  const Schema& schema = program_.schemas[id];
  Decimal decimal;
  bool is_short = false;
  std::int64_t short_value = 0;
  const Types type = type_of(at, decimal, is_short, short_value);
  bool fits_all = true;
  if ((schema.types & type) == 0) {
    fits_all = fail(schema.types_reason, at);
    if (!goes_on()) return false;
  }
  if ((schema.look_at & type) == 0) return fits_all;
  if ((type & (kInteger | kFraction)) != 0 && schema.number != kNone) {
    fits_all &= number(program_.numbers[schema.number], at, decimal, is_short, short_value);
  } else if (type == kString && schema.string != kNone) {
    fits_all &= string(program_.strings[schema.string], at);
  } else if (type == kObject && schema.object != kNone) {
    fits_all &= object(program_.objects[schema.object], at, behind);
  } else if (type == kArray && schema.array != kNone) {
    fits_all &= array(program_.arrays[schema.array], at, behind);
  }
  if (!fits_all && !goes_on()) return false;
  if (schema.constants.size != 0) fits_all &= constants(schema, at);
  for (Id i = 0; i < schema.branches.size && (fits_all || goes_on()); ++i) {
    fits_all &= branch(program_.branches[schema.branches.first + i], at, behind);
  }
  const bool has_rest =
      type == kObject ? schema.has_unevaluated_properties : type == kArray && schema.has_unevaluated_items;
  if (has_rest && (fits_all || goes_on())) fits_all &= unevaluated(id, at);
  return fits_all;
}

bool Check::number(const NumberRule& rule, Index at, const Decimal& value, bool is_short,
                   std::int64_t short_value) noexcept {
  bool fits_all = true;
  const char* const begin = body_ + *at;
  const Decimal exact = is_short ? Decimal({begin, static_cast<std::size_t>(body_ + at[1] - begin)}) : value;
  for (Id i = 0; i < rule.bounds.size; ++i) {
    const Bound& bound = program_.bounds[rule.bounds.first + i];
    const int order = is_short && bound.is_short
                          ? short_value < bound.short_value ? -1 : short_value > bound.short_value
                          : compare(exact, bound.value);
    if (!within(bound.kind, order)) fits_all = fail(bound.reason, at);
  }
  for (Id i = 0; i < rule.multiples.size; ++i) {
    const MultipleOf& multiple = program_.multiples[rule.multiples.first + i];
    if (!multiple.divisor.divides(exact)) fits_all = fail(multiple.reason, at);
  }
  return fits_all;
}

bool Check::string(const StringRule& rule, Index at) noexcept {
  const std::string_view text = content(at);
  bool fits_all = true;
  // It has no more code points than bytes.
  if (rule.least.reason != kNone || (rule.most.reason != kNone && text.size() > rule.most.limit)) {
    const std::size_t length = count_code_points(text);
    if (rule.least.reason != kNone && length < rule.least.limit) fits_all = fail(rule.least.reason, at);
    if (rule.most.reason != kNone && length > rule.most.limit) fits_all = fail(rule.most.reason, at);
  }
  if (rule.pattern_reason == kNone && rule.format_reason == kNone) return fits_all;
  const std::string_view plain = scratch_.plain(text);
  if (rule.pattern_reason != kNone && !program_.patterns[rule.pattern]->is_in(plain))
    fits_all = fail(rule.pattern_reason, at);
  if (rule.format_reason != kNone && !is_of_format(plain, rule.format)) fits_all = fail(rule.format_reason, at);
  return fits_all;
}

bool Check::constants(const Schema& schema, Index at) noexcept {
  bool fits_all = true;
  for (Id i = 0; i < schema.constants.size; ++i) {
    const ConstantSet& set = program_.constant_sets[schema.constants.first + i];
    if (charge(at[1] - at[0]) && !is_in(set, at)) fits_all = fail(set.reason, at);
  }
  return fits_all && !exceeded_;
}

bool Check::is_in(const ConstantSet& set, Index at) noexcept {
  if (set.all_strings) {
    if (body_[*at] != '"') return false;
    const std::string_view plain = scratch_.plain(content(at));
    for (std::uint64_t slot = name_hash(plain);; ++slot) {
      const Id found = program_.slots[set.slots.first + (slot & (set.slots.size - 1))];
      if (found == kNone) return false;
      if (same_name(program_.constants[set.constants.first + found].text, plain)) return true;
    }
  }
  ConstantCheck check(program_, body_, scratch_);
  for (Id i = 0; i < set.constants.size; ++i) {
    if (check.equals(set.constants.first + i, at)) return true;
    if (!charge(check.take_work())) return true;
  }
  return false;
}

bool Check::branch(const Branch& branch, Index at, Index& behind) noexcept {
  const Id* const ids = program_.lists.data() + branch.schemas.first;
  switch (branch.kind) {
    case Branch::Kind::all_of: {
      bool fits_all = true;
      for (Id i = 0; i < branch.schemas.size && (fits_all || goes_on()); ++i) fits_all &= value(ids[i], at, behind);
      return fits_all;
    }
    case Branch::Kind::any_of:
      for (Id i = 0; i < branch.schemas.size; ++i) {
        if (fits(ids[i], at)) return true;
      }
      break;
    case Branch::Kind::one_of: {
      unsigned count = 0;
      for (Id i = 0; i < branch.schemas.size && count < 2; ++i) count += fits(ids[i], at);
      if (count == 1) return true;
      break;
    }
    case Branch::Kind::not_:
      if (!fits(ids[0], at)) return true;
      break;
    case Branch::Kind::if_then_else:
      // An if alone says nothing here; see collect().
      if (ids[1] == kNone && ids[2] == kNone) return true;
      return value(ids[fits(ids[0], at) ? 1 : 2], at, behind);
  }
  return fail(branch.reason, at);
}

}  // namespace planish::core::contract
