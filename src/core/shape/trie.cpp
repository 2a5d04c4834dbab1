// The growing of a trie, when a Transform is made.
#include <core/shape/trie.hpp>

#include <core/check.hpp>
#include <core/shape/pointer.hpp>

namespace planish::core {

Trie::Node Trie::add(const std::vector<std::string>& path) {
  Node node = kRoot;
  std::vector<std::string> walked;
  for (const std::string& name : path) {
    walked.push_back(name);
    const std::string padded = name + std::string(8, '\0');
    const std::string_view readable = std::string_view(padded).substr(0, name.size());
    Node child = find(node, readable);
    if (child == kNone) {
      check(entries_.size() < kNodesMax);
      child = static_cast<Node>(entries_.size());
      entries_.push_back({.key = load_word(padded.data()) & mask(name),
                          .mask = mask(name),
                          .last = name.size() > 8 ? last_word(name) : 0,
                          .name = name,
                          .pointer = pointer_in_json(walked)});
      Node& first = entries_[node].buckets[bucket(name)];
      entries_[child].next = first;
      first = child;
      entries_[node].has_children = true;
    }
    node = child;
  }
  return node;
}

}  // namespace planish::core
