// Costs by going over all schemas until nothing changes: sums within a value, maxima over its children.
#include <core/contract/cost.hpp>

#include <algorithm>

namespace planish::core::contract {
namespace {

constexpr std::uint32_t kTooMany = kWalksMax + 1;

// Those that apply to the same value.
std::vector<Id> at_same_place(const Program& program, const Schema& schema) {
  std::vector<Id> ids;
  for (Id b = 0; b < schema.branches.size; ++b) {
    const Range& list = program.branches[schema.branches.first + b].schemas;
    for (Id i = 0; i < list.size; ++i) ids.push_back(program.lists[list.first + i]);
  }
  if (schema.object != kNone) {
    const Range& dependents = program.objects[schema.object].dependents;
    for (Id i = 0; i < dependents.size; ++i) ids.push_back(program.dependents[dependents.first + i].schema);
  }
  ids.erase(std::remove(ids.begin(), ids.end(), kNone), ids.end());
  return ids;
}

class Walks {
 public:
  explicit Walks(const Program& program) : program_(program), own_(program.schemas.size(), 1), below_(own_) {}

  // Walks of a value's own bytes, which are few, and of those of its children.
  void settle() {
    for (unsigned round = 0; changed_; ++round) {
      changed_ = false;
      for (Id id = static_cast<Id>(program_.schemas.size()); id-- > 0;) {
        const Schema& schema = program_.schemas[id];
        std::uint64_t own = 1 + schema.constants.size, below = children_of(schema);
        if (schema.array != kNone && program_.arrays[schema.array].unique_reason != kNone) own += 2;
        below += own - 1;
        // Once more to find what they have looked at.
        const bool twice = schema.has_unevaluated_properties || schema.has_unevaluated_items;
        for (const Id part : at_same_place(program_, schema)) {
          own += own_[part] * (twice ? 2 : 1);
          below += below_[part] * (twice ? 2 : 1);
        }
        if (twice)
          below += std::max({std::uint64_t{1}, child(schema.unevaluated_properties), child(schema.unevaluated_items)});
        // Many rounds without an end are a long way to too many.
        set(own_[id], round > kRoundsMax ? kTooMany : own);
        set(below_[id], round > kRoundsMax && below > below_[id] ? kTooMany : below);
      }
    }
  }
  [[nodiscard]] std::uint32_t of(Id id) const noexcept { return std::max(own_[id], below_[id]); }

 private:
  static constexpr unsigned kRoundsMax = 256;

  [[nodiscard]] std::uint64_t child(Id id) const noexcept { return id == kNone ? 0 : of(id); }

  // What a container's children cost: 0 where the schema does not look into it; 1 where it goes over them.
  [[nodiscard]] std::uint64_t children_of(const Schema& schema) const noexcept {
    std::uint64_t worst = 0;
    if (schema.object != kNone) {
      const ObjectRule& rule = program_.objects[schema.object];
      std::uint64_t named = child(rule.additional);
      for (Id i = 0; i < rule.names.size; ++i)
        named = std::max(named, child(program_.names[rule.names.first + i].schema));
      for (Id i = 0; i < rule.patterns.size; ++i)
        named += child(program_.named_patterns[rule.patterns.first + i].schema);
      worst = std::max({std::uint64_t{1}, named, 1 + child(rule.property_names) + rule.patterns.size});
    }
    if (schema.array != kNone) {
      const ArrayRule& rule = program_.arrays[schema.array];
      std::uint64_t items = child(rule.items);
      for (Id i = 0; i < rule.prefix.size; ++i) items = std::max(items, child(program_.lists[rule.prefix.first + i]));
      worst = std::max({worst, std::uint64_t{1}, items + child(rule.contains)});
    }
    return worst;
  }
  void set(std::uint32_t& value, std::uint64_t to) noexcept {
    const auto capped = static_cast<std::uint32_t>(std::min<std::uint64_t>(to, kTooMany));
    if (capped <= value) return;
    value = capped;
    changed_ = true;
  }

  const Program& program_;
  std::vector<std::uint32_t> own_, below_;
  bool changed_ = true;
};

// How many schemas nest at one place, by what is left when those without any within are taken away, again and again.
std::vector<std::uint32_t> nesting(const Program& program) {
  const std::size_t size = program.schemas.size();
  std::vector<std::uint32_t> nested(size, 1), waits(size, 0);
  std::vector<std::vector<Id>> outer(size);
  std::vector<Id> ready;
  for (Id id = 0; id < size; ++id) {
    for (const Id part : at_same_place(program, program.schemas[id])) {
      outer[part].push_back(id);
      ++waits[id];
    }
    if (waits[id] == 0) ready.push_back(id);
  }
  while (!ready.empty()) {
    const Id id = ready.back();
    ready.pop_back();
    for (const Id around : outer[id]) {
      nested[around] = std::max(nested[around], nested[id] + 1);
      if (--waits[around] == 0) ready.push_back(around);
    }
  }
  for (Id id = 0; id < size; ++id) {
    if (waits[id] != 0) nested[id] = kNone;
  }
  return nested;
}

}  // namespace

std::vector<Cost> costs_of(const Program& program) {
  std::vector<Cost> costs(program.schemas.size());
  const std::vector<std::uint32_t> nested = nesting(program);
  const bool loops = std::find(nested.begin(), nested.end(), kNone) != nested.end();
  Walks walks(program);
  if (!loops) walks.settle();
  for (Id id = 0; id < costs.size(); ++id) costs[id] = {walks.of(id), nested[id]};
  return costs;
}

}  // namespace planish::core::contract
