// The distance of Damerau and Levenshtein, without edits of what was swapped.
#include <app/near_names.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>

namespace planish::app {
namespace {

constexpr std::size_t kBytesMax = 64;  // no name is longer; the rows below are that long

std::string bare(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '[' || c == ']') continue;
    if (c == '-' || c == '_') {
      if (!out.empty()) out += '_';
    } else {
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return out;
}

// Both of at most kBytesMax. Rows: of the letters of `a` so far, and of the two before.
std::size_t distance(std::string_view a, std::string_view b) {
  using Row = std::array<std::size_t, kBytesMax + 1>;
  Row before_last{}, last{}, row{};
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last = std::exchange(last, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({changed, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
  }
  return row[b.size()];
}

}  // namespace

std::string_view nearest(std::string_view written, std::span<const std::string_view> known) {
  const std::string meant = bare(written);
  if (meant.size() > kBytesMax) return {};
  std::string_view best;
  std::size_t least = (meant.size() + 2) / 4 + 1;
  for (const std::string_view name : known) {
    const std::string other = bare(name);
    const std::size_t longer = std::max(other.size(), meant.size()), shorter = std::min(other.size(), meant.size());
    if (other.size() > kBytesMax || longer - shorter >= least) continue;
    const std::size_t far = distance(meant, other);
    if (far < least) {
      least = far;
      best = name;
    }
  }
  return best;
}

}  // namespace planish::app
