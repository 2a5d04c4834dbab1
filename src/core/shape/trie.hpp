// Trie: the names of a shape's pointers, as the walk through an object follows them.
#pragma once

#include <planish/shape.hpp>

#include <core/word.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace planish::core {

class Trie {
 public:
  using Node = std::uint16_t;
  static constexpr Node kRoot = 0;
  static constexpr Node kNone = 0;                              // no name leads to the root
  static constexpr std::size_t kNodesMax = kShapeNamesMax + 1;  // the root has no name

  Trie() : entries_(1) {}

  // The node of a path. Ends the process where that is one too many: problems() has said so of such a shape.
  Node add(const std::vector<std::string>& path);

  // The node after a name, or kNone. `name` has no escapes; eight bytes can be read at it, whatever its size.
  [[nodiscard]] Node find(Node parent, std::string_view name) const noexcept {
    Node node = entries_[parent].buckets[bucket(name)];
    while (node != kNone && !entries_[node].is(name)) node = entries_[node].next;
    return node;
  }
  [[nodiscard]] bool has_children(Node node) const noexcept { return entries_[node].has_children; }
  // The pointer to it as it stands in a JSON string.
  [[nodiscard]] std::string_view pointer(Node node) const noexcept { return entries_[node].pointer; }
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

 private:
  static constexpr std::size_t kBuckets = 16;
  // By length and last byte: names that begin alike seldom end alike.
  [[nodiscard]] static std::size_t bucket(std::string_view name) noexcept {
    const std::size_t last = name.empty() ? 0 : static_cast<unsigned char>(name.back());
    return (name.size() * 5 + last) % kBuckets;
  }

  // Of a name's first eight bytes, those that it has.
  [[nodiscard]] static std::uint64_t mask(std::string_view name) noexcept {
    if (name.size() >= 8) return ~std::uint64_t{0};
    return (std::uint64_t{1} << (8 * name.size())) - 1;
  }
  [[nodiscard]] static std::uint64_t last_word(std::string_view name) noexcept {
    return load_word(name.data() + name.size() - 8);
  }

  struct Entry {
    [[nodiscard]] bool is(std::string_view other) const noexcept {
      if (other.size() != name.size() || (load_word(other.data()) & mask) != key) return false;
      if (other.size() <= 8) return true;
      if (other.size() <= 16) return last_word(other) == last;
      return std::memcmp(other.data() + 8, name.data() + 8, other.size() - 8) == 0;
    }

    std::uint64_t key = 0;  // the name's first bytes, up to eight
    std::uint64_t mask = 0;
    std::uint64_t last = 0;  // the last eight of a name that has more
    std::string name{};
    std::string pointer{};
    std::array<Node, kBuckets> buckets{};  // of its children
    Node next = kNone;                     // in its parent's bucket
    bool has_children = false;
  };
  std::vector<Entry> entries_;
};

// Where the nodes of a trie were found in the object that was walked last.
class Marks {
 public:
  struct Span {
    std::uint32_t token;  // the value's first, in the structural index
    std::uint32_t end;    // after its last byte; 0 as long as it is being walked
  };

  void begin() noexcept {
    if (++now_ != 0) return;
    seen_.fill(0);
    now_ = 1;
  }
  [[nodiscard]] bool has(Trie::Node node) const noexcept { return seen_[node] == now_; }
  void set(Trie::Node node, std::uint32_t token) noexcept {
    seen_[node] = now_;
    spans_[node] = {token, 0};
  }
  void end(Trie::Node node, std::uint32_t end) noexcept { spans_[node].end = end; }
  [[nodiscard]] Span of(Trie::Node node) const noexcept { return spans_[node]; }

 private:
  std::uint32_t now_ = 0;
  std::array<std::uint32_t, Trie::kNodesMax> seen_{};
  std::array<Span, Trie::kNodesMax> spans_;
};

}  // namespace planish::core
