// PathTable: which endpoint a path belongs to. Contract section 8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace planish::http {

// Patterns of paths, each with a number. Immutable once it is built. A whole segment of a pattern may be `*`, which is
// one segment that is not empty. Of two patterns that match, the one with the literal where they first differ wins; so
// one without `*` wins over all others.
class PathTable {
 public:
  PathTable() = default;
  // No pattern stands twice.
  explicit PathTable(const std::vector<std::pair<std::string, std::uint16_t>>& patterns);

  // The number of the pattern that `path`, as sent, belongs to. Looks at each pattern at most once.
  [[nodiscard]] std::optional<std::uint16_t> find(std::string_view path) const noexcept {
    const auto exact = find_exact(path);
    return exact ? exact : find_wild(path);
  }
  // Among those without `*`, and among the others.
  [[nodiscard]] std::optional<std::uint16_t> find_exact(std::string_view path) const noexcept;
  [[nodiscard]] std::optional<std::uint16_t> find_wild(std::string_view path) const noexcept;

 private:
  struct Row {
    std::string pattern;
    std::uint16_t number;
  };
  std::vector<Row> exact_;  // sorted by length, then by text
  std::vector<Row> wild_;   // in the order in which they win
};

// Whether a segment of the pattern is `*`.
[[nodiscard]] bool has_wildcard(std::string_view pattern) noexcept;

// Whether each segment with a `*` is no more than that.
[[nodiscard]] bool wildcards_are_whole(std::string_view pattern) noexcept;

}  // namespace planish::http
