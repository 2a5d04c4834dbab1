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

// 10 and more: it is none.
unsigned digit_at(const char* p) noexcept {
  return static_cast<unsigned char>(*p - '0');
}

inline Numeral read_short(const char* p) noexcept {
  constexpr std::ptrdiff_t kDigitsMax = 18;
  const bool is_negative = *p == '-';
  if (is_negative) ++p;
  const char* const digits = p;
  std::uint64_t size = 0;
  for (unsigned digit = digit_at(p); digit < 10; digit = digit_at(++p)) size = size * 10 + digit;
  Numeral numeral;
  numeral.is_short = p - digits <= kDigitsMax;
  numeral.whole = static_cast<std::int64_t>(is_negative ? 0 - size : size);
  if (*p == '.') {
    while (is_digit(*++p)) {
      if (*p != '0') numeral.beyond = 1;
    }
  }
  if ((*p | 0x20) == 'e') numeral.is_short = false;
  numeral.type = numeral.beyond == 0 ? kInteger : kFraction;
  if (is_negative) numeral.beyond = -numeral.beyond;
  return numeral;
}

}  // namespace

Index Check::skip_charged(Index at) noexcept {
  const Index behind = skip(body_, at);
  charge(static_cast<std::uint64_t>(behind - at));
  return behind;
}

bool Check::value(Id id, Index at, Index& behind) noexcept {
  if (id == kNone) return true;
  if (frames_ == kFramesMax || !charge(at[1] - at[0])) return exceed();
  ++frames_;
  const bool result = value_by(id, at, behind);
  --frames_;
  return result;
}

// Without the branches.
bool Check::scalar(const Schema& schema, Index at, Types type) noexcept {
  bool fits_all = true;
  if (type == kNumber) {
    fits_all = numeral(schema, at);
  } else {
    if ((schema.types & type) == 0) {
      fits_all = fail(schema.types_reason, at);
      if (!goes_on()) return false;
    }
    if ((schema.look_at & type) == 0) return fits_all;
    if (type == kString && schema.string != kNone) fits_all &= string(program_.strings[schema.string], at);
  }
  if (schema.constants.size == 0 || (!fits_all && !goes_on())) return fits_all;
  return constants(schema, at) && fits_all;
}

// Most numbers are far from all bounds.
bool Check::numeral(const Schema& schema, Index at) noexcept {
  const Numeral numeral = read_short(body_ + *at);
  if (numeral.is_short && (schema.types & numeral.type) != 0) {
    if (schema.number == kNone) return true;
    const NumberRule& rule = program_.numbers[schema.number];
    if (rule.above < numeral.whole && numeral.whole < rule.below) return true;
  }
  return any_numeral(schema, at);
}

bool Check::any_numeral(const Schema& schema, Index at) noexcept {
  bool fits_all = true;
  Numeral numeral = read_short(body_ + *at);
  if (!numeral.is_short) numeral.type = Decimal(number_text(at)).is_integer() ? kInteger : kFraction;
  if ((schema.types & numeral.type) == 0) {
    fits_all = fail(schema.types_reason, at);
    if (!goes_on()) return false;
  }
  if (schema.number == kNone) return fits_all;
  return number(program_.numbers[schema.number], at, numeral) && fits_all;
}

inline bool Check::container(const Schema& schema, Index at, Types type, Index& behind) noexcept {
  bool fits_all = true;
  if ((schema.types & type) == 0) {
    fits_all = fail(schema.types_reason, at);
    if (!goes_on()) return false;
  }
  if ((schema.look_at & type) == 0) return fits_all;
  if (type == kObject && schema.object != kNone) {
    fits_all &= object(program_.objects[schema.object], at, behind);
  } else if (type == kArray && schema.array != kNone) {
    fits_all &= array(program_.arrays[schema.array], at, behind);
  }
  if (schema.constants.size == 0 || (!fits_all && !goes_on())) return fits_all;
  return constants(schema, at) && fits_all;
}

bool Check::value_by(Id id, Index at, Index& behind) noexcept {
  const Schema& schema = program_.schemas[id];
  const Types type = type_of(body_[*at]);
  bool fits_all = is_container(type) ? container(schema, at, type, behind) : scalar(schema, at, type);
  for (Id i = 0; i < schema.branches.size && (fits_all || goes_on()); ++i) {
    fits_all &= branch(program_.branches[schema.branches.first + i], at, behind);
  }
  const bool has_rest =
      type == kObject ? schema.has_unevaluated_properties : type == kArray && schema.has_unevaluated_items;
  if (has_rest && (fits_all || goes_on())) fits_all &= unevaluated(id, at);
  return fits_all;
}

bool Check::number(const NumberRule& rule, Index at, const Numeral& numeral) noexcept {
  bool fits_all = true;
  for (Id i = 0; i < rule.bounds.size; ++i) {
    const Bound& bound = program_.bounds[rule.bounds.first + i];
    int order = numeral.beyond;
    if (!numeral.is_short || !bound.is_short) {
      order = compare(Decimal(number_text(at)), bound.value);
    } else if (numeral.whole != bound.short_value) {
      order = numeral.whole < bound.short_value ? -1 : 1;
    }
    if (!within(bound.kind, order)) fits_all = fail(bound.reason, at);
  }
  if (rule.multiples.size == 0) return fits_all;
  const Decimal exact(number_text(at));
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
  // A word with a backslash is of none of these formats.
  if (rule.pattern_reason == kNone && rule.format == Format::date_time && is_date_time(text)) return fits_all;
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
    const bool is_one = set.all_strings ? body_[*at] == '"' && word(set, at) : is_in(set, at);
    if (!is_one) fits_all = fail(set.reason, at);
  }
  return fits_all && !exceeded_;
}

// Whether a string is one of some.
bool Check::word(const ConstantSet& set, Index at) noexcept {
  const std::string_view written = content(at);
  const WordSlot* const known = find_word(program_.slots.data(), set.words, written);
  if (known != nullptr && !known->has_backslash && charge(at[1] - at[0])) return true;
  return is_escaped_word(set, written) && charge(at[1] - at[0]);
}

bool Check::is_escaped_word(const ConstantSet& set, std::string_view written) noexcept {
  return has_backslash(written) && find_word(program_.slots.data(), set.words, scratch_.plain(written)) != nullptr;
}

bool Check::is_in(const ConstantSet& set, Index at) noexcept {
  if (!charge(at[1] - at[0])) return true;
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
