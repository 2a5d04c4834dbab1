// What is wrong with rules, and which of their edits can be made in one walk.
#include <core/rules/rule_set.hpp>

#include <planish/options.hpp>

#include <core/canonical/canonicalizer.hpp>
#include <core/diagnose.hpp>
#include <core/rules/share.hpp>
#include <core/shape/pointer.hpp>

#include <algorithm>
#include <utility>

namespace planish::core::rules {
namespace {

// Containers around an event, at most: of the shape planish the request and its events.
constexpr unsigned kAroundMax = 8;

bool matches(std::string_view pattern, std::string_view type) noexcept {
  if (pattern.empty() || pattern.back() != '*') return pattern == type;
  return type.substr(0, pattern.size() - 1) == pattern.substr(0, pattern.size() - 1);
}

// Whether each type that `inner` matches is one that `outer` matches.
bool covers(std::string_view outer, std::string_view inner) noexcept {
  if (outer.empty() || outer.back() != '*') return outer == inner;
  const std::string_view prefix = outer.substr(0, outer.size() - 1);
  if (!inner.empty() && inner.back() == '*') inner.remove_suffix(1);
  return inner.substr(0, prefix.size()) == prefix;
}

// False: not a pointer of RFC 6901.
bool split(std::string_view pointer, std::vector<std::string>& names) {
  names.clear();
  if (pointer.empty() || pointer[0] != '/') return false;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::string_view step = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(step.size());
    std::string& name = names.emplace_back();
    for (std::size_t i = 0; i < step.size(); ++i) {
      if (step[i] != '~') {
        name += step[i];
        continue;
      }
      if (++i == step.size() || (step[i] != '0' && step[i] != '1')) return false;
      name += step[i] == '0' ? '~' : '/';
    }
  }
  return true;
}

class Review {
 public:
  Review(std::size_t rule, std::vector<RuleProblem>& problems) : rule_(rule), problems_(problems) {}

  void report(std::string_view key, std::string words) {
    problems_.push_back({rule_, std::string(key), std::move(words)});
  }
  void pointer(std::string_view key, const std::string& pointer) {
    std::vector<std::string> names;
    if (!split(pointer, names)) return report(key, '"' + pointer + "\" is not a JSON pointer to a member");
    if (names.size() > kRuleStepsMax)
      report(key, '"' + pointer + "\" has more than " + std::to_string(kRuleStepsMax) + " steps");
  }
  void pointers(std::string_view key, const std::vector<std::string>& all) {
    if (all.size() > kRulePointersMax) report(key, "more than " + std::to_string(kRulePointersMax) + " pointers");
    for (const std::string& one : all) pointer(key, one);
  }

 private:
  std::size_t rule_;
  std::vector<RuleProblem>& problems_;
};

void review(const Rule& rule, std::string_view key, Review& review) {
  if (rule.drop && !(*rule.drop >= 0 && *rule.drop <= 1)) review.report("drop", "is not a share from 0 to 1");
  if (rule.rename && rule.rename->empty()) review.report("rename", "is empty");
  if (rule.rename.value_or("").size() > kEventTypeBytesMax) review.report("rename", "has more than 256 bytes");
  for (const std::string& type : rule.types) {
    const std::size_t star = type.find('*');
    if (type.empty()) review.report("types", "has an empty type");
    if (star != std::string::npos && star + 1 != type.size())
      review.report("types", '"' + type + "\" has a * that is not at its end");
  }
  review.pointers("remove", rule.remove);
  review.pointers("mask", rule.mask);
  review.pointers("hash", rule.hash);
  review.pointers("truncate_ip", rule.truncate_ip);
  if (rule.set.size() > kRulePointersMax)
    review.report("set", "more than " + std::to_string(kRulePointersMax) + " pointers");
  for (const RuleSetting& setting : rule.set) {
    review.pointer("set", setting.pointer);
    const auto kind = diagnose(setting.value, kAroundMax + kRuleStepsMax).kind;
    if (kind == Diagnosis::Kind::valid) continue;
    const bool deep = kind == Diagnosis::Kind::too_deep;
    review.report("set", '"' + setting.pointer + "\" is to be what is " + (deep ? "nested too deep" : "not JSON"));
  }
  if (!rule.hash.empty() && key.empty()) review.report("hash", "needs rule_key_file");
  const bool edits =
      !(rule.remove.empty() && rule.mask.empty() && rule.hash.empty() && rule.truncate_ip.empty() && rule.set.empty());
  if (!edits && !rule.drop && !rule.rename) review.report("", "does nothing");
}

// What an earlier rule drops or renames no later rule meets, unless one between them renames to it.
bool can_match(const std::vector<Rule>& rules, std::size_t i, const std::vector<std::string>& types) {
  const std::vector<std::string> all{"*"};
  const auto& wanted = rules[i].types.empty() ? all : rules[i].types;
  const auto comes_after = [&](std::size_t j, const std::string& pattern) {
    return std::any_of(rules.begin() + static_cast<std::ptrdiff_t>(j), rules.begin() + static_cast<std::ptrdiff_t>(i),
                       [&](const Rule& rule) { return rule.rename && matches(pattern, *rule.rename); });
  };
  const auto is_open = [&](const std::string& pattern) {
    for (std::size_t j = 0; j < i; ++j) {
      if (comes_after(j, pattern)) continue;
      const bool ends = rules[j].drop.value_or(0) == 1 || rules[j].rename;
      const auto& taken = rules[j].types.empty() ? all : rules[j].types;
      const auto takes = [&](const std::string& outer) { return covers(outer, pattern); };
      if (ends && std::any_of(taken.begin(), taken.end(), takes)) return false;
    }
    if (types.empty()) return true;
    const auto comes = [&](const std::string& type) { return matches(pattern, type); };
    return std::any_of(types.begin(), types.end(), comes) || comes_after(0, pattern);
  };
  return std::any_of(wanted.begin(), wanted.end(), is_open);
}

}  // namespace

