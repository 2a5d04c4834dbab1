// Rules: what leaves, without code; contract section 11. Plain values as a file says them, and those compiled.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace planish {

namespace core::rules {
class RuleSet;
}

struct RuleSetting {
  std::string pointer;
  std::string value;  // JSON
};

// The verbs are carried out in this order. Pointers are RFC 6901, into the event; `*` is every element or member.
struct Rule {
  std::vector<std::string> types{};  // none: all; "*" at an end is any rest
  std::optional<double> drop{};      // the share, up to 1
  std::optional<std::string> rename{};
  std::vector<std::string> remove{}, mask{}, hash{}, truncate_ip{};
  std::vector<RuleSetting> set{};
};

// One thing that is wrong with a rule.
struct RuleProblem {
  std::size_t rule;   // from 0
  std::string key;    // "remove", …; empty: the rule as a whole
  std::string words;  // what is wrong there
};

inline constexpr std::size_t kRulesMax = 256;
inline constexpr std::size_t kRulePointersMax = 64;         // of one verb of a rule
inline constexpr std::size_t kRuleStepsMax = 32;            // of a pointer
inline constexpr std::size_t kRuleKeyBytesMin = 16;         // of rule_key_file
inline constexpr std::size_t kRuleKeyBytesMax = 4096;       // the same
inline constexpr std::size_t kRulesPutBytesMax = 4 * 1024;  // that all rules together put into an event, each once

// Compiled. Immutable, shared between threads, replaced as a whole on reload.
class Rules {
 public:
  struct Compiled;
  // `key` is that of the hashes; empty: there is none. `types` are those that the endpoint lets in; empty: any.
  [[nodiscard]] static Compiled compile(const std::vector<Rule>& rules, std::string_view key,
                                        const std::vector<std::string>& types = {});

  explicit Rules(std::shared_ptr<const core::rules::RuleSet> set) noexcept : set_(std::move(set)) {}

  [[nodiscard]] std::size_t size() const noexcept;
  // For the core alone.
  [[nodiscard]] const core::rules::RuleSet& set() const noexcept { return *set_; }

 private:
  std::shared_ptr<const core::rules::RuleSet> set_;
};

struct Rules::Compiled {
  std::shared_ptr<const Rules> rules;  // null where there are problems
  std::vector<RuleProblem> problems;
  std::vector<std::size_t> idle;  // rules that can never match, from 0
};

}  // namespace planish
