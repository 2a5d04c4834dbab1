// PathTable: exact paths by binary search, the others segment by segment.
#include <http/path_table.hpp>

#include <algorithm>

namespace planish::http {
namespace {

// Takes the first segment off "/a/b", with its slash.
std::string_view take_segment(std::string_view& path) noexcept {
  path.remove_prefix(1);
  const std::size_t size = std::min(path.find('/'), path.size());
  const std::string_view segment = path.substr(0, size);
  path.remove_prefix(size);
  return segment;
}

// By length first, which most paths differ in.
int order(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

bool is_less(std::string_view a, std::string_view b) noexcept {
  return order(a, b) < 0;
}

// Literals before `*`, where two patterns first differ.
bool wins(std::string_view a, std::string_view b) noexcept {
  while (!a.empty() && !b.empty()) {
    const std::string_view of_a = take_segment(a);
    const std::string_view of_b = take_segment(b);
    if (of_a == of_b) continue;
    if (of_a == "*" || of_b == "*") return of_b == "*";
    return of_a < of_b;
  }
  return a.size() < b.size();
}

bool matches(std::string_view pattern, std::string_view path) noexcept {
  while (!pattern.empty() && !path.empty()) {
    const std::string_view wanted = take_segment(pattern);
    const std::string_view segment = take_segment(path);
    if (wanted == "*" ? segment.empty() : wanted != segment) return false;
  }
  return pattern.empty() && path.empty();
}

template <class Holds>
bool every_segment(std::string_view pattern, Holds holds) noexcept {
  while (pattern.starts_with('/')) {
    if (!holds(take_segment(pattern))) return false;
  }
  return true;
}

}  // namespace

PathTable::PathTable(const std::vector<std::pair<std::string, std::uint16_t>>& patterns) {
  for (const auto& [pattern, number] : patterns) {
    const bool is_wild = has_wildcard(pattern);
    std::vector<Row>& rows = is_wild ? wild_ : exact_;
    const auto is_before = [comes_first = is_wild ? wins : is_less](std::string_view a, const Row& b) {
      return comes_first(a, b.pattern);
    };
    rows.insert(std::upper_bound(rows.begin(), rows.end(), std::string_view(pattern), is_before), {pattern, number});
  }
}

std::optional<std::uint16_t> PathTable::find_exact(std::string_view path) const noexcept {
  std::size_t begin = 0;
  for (std::size_t end = exact_.size(); begin != end;) {
    const std::size_t middle = begin + (end - begin) / 2;
    const int found = order(exact_[middle].pattern, path);
    if (found == 0) return exact_[middle].number;
    if (found < 0) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return std::nullopt;
}

std::optional<std::uint16_t> PathTable::find_wild(std::string_view path) const noexcept {
  if (!path.starts_with('/')) return std::nullopt;
  const auto wild =
      std::find_if(wild_.begin(), wild_.end(), [path](const Row& row) { return matches(row.pattern, path); });
  if (wild != wild_.end()) return wild->number;
  return std::nullopt;
}

bool has_wildcard(std::string_view pattern) noexcept {
  return !every_segment(pattern, [](std::string_view segment) { return segment != "*"; });
}

bool wildcards_are_whole(std::string_view pattern) noexcept {
  return every_segment(
      pattern, [](std::string_view segment) { return segment == "*" || segment.find('*') == std::string_view::npos; });
}

}  // namespace planish::http
