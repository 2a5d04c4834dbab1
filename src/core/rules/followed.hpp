// Followed: rules whose places the reader of a shape meets on its own way through an event, so that nobody walks
// through the event once more to find them.
#pragma once

#include <core/check.hpp>
#include <core/shape/trie.hpp>
#include <core/structural_index.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace planish::core::rules {

class RuleSet;
class Batch;

class Followed {
 public:
  // By node, which edit of the batch has its place there, or kNone.
  using Row = const std::uint8_t*;
  static constexpr std::uint8_t kNone = 0xFF;

  // Puts the names of each rule's first edits among those of the shape's, as far as there is room for them.
  void add(const RuleSet& rules, Trie& names);

  [[nodiscard]] bool any() const noexcept { return !rows_.empty(); }
  // Whether a node is there for the rules alone: its name may stand in an object twice.
  [[nodiscard]] bool is_of_rules(Trie::Node node) const noexcept { return node >= shape_nodes_; }
  // Whether an edit has its place there.
  [[nodiscard]] bool is_place(Trie::Node node) const noexcept { return places_[node] != 0; }
  // Of the first batch of a rule; null where nobody follows it.
  [[nodiscard]] Row row(std::size_t rule) const noexcept {
    return rows_[rule] == kNoRow ? nullptr : edits_.data() + rows_[rule];
  }

 private:
  static constexpr std::size_t kNoRow = ~std::size_t{0};
  [[nodiscard]] static bool can_follow(const Batch& batch);

  std::size_t shape_nodes_ = 0;
  std::vector<std::uint8_t> places_;  // by node
  std::vector<std::uint8_t> edits_;   // row after row
  std::vector<std::size_t> rows_;     // by rule: where its row begins, or kNoRow
};

// The places of rules in the event at hand, in the order in which they end.
class MetPlaces {
 public:
  struct Met {
    Index value, behind;  // the value's first token, and the one after it
    Trie::Node node;
  };

  void begin() noexcept {
    size_ = 0;
    are_all_ = true;
  }
  // Each node once.
  void add(Trie::Node node, Index value, Index behind) noexcept {
    check(size_ < places_.size());
    places_[size_++] = {value, behind, node};
  }
  // A name was there twice, and only the first has been met.
  void miss_some() noexcept { are_all_ = false; }
  void end(Index behind) noexcept { behind_ = behind; }

  [[nodiscard]] bool are_all() const noexcept { return are_all_; }
  [[nodiscard]] std::span<const Met> places() const noexcept { return {places_.data(), size_}; }
  [[nodiscard]] Index behind() const noexcept { return behind_; }  // the event

 private:
  std::size_t size_ = 0;
  bool are_all_ = false;
  Index behind_ = nullptr;
  std::array<Met, Trie::kNodesMax> places_;
};

}  // namespace planish::core::rules
