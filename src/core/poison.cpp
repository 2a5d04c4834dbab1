// A scan that knows quotes and brackets alone finds where events end; diagnose() says which of them are JSON.
#include <bytes/utf8.hpp>
#include <core/poison.hpp>

#include <core/check.hpp>
#include <core/diagnose.hpp>
#include <core/found.hpp>
#include <core/json_string.hpp>
#include <core/shape/pointer.hpp>

#include <algorithm>

namespace planish::core {
namespace {

constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

class Scan {
 public:
  Scan(std::span<char> body, std::span<std::uint8_t> kinds) noexcept : body_(body), kinds_(kinds) {}

  [[nodiscard]] char at(std::size_t i) const noexcept { return i < body_.size() ? body_[i] : '\0'; }
  [[nodiscard]] std::size_t skip_space(std::size_t i) const noexcept {
    while (is_space(at(i))) ++i;
    return i;
  }
  // After the string that opens at `i`, or kNowhere.
  [[nodiscard]] std::size_t string_end(std::size_t i) const noexcept {
    for (++i; i < body_.size(); ++i) {
      if (body_[i] == '\\') {
        ++i;
      } else if (body_[i] == '"') {
        return i + 1;
      }
    }
    return kNowhere;
  }
  // After the value that begins at `i`: a balanced container, a string, or a run of other bytes that is not empty.
  [[nodiscard]] std::size_t value_end(std::size_t i) noexcept;
  // Where the value of a path's member begins, in the value that begins at `i`.
  [[nodiscard]] std::size_t member(std::size_t i, std::string_view name) noexcept;
  [[nodiscard]] std::string_view text(std::size_t begin, std::size_t end) const noexcept {
    return {body_.data() + begin, end - begin};
  }
  // Whether the event is JSON within so many containers; else it is blanked.
  void judge(std::size_t begin, std::size_t end, unsigned depth, Poison& poison) noexcept;

