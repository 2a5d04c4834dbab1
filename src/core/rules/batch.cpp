// Which edits can be made in one walk, and what one of them is made of.
#include <core/rules/batch.hpp>

#include <planish/padded_view.hpp>
#include <planish/rules.hpp>

#include <core/check.hpp>
#include <core/rules/verbs.hpp>
#include <core/shape/pointer.hpp>
#include <core/structural_index.hpp>

#include <algorithm>
#include <utility>

namespace planish::core::rules {
namespace {

// Whether one of them can find its place at, above or below that of the other.
bool meet(const Edit& a, const Edit& b) noexcept {
  for (std::size_t i = 0; i < std::min(a.steps.size(), b.steps.size()); ++i) {
    if (!a.steps[i].is_any && !b.steps[i].is_any && a.steps[i].name != b.steps[i].name) return false;
  }
  return true;
}

std::vector<std::uint32_t> tokens_of(std::string_view json) {
  std::string padded(json);
  padded.resize(json.size() + kPadding);
  StructuralIndex index(json.size());
  const bool built = index.build({padded.data(), json.size()});
  check(built);
  return {index.begin(), index.end()};
}

}  // namespace

Batch::Level::Name::Name(const Edit::Step& step) : text(step.name), is_any(step.is_any) {
  const std::string padded = std::string(text) + std::string(8, '\0');
  first = load_word(padded.data());
  mask = text.size() >= 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << text.size() * 8) - 1;
  if (text.size() >= 8) last = load_word(padded.data() + text.size() - 8);
}

// What is set may be made on the way there, twice if two were set at once.
bool Batch::takes(const Edit& edit) const noexcept {
  const auto conflicts = [&](const Edit& other) {
    const bool both_remove = edit.verb == Verb::remove && other.verb == Verb::remove;
    return !both_remove && (edit.verb == Verb::set || meet(edit, other));
  };
  return edits_.size() < kRulePointersMax && std::none_of(edits_.begin(), edits_.end(), conflicts);
}

void Batch::add(Edit edit) {
  const EditMask bit = EditMask{1} << edits_.size();
  const std::size_t steps = edit.steps.size();
  if (levels_.size() < steps) levels_.resize(steps);
  for (std::size_t i = 0; i < steps; ++i) {
    Level& level = levels_[i];
    const Edit::Step& step = edit.steps[i];
    const std::string quoted = '"' + std::string(step.name) + '"';
    for (std::size_t kind = 0; kind < Level::kKinds; ++kind) {
      if (step.is_any || kind == Level::kind_of(quoted.data() + 1, step.name.size())) level.by_kind_[kind] |= bit;
    }
    if (step.is_any) level.any_ |= bit;
    level.names_.resize(edits_.size() + 1);
    level.names_.back() = Level::Name(step);
  }
  levels_[steps - 1].ends_ |= bit;
  all_ |= bit;
  edits_.push_back(std::move(edit));
}

Edit make_edit(Verb verb, const std::vector<std::string>& names, std::string_view value, contract::TextPool& pool) {
  Edit made{verb, {}, pool.keep(value), value.empty() ? std::vector<std::uint32_t>() : tokens_of(value)};
  for (const std::string& name : names)
    made.steps.push_back({pool.keep(name), name == "*", pool.keep('"' + text_in_json(name) + "\":")});
  return made;
}

// {"name":value} for each step, and a comma.
std::size_t put_bytes_max(const Edit& edit) noexcept {
  if (edit.verb == Verb::hash) return kHashDigits + 2;
  if (edit.verb != Verb::set) return 0;  // no more than twice what stood there
  std::size_t bytes = edit.value.size() + 1;
  for (const Edit::Step& step : edit.steps) bytes += step.json.size() + std::string_view("{}").size();
  return bytes;
}

}  // namespace planish::core::rules