bool CompiledRule::names(std::string_view type) const noexcept {
  return std::any_of(types.begin(), types.end(), [type](const std::string& pattern) { return matches(pattern, type); });
}

RuleSet::Compiled RuleSet::compile(const std::vector<Rule>& rules, std::string_view key,
                                   const std::vector<std::string>& types) {
  Compiled result;
  if (rules.size() > kRulesMax)
    result.problems.push_back({kRulesMax, "", "more than " + std::to_string(kRulesMax) + " rules"});
  if (!key.empty() && key.size() < kRuleKeyBytesMin)
    result.problems.push_back({0, "rule_key_file", "has fewer than 16 bytes"});
  for (std::size_t i = 0; i < rules.size(); ++i) {
    Review of(i, result.problems);
    review(rules[i], key, of);
  }
  if (!result.problems.empty()) return result;
  std::shared_ptr<RuleSet> set(new RuleSet(key));
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (!can_match(rules, i, types)) result.idle.push_back(i);
    set->add(rules[i]);
    if (set->put_bytes_ <= kRulesPutBytesMax) continue;
    result.problems.push_back(
        {i, "", "with it, rules put more than " + std::to_string(kRulesPutBytesMax) + " bytes into an event"});
    return result;
  }
  for (const CompiledRule& rule : set->rules_) {
    if (!rule.batches.empty()) set->last_batch_ = &rule.batches.back();
  }
  result.set = std::move(set);
  return result;
}

std::size_t RuleSet::rename_bytes_max() const noexcept {
  std::size_t most = 0;
  for (const CompiledRule& rule : rules_) most = std::max(most, rule.rename_json.size());
  return most;
}

bool RuleSet::reaches(const std::vector<std::string>& path) const noexcept {
  const auto meets = [&path](const Edit& edit) {
    for (std::size_t i = 0; i < std::min(edit.steps.size(), path.size()); ++i) {
      if (!edit.steps[i].is_any && edit.steps[i].name != path[i]) return false;
    }
    return true;
  };
  return std::any_of(rules_.begin(), rules_.end(), [&](const CompiledRule& rule) {
    return std::any_of(rule.batches.begin(), rule.batches.end(), [&](const Batch& batch) {
      return std::any_of(batch.edits().begin(), batch.edits().end(), meets);
    });
  });
}

void RuleSet::add(const Rule& rule) {
  CompiledRule& compiled = rules_.emplace_back();
  compiled.types = rule.types;
  compiled.rename = rule.rename.value_or("");
  compiled.rename_json = text_in_json(compiled.rename);
  compiled.drops = rule.drop.has_value();
  compiled.drops_all = rule.drop.value_or(0) == 1;
  if (compiled.drops && !compiled.drops_all) compiled.drop_below = share_below(*rule.drop);
  const auto edit = [&](Verb verb, const std::string& pointer, std::string_view value) {
    std::vector<std::string> names;
    static_cast<void>(split(pointer, names));
    Edit made = make_edit(verb, names, value, pool_);
    put_bytes_ += put_bytes_max(made);
    const auto has_backslash = [](std::string_view text) { return text.find('\\') != text.npos; };
    puts_escapes_ |=
        verb == Verb::set &&
        (has_backslash(value) || std::any_of(made.steps.begin(), made.steps.end(),
                                             [&](const Edit::Step& step) { return has_backslash(step.json); }));
    auto& batches = compiled.batches;
    if (batches.empty() || !batches.back().takes(made)) batches.emplace_back();
    batches.back().add(std::move(made));
  };
  for (const std::string& pointer : rule.remove) edit(Verb::remove, pointer, {});
  for (const std::string& pointer : rule.mask) edit(Verb::mask, pointer, {});
  for (const std::string& pointer : rule.hash) edit(Verb::hash, pointer, {});
  for (const std::string& pointer : rule.truncate_ip) edit(Verb::truncate_ip, pointer, {});
  for (const RuleSetting& setting : rule.set) {
    Canonicalizer canonicalizer(setting.value.size());
    const bool has_form = canonicalizer.canonicalize(setting.value) == Canonicalizer::Result::ok;
    edit(Verb::set, setting.pointer, has_form ? canonicalizer.text() : std::string_view(setting.value));
  }
}

}  // namespace planish::core::rules
