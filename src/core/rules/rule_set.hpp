// RuleSet: rules, compiled. Immutable, shared between threads, replaced as a whole on reload.
#pragma once

#include <planish/rules.hpp>

#include <core/contract/text_pool.hpp>
#include <core/rules/batch.hpp>
#include <core/rules/verbs.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace planish::core::rules {

struct CompiledRule {
  std::vector<std::string> types;
  bool drops = false;
  std::uint64_t drop_below = 0;  // of a hash; all, where `drops_all`
  bool drops_all = false;
  std::string rename;       // empty: no
  std::string rename_json;  // as it stands between quotes
  std::vector<Batch> batches;

  [[nodiscard]] bool applies_to(std::string_view type) const noexcept { return types.empty() || names(type); }
  [[nodiscard]] bool names(std::string_view type) const noexcept;  // as one of its types
};

class RuleSet {
 public:
  struct Compiled;
  // As Rules::compile().
  [[nodiscard]] static Compiled compile(const std::vector<Rule>& rules, std::string_view key,
                                        const std::vector<std::string>& types = {});

  [[nodiscard]] const std::vector<CompiledRule>& rules() const noexcept { return rules_; }
  // After it nothing is edited any more; null where nothing is.
  [[nodiscard]] const Batch* last_batch() const noexcept { return last_batch_; }
  [[nodiscard]] const Hmac& hmac() const noexcept { return hmac_; }
  // What all rules put into an event at most where each place is there once; at most kRulesPutBytesMax.
  [[nodiscard]] std::size_t put_bytes() const noexcept { return put_bytes_; }
  // Whether a backslash stands in something that they put into one.
  [[nodiscard]] bool puts_escapes() const noexcept { return puts_escapes_; }
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
  const Batch* last_batch_ = nullptr;  // of them
  contract::TextPool pool_;            // of names and values
  std::size_t put_bytes_ = 0;
  bool puts_escapes_ = false;
};

struct RuleSet::Compiled {
  std::shared_ptr<const RuleSet> set;  // null where there are problems
  std::vector<RuleProblem> problems;
  std::vector<std::size_t> idle;  // rules that can never match
};

}  // namespace planish::core::rules
