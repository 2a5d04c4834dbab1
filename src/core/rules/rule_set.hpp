// RuleSet: rules, compiled. Immutable, shared between threads, replaced as a whole on reload.
#pragma once

#include <planish/rules.hpp>

#include <core/contract/text_pool.hpp>
#include <core/rules/verbs.hpp>

#include <array>
#include <cstddef>
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
  std::vector<Edit> edits;  // at most kRulePointersMax
  // Of each level, by the length of a name (63: all longer ones): the edits that such a name may be a step of.
  std::vector<std::array<std::uint64_t, 64>> candidates;

  [[nodiscard]] std::uint64_t may_step(std::size_t level, std::size_t name_bytes) const noexcept {
    return candidates[level][name_bytes < 63 ? name_bytes : 63];
  }
};

struct CompiledRule {
  std::vector<std::string> types;
  bool drops = false;
  std::uint64_t drop_below = 0;  // of a hash; all, where `drops_all`
  bool drops_all = false;
  std::string rename;       // empty: no
  std::string rename_json;  // as it stands between quotes
  std::vector<Batch> batches;

  [[nodiscard]] bool applies_to(std::string_view type) const noexcept;
};

class RuleSet {
 public:
  struct Compiled;
  // As Rules::compile().
  [[nodiscard]] static Compiled compile(const std::vector<Rule>& rules, std::string_view key,
                                        const std::vector<std::string>& types = {});

  [[nodiscard]] const std::vector<CompiledRule>& rules() const noexcept { return rules_; }
  [[nodiscard]] const Hmac& hmac() const noexcept { return hmac_; }
  // What all rules put into an event at most where each place is there once; at most kRulesPutBytesMax.
  [[nodiscard]] std::size_t put_bytes() const noexcept { return put_bytes_; }
  // How long the longest name that a type gets is, as it stands in JSON.
  [[nodiscard]] std::size_t rename_bytes_max() const noexcept;
  // Whether an edit can change what stands at this place of an event, or above it.
  [[nodiscard]] bool reaches(const std::vector<std::string>& path) const noexcept;
  // Of a pointer into an event, as it stands in a JSON string: the bytes that name nothing within what an edit changes.
  [[nodiscard]] std::size_t shown_bytes(std::string_view pointer) const noexcept;

 private:
  explicit RuleSet(std::string_view key) noexcept : hmac_(key) {}
  void add(const Rule& rule);

  Hmac hmac_;
  std::vector<CompiledRule> rules_;
  contract::TextPool pool_;  // of names and values
  std::size_t put_bytes_ = 0;
};

struct RuleSet::Compiled {
  std::shared_ptr<const RuleSet> set;  // null where there are problems
  std::vector<RuleProblem> problems;
  std::vector<std::size_t> idle;  // rules that can never match
};

}  // namespace planish::core::rules
