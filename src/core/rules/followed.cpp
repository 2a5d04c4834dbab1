// Which edits can be followed: those with names alone on their way, none of which lies within another's place.
#include <core/rules/followed.hpp>

#include <core/rules/rule_set.hpp>

#include <planish/fault.hpp>
#include <planish/shape.hpp>

#include <algorithm>
#include <string>

namespace planish::core::rules {
namespace {

using Path = std::vector<std::string>;

Path path_of(const Edit& edit) {
  Path path;
  for (const Edit::Step& step : edit.steps) path.emplace_back(step.name);
  return path;
}

// As a shape's pointers are: the reader goes down by them, and has room for so long a name without its escapes.
bool is_short(const Edit& edit) {
  return edit.steps.size() <= kPointerDepthMax && std::ranges::all_of(edit.steps, [](const Edit::Step& step) {
           return !step.is_any && step.name.size() <= kPointerBytesMax;
         });
}

bool lies_within(const Path& inner, const Path& outer) {
  return inner.size() > outer.size() && std::equal(outer.begin(), outer.end(), inner.begin());
}

// How many nodes a path needs beside those that are there, at most.
bool has_room(const Batch& batch, const Trie& names) {
  std::size_t nodes = names.size();
  for (const Edit& edit : batch.edits()) nodes += edit.steps.size();
  return nodes <= Trie::kNodesMax;
}

}  // namespace

// What is set is made where it is not there.
bool Followed::can_follow(const Batch& batch) {
  std::vector<Path> paths;
  for (const Edit& edit : batch.edits()) {
    if (edit.verb == Verb::set || !is_short(edit)) return false;
    paths.push_back(path_of(edit));
  }
  return std::ranges::none_of(paths, [&](const Path& inner) {
    return std::ranges::any_of(paths, [&](const Path& outer) { return lies_within(inner, outer); });
  });
}

void Followed::add(const RuleSet& rules, Trie& names) {
  shape_nodes_ = names.size();
  std::vector<std::vector<Trie::Node>> nodes;  // of each rule that is followed, by edit
  for (const CompiledRule& rule : rules.rules()) {
    std::vector<Trie::Node>& added = nodes.emplace_back();
    if (rule.batches.empty() || !can_follow(rule.batches.front()) || !has_room(rule.batches.front(), names)) continue;
    for (const Edit& edit : rule.batches.front().edits()) added.push_back(names.add(path_of(edit)));
  }
  if (std::ranges::all_of(nodes, [](const auto& of_rule) { return of_rule.empty(); })) return;
  places_.assign(names.size(), 0);
  for (const std::vector<Trie::Node>& of_rule : nodes) {
    rows_.push_back(of_rule.empty() ? kNoRow : edits_.size());
    if (of_rule.empty()) continue;
    const std::size_t row = edits_.size();
    edits_.resize(row + names.size(), kNone);
    for (std::size_t edit = of_rule.size(); edit-- != 0;) {  // of those at one place, the first
      edits_[row + of_rule[edit]] = static_cast<std::uint8_t>(edit);
      places_[of_rule[edit]] = 1;
    }
  }
}

}  // namespace planish::core::rules
