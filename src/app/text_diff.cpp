// The longest common subsequence of lines, by the table of its lengths; of texts too long for one, what differs between
// the lines that both begin and end with is one change.
#include <app/text_diff.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace planish::app {
namespace {

constexpr std::size_t kContext = 3;
constexpr std::size_t kTableMax = std::size_t{4} << 20;  // entries, of four bytes

using Lines = std::vector<std::string_view>;

Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

struct Line {
  char kind;  // ' ', '-' or '+'
  std::string_view text;
};

// What is between the lines that both begin and end with.
void add_changes(const Lines& a, const Lines& b, std::size_t from, std::size_t a_end, std::size_t b_end,
                 std::vector<Line>& out) {
  const std::size_t n = a_end - from, m = b_end - from;
  std::vector<std::uint32_t> table;
  const bool fits = (n + 1) * (m + 1) <= kTableMax;
  const auto length = [&](std::size_t i, std::size_t j) -> std::uint32_t& { return table[i * (m + 1) + j]; };
  if (fits) table.assign((n + 1) * (m + 1), 0);
  for (std::size_t i = fits ? n : 0; i-- > 0;) {
    for (std::size_t j = m; j-- > 0;) {
      length(i, j) =
          a[from + i] == b[from + j] ? length(i + 1, j + 1) + 1 : std::max(length(i + 1, j), length(i, j + 1));
    }
  }
  std::size_t i = 0, j = 0;
  while (i < n || j < m) {
    if (fits && i < n && j < m && a[from + i] == b[from + j]) {
      out.push_back({' ', a[from + i]});
      ++i, ++j;
    } else if (i < n && (j == m || !fits || length(i + 1, j) >= length(i, j + 1))) {
      out.push_back({'-', a[from + i++]});
    } else {
      out.push_back({'+', b[from + j++]});
    }
  }
}

std::vector<Line> script_of(const Lines& a, const Lines& b) {
  std::vector<Line> out;
  std::size_t from = 0;
  while (from < std::min(a.size(), b.size()) && a[from] == b[from]) out.push_back({' ', a[from++]});
  std::size_t tail = 0;
  while (tail < std::min(a.size(), b.size()) - from && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;
  add_changes(a, b, from, a.size() - tail, b.size() - tail, out);
  for (std::size_t i = a.size() - tail; i < a.size(); ++i) out.push_back({' ', a[i]});
  return out;
}

void append_line(std::string& out, const Line& line, bool colour) {
  const bool coloured = colour && line.kind != ' ';
  if (coloured) out += line.kind == '-' ? "\033[31m" : "\033[32m";
  out += line.kind;
  for (const char c : line.text) out += static_cast<unsigned char>(c) < 0x20 && c != '\t' ? '?' : c;
  if (coloured) out += "\033[0m";
  out += '\n';
}

}  // namespace

std::string unified_diff(std::string_view before, std::string_view after, DiffNames names, bool colour) {
  const std::vector<Line> script = script_of(lines_of(before), lines_of(after));
  const auto changed = [](const Line& line) { return line.kind != ' '; };
  if (std::none_of(script.begin(), script.end(), changed)) return {};
  std::string out = fmt::format("--- {}\n+++ {}\n", names.before, names.after);
  std::size_t a = 1, b = 1;  // the line that comes next in each
  for (std::size_t at = 0; at < script.size();) {
    std::size_t first = at;
    while (first < script.size() && !changed(script[first])) ++first;
    if (first == script.size()) break;
    const std::size_t begin = std::max(first - std::min(first, kContext), at);
    std::size_t end = first;  // after the last change that is near enough
    for (std::size_t i = first; i < script.size() && i <= end + 2 * kContext; ++i)
      end = changed(script[i]) ? i + 1 : end;
    end = std::min(end + kContext, script.size());
    a += begin - at, b += begin - at;
    std::size_t of_a = 0, of_b = 0;
    std::string hunk;
    for (std::size_t i = begin; i < end; ++i) {
      of_a += script[i].kind != '+' ? 1 : 0;
      of_b += script[i].kind != '-' ? 1 : 0;
      append_line(hunk, script[i], colour);
    }
    out += fmt::format("@@ -{},{} +{},{} @@\n", of_a == 0 ? a - 1 : a, of_a, of_b == 0 ? b - 1 : b, of_b) + hunk;
    a += of_a, b += of_b;
    at = end;
  }
  return out;
}

}  // namespace planish::app
