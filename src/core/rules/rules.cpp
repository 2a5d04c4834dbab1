// The door from outside to rules.
#include <planish/rules.hpp>

#include <core/rules/rule_set.hpp>

#include <utility>

namespace planish {

Rules::Compiled Rules::compile(const std::vector<Rule>& rules, std::string_view key,
                               const std::vector<std::string>& types) {
  core::rules::RuleSet::Compiled compiled = core::rules::RuleSet::compile(rules, key, types);
  Compiled result{nullptr, std::move(compiled.problems), std::move(compiled.idle)};
  if (compiled.set != nullptr) result.rules = std::make_shared<const Rules>(std::move(compiled.set));
  return result;
}

std::size_t Rules::size() const noexcept {
  return set_->rules().size();
}

}  // namespace planish