 private:
  [[nodiscard]] static bool ends_run(char c) noexcept {
    return is_space(c) || std::string_view("{}[],:\"").find(c) != std::string_view::npos;
  }
  std::span<char> body_;
  std::span<std::uint8_t> kinds_;  // of the open containers: a bit each, set for an object
};

std::size_t Scan::value_end(std::size_t i) noexcept {
  if (at(i) == '"') return string_end(i);
  if (at(i) != '{' && at(i) != '[') {
    const std::size_t begin = i;
    while (i < body_.size() && !ends_run(body_[i])) ++i;
    return i == begin ? kNowhere : i;
  }
  std::size_t depth = 0;
  while (i < body_.size()) {
    const char c = body_[i];
    if (c == '"') {
      i = string_end(i);
      if (i == kNowhere) return kNowhere;
      continue;
    }
    ++i;
    if (c == '{' || c == '[') {
      check(depth / 8 < kinds_.size());
      const auto bit = static_cast<std::uint8_t>(1U << depth % 8);
      std::uint8_t& kinds = kinds_[depth++ / 8];
      kinds = static_cast<std::uint8_t>(c == '{' ? kinds | bit : kinds & ~bit);
    } else if (c == '}' || c == ']') {
      --depth;
      if ((kinds_[depth / 8] >> depth % 8 & 1U) != (c == '}' ? 1U : 0U)) return kNowhere;
      if (depth == 0) return i;
    }
  }
  return kNowhere;
}

std::size_t Scan::member(std::size_t i, std::string_view name) noexcept {
  if (at(i) != '{') return kNowhere;
  i = skip_space(i + 1);
  while (at(i) == '"') {
    const std::size_t name_end = string_end(i);
    if (name_end == kNowhere) return kNowhere;
    const std::string_view content = text(i + 1, name_end - 1);
    i = skip_space(name_end);
    if (at(i) != ':') return kNowhere;
    i = skip_space(i + 1);
    if (is_name(content, name)) return i;
    i = value_end(i);
    if (i == kNowhere) return kNowhere;
    i = skip_space(i);
    if (at(i) != ',') return kNowhere;
    i = skip_space(i + 1);
  }
  return kNowhere;
}

void blank(std::span<char> event, char mark) noexcept {
  std::fill(event.begin(), event.end(), ' ');
  event[0] = mark;
}

void Scan::judge(std::size_t begin, std::size_t end, unsigned depth, Poison& poison) noexcept {
  const Diagnosis diagnosis = diagnose(text(begin, end), depth);
  if (diagnosis.kind == Diagnosis::Kind::valid) return;
  poison.add(begin + diagnosis.offset);
  blank(body_.subspan(begin, end - begin), diagnosis.kind == Diagnosis::Kind::too_deep ? kTooDeepMark : kNotJsonMark);
}

// The elements of the array that begins at `i`.
bool judge_elements(Scan& scan, std::size_t i, unsigned depth, Poison& poison) noexcept {
  i = scan.skip_space(i + 1);
  if (scan.at(i) == ']') return true;
  for (;;) {
    const std::size_t end = scan.value_end(i);
    if (end == kNowhere) return false;
    scan.judge(i, end, depth + 1, poison);
    i = scan.skip_space(end);
    if (scan.at(i) == ']') return true;
    if (scan.at(i) != ',') return false;
    i = scan.skip_space(i + 1);
  }
}

template <typename Take>
void for_each_line(std::string_view body, Take take) noexcept {
  for (std::size_t begin = 0; begin < body.size();) {
    const std::size_t end = std::min(body.find('\n', begin), body.size());
    const std::string_view line = body.substr(begin, end - begin);
    if (!std::ranges::all_of(line, is_space) && !take(begin, line)) return;
    begin = end + 1;
  }
}

}  // namespace

bool blank_poison(std::span<char> body, const Plan& plan, std::span<std::uint8_t> kinds, Poison& poison) noexcept {
  poison.clear();
  if (!bytes::is_utf8({body.data(), body.size()})) return false;
  Scan scan(body, kinds);
  const std::size_t begin = scan.skip_space(0);
  for (const EventsAt& events : plan.events) {
    std::size_t at = begin;
    for (const std::string& name : events.path) {
      at = scan.member(at, name);
      if (at == kNowhere) break;
    }
    if (at == kNowhere || scan.text(at, std::min(at + 4, body.size())) == "null") continue;
    if (scan.at(at) == '[') return judge_elements(scan, at, events.depth, poison);
    if (events.path.empty()) return false;
    const std::size_t end = scan.value_end(at);
    if (end != kNowhere) scan.judge(at, end, events.depth, poison);
    return end != kNowhere;
  }
  return false;
}

void blank_poison_lines(std::span<char> body, Poison& poison) noexcept {
  poison.clear();
  for_each_line({body.data(), body.size()}, [&](std::size_t begin, std::string_view line) {
    const Diagnosis diagnosis = diagnose(line);
    if (diagnosis.kind == Diagnosis::Kind::valid) return true;
    poison.add(begin + diagnosis.offset);
    blank(body.subspan(begin, line.size()), diagnosis.kind == Diagnosis::Kind::too_deep ? kTooDeepMark : kNotJsonMark);
    return true;
  });
}

Diagnosis find_bad_line(std::string_view body) noexcept {
  Diagnosis found{Diagnosis::Kind::valid, body.size()};
  for_each_line(body, [&](std::size_t begin, std::string_view line) {
    const Diagnosis diagnosis = diagnose(line);
    const bool is_first = found.kind == Diagnosis::Kind::valid && diagnosis.kind != Diagnosis::Kind::valid;
    if (is_first || diagnosis.kind == Diagnosis::Kind::not_json) found = {diagnosis.kind, begin + diagnosis.offset};
    return found.kind != Diagnosis::Kind::not_json;
  });
  return found;
}

}  // namespace planish::core
