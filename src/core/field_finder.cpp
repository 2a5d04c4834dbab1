// FieldFinder: see its header.
#include <core/field_finder.hpp>

#include <planish/shape.hpp>

#include <core/json_string.hpp>
#include <core/tokens.hpp>

#include <algorithm>

namespace planish::core {
namespace {

std::string_view text_to(const char* begin, const char* end) noexcept {
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

struct FieldFinder::Search {
  const char* body;
  std::span<char> scratch;
  std::span<std::string_view> found;
};

FieldFinder::FieldFinder(std::span<const std::string_view> pointers) {
  for (std::string_view pointer : pointers.first(std::min(pointers.size(), kFieldsMax))) {
    std::vector<std::string>& names = names_.emplace_back();
    while (!pointer.empty()) {
      pointer.remove_prefix(1);  // its slash
      const std::string_view name = pointer.substr(0, pointer.find('/'));
      pointer.remove_prefix(name.size());
      std::string& plain = names.emplace_back();
      for (std::size_t i = 0; i < name.size(); ++i) {  // ~1 is a slash, ~0 a tilde (RFC 6901)
        const bool escaped = name[i] == '~' && i + 1 < name.size();
        plain += !escaped ? name[i] : name[++i] == '1' ? '/' : '~';
      }
    }
    if (!names.empty() && names.size() <= kPointerDepthMax) all_ |= Mask{1} << (names_.size() - 1);
  }
}

void FieldFinder::find(const char* body, Index first, std::span<char> scratch,
                       std::span<std::string_view> found) const noexcept {
  std::fill(found.begin(), found.end(), std::string_view{});
  if (all_ == 0 || body[*first] != '{') return;
  Search search{body, scratch, found};
  static_cast<void>(object(search, first, 0, all_));
}

FieldFinder::Mask FieldFinder::named(std::string_view name, std::size_t level, Mask active) const noexcept {
  Mask found = 0;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if ((active >> i & 1) != 0 && names_[i][level] == name) found |= Mask{1} << i;
  }
  return found;
}

// `at` is the opening brace; returns the token after the closing one. All of it is valid JSON.
Index FieldFinder::object(Search& search, Index at, std::size_t level, Mask active) const noexcept {
  const char* const body = search.body;
  ++at;
  if (body[*at] == '}') return at + 1;
  for (;;) {
    std::string_view name = string_content(body + *at, body + at[1]);
    // One that is longer than a pointer's may be, with all of it escaped, is none of them.
    if (name.size() <= search.scratch.size() && has_escape(name)) {
      name = {search.scratch.data(), unescape(name, search.scratch.data())};
    }
    const Mask here = named(name, level, active);
    Mask deeper = 0;
    const Index value = at + 2;
    Index behind = value;
    for (std::size_t i = 0; here >> i != 0; ++i) {
      if ((here >> i & 1) != 0 && names_[i].size() > level + 1) deeper |= Mask{1} << i;
    }
    if (deeper != 0 && body[*value] == '{') {
      behind = object(search, value, level + 1, deeper);
    } else {
      int open = 0;
      do {
        const char c = body[*behind++];
        open += c == '{' || c == '[';
        open -= c == '}' || c == ']';
      } while (open != 0);
    }
    if (here != deeper) {
      const char* end = body + *behind;
      while (is_space(end[-1])) --end;
      for (std::size_t i = 0; here >> i != 0; ++i) {
        if ((here >> i & 1) != 0 && (deeper >> i & 1) == 0) search.found[i] = text_to(body + *value, end);
      }
    }
    if (body[*behind] == '}') return behind + 1;
    at = behind + 1;
  }
}

}  // namespace planish::core
