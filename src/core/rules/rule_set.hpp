// RuleSet: rules, compiled. Immutable, shared between threads, replaced as a whole on reload.
#pragma once

#include <core/contract/text_pool.hpp>
#include <core/rules/rule.hpp>
#include <core/rules/verbs.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace planish::core::rules {

enum class Verb : std::uint8_t { remove, mask, hash, truncate_ip, set };

// One verb at one place.
struct Edit {
  struct Step {
    std::string_view name;  // without escapes
    bool is_any = false;    // `*`
  };
  Verb verb;
  std::vector<Step> steps;
  std::string_view value;  // of set: JSON
};

// Edits that are made in one walk: where one of them finds its place, no other looks below it or above it.
struct Batch {
  std::vector<Edit> edits;  // at most kPointersMax
};

struct CompiledRule {
  std::vector<std::string> types;
  bool drops = false;
  std::uint64_t drop_below = 0;  // of a hash; all, where `drops_all`
  bool drops_all = false;
  std::string rename;
  std::vector<Batch> batches;

  [[nodiscard]] bool applies_to(std::string_view type) const noexcept;
};

class RuleSet {
 public:
  struct Compiled;
  // `key` is that of the hashes; empty: there is none. `types` are those that the endpoint lets in; empty: any.
  [[nodiscard]] static Compiled compile(const std::vector<Rule>& rules, std::string_view key,
                                        const std::vector<std::string>& types = {});

  [[nodiscard]] const std::vector<CompiledRule>& rules() const noexcept { return rules_; }
  [[nodiscard]] const Hmac& hmac() const noexcept { return hmac_; }

 private:
  explicit RuleSet(std::string_view key) noexcept : hmac_(key) {}
  void add(const Rule& rule);

  Hmac hmac_;
  std::vector<CompiledRule> rules_;
  contract::TextPool pool_;  // of names and values
};

struct RuleSet::Compiled {
  std::shared_ptr<const RuleSet> set;  // null where there are problems
  std::vector<Problem> problems;
};

}  // namespace planish::core::rules
