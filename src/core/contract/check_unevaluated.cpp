// unevaluatedProperties and unevaluatedItems (JSON Schema Core, 11): what no keyword has looked at, in any schema that
// applies to the same value and fits.
#include <core/contract/check.hpp>

#include <core/contract/skip.hpp>

namespace planish::core::contract {

// The schemas that have looked at the value, the one with the keyword first. A value that more of them look at than
// there is room for counts as too costly.
struct Check::Evaluated {
  static constexpr std::uint32_t kMax = 256;
  Id* ids;
  std::uint32_t size;
};

bool Check::unevaluated(Id id, Index at) noexcept {
  Arena& arena = scratch_.arena();
  const std::size_t mark = arena.mark();
  Evaluated evaluated{arena.take<Id>(Evaluated::kMax), 0};
  if (evaluated.ids == nullptr) return exceed();
  collect(id, at, evaluated);
  const bool fits_all =
      !exceeded_ && (body_[*at] == '{' ? unevaluated_members(evaluated, at) : unevaluated_elements(evaluated, at));
  arena.release(mark);
  return fits_all;
}

// Recurses as deep as schemas nest at one place.
void Check::collect(Id id, Index at, Evaluated& evaluated) noexcept {
  if (id == kNone || exceeded_) return;
  if (evaluated.size == Evaluated::kMax) {
    exceeded_ = true;
    return;
  }
  evaluated.ids[evaluated.size++] = id;
  const Schema& schema = program_.schemas[id];
  for (Id b = 0; b < schema.branches.size; ++b) {
    const Branch& branch = program_.branches[schema.branches.first + b];
    const Id* const ids = program_.lists.data() + branch.schemas.first;
    if (branch.kind == Branch::Kind::not_) continue;
    if (branch.kind == Branch::Kind::if_then_else) {
      const bool holds = fits(ids[0], at);
      if (holds) collect(ids[0], at, evaluated);
      collect(ids[holds ? 1 : 2], at, evaluated);
      continue;
    }
    for (Id i = 0; i < branch.schemas.size; ++i) {
      if (branch.kind == Branch::Kind::all_of || fits(ids[i], at)) collect(ids[i], at, evaluated);
    }
  }
  if (schema.object == kNone || body_[*at] != '{') return;
  const ObjectRule& rule = program_.objects[schema.object];
  for (Id i = 0; i < rule.dependents.size; ++i) {
    const Dependent& dependent = program_.dependents[rule.dependents.first + i];
    if (dependent.schema == kNone || !has_member(at, program_.names[rule.names.first + dependent.name].text)) continue;
    collect(dependent.schema, at, evaluated);
  }
}

bool Check::has_member(Index object, std::string_view name) noexcept {
  if (body_[object[1]] == '}') return false;
  for (Index at = object + 1;;) {
    if (!charge(at[1] - at[0])) return false;
    if (scratch_.plain(content(at)) == name) return true;
    at = skip_charged(at + 2);
    if (body_[*at++] == '}') return false;
  }
}

bool Check::unevaluated_members(const Evaluated& evaluated, Index at) noexcept {
  if (body_[at[1]] == '}') return true;
  const Id rest = program_.schemas[evaluated.ids[0]].unevaluated_properties;
  bool fits_all = true;
  for (Index name = at + 1;;) {
    Index behind = nullptr;
    if (!charge(name[1] - name[0])) return false;
    if (!covers_member(evaluated, name)) fits_all &= value(rest, name + 2, behind);
    if (!fits_all && !goes_on()) return false;
    name = behind != nullptr ? behind : skip_charged(name + 2);
    if (body_[*name++] == '}') return fits_all;
  }
}

bool Check::covers_member(const Evaluated& evaluated, Index name) noexcept {
  const std::string_view plain = scratch_.plain(content(name));
  for (std::uint32_t i = 0; i < evaluated.size; ++i) {
    const Schema& schema = program_.schemas[evaluated.ids[i]];
    if (i > 0 && schema.has_unevaluated_properties) return true;
    if (schema.object == kNone) continue;
    const ObjectRule& rule = program_.objects[schema.object];
    if (rule.has_additional) return true;
    const WordSlot* const known = find_word(program_.slots.data(), rule.table, plain);
    if (known != nullptr && program_.names[rule.names.first + known->number].is_property) return true;
    for (Id p = 0; p < rule.patterns.size; ++p) {
      const Id pattern = program_.named_patterns[rule.patterns.first + p].pattern;
      if (!charge(plain.size()) || program_.patterns[pattern]->is_in(plain)) return true;
    }
  }
  return false;
}

bool Check::unevaluated_elements(const Evaluated& evaluated, Index at) noexcept {
  if (body_[at[1]] == ']') return true;
  const Id rest = program_.schemas[evaluated.ids[0]].unevaluated_items;
  bool fits_all = true;
  Index element = at + 1;
  for (std::uint32_t number = 0;; ++number) {
    Index behind = nullptr;
    if (!charge(1)) return false;
    if (!covers_element(evaluated, number, element)) fits_all &= value(rest, element, behind);
    if (!fits_all && !goes_on()) return false;
    element = behind != nullptr ? behind : skip_charged(element);
    if (body_[*element++] == ']') return fits_all;
  }
}

bool Check::covers_element(const Evaluated& evaluated, std::uint32_t number, Index at) noexcept {
  for (std::uint32_t i = 0; i < evaluated.size; ++i) {
    const Schema& schema = program_.schemas[evaluated.ids[i]];
    if (i > 0 && schema.has_unevaluated_items) return true;
    if (schema.array == kNone) continue;
    const ArrayRule& rule = program_.arrays[schema.array];
    if (rule.has_items || number < rule.prefix.size) return true;
    if (rule.has_contains && fits(rule.contains, at)) return true;
  }
  return false;
}

}  // namespace planish::core::contract
