// What a fault may name of an event: a name within what a rule takes out is taken out as well.
#include <core/contract/text.hpp>
#include <core/json_string.hpp>
#include <core/rules/rule_set.hpp>

#include <planish/fault.hpp>

#include <algorithm>
#include <array>

namespace planish::core::rules {
namespace {

// A pointer's names without their escapes, and where each ends in it.
struct Names {
  std::array<std::string_view, kPointerBytesMax + 1> names;
  std::array<std::size_t, kPointerBytesMax + 1> ends;
  std::size_t size = 0;
  std::array<char, 2 * kPointerBytesMax + contract::kTextSlack> text;

  // Of what the longest pointer has; what is beyond is not looked at.
  explicit Names(std::string_view pointer) noexcept {
    char* out = text.data();
    std::size_t at = 0;
    while (at < pointer.size() && size < names.size()) {
      const std::size_t end = std::min(pointer.find('/', at + 1), pointer.size());
      const char* const begin = out;
      const std::size_t bytes = unescape(pointer.substr(at + 1, end - at - 1), out);
      const char* from = out;
      for (const char* const last = out + bytes; from != last; ++from) {
        const bool escaped = *from == '~' && from + 1 != last;
        if (escaped) ++from;
        *out++ = !escaped ? *from : *from == '0' ? '~' : '/';
      }
      names[size] = {begin, static_cast<std::size_t>(out - begin)};
      ends[size++] = end;
      at = end;
    }
  }
};

// How many of the names an edit's place has, where it is on the way to them; all, where it is not.
std::size_t shown_names(const Edit& edit, const Names& names) noexcept {
  if (edit.steps.size() >= names.size) return names.size;
  for (std::size_t i = 0; i < edit.steps.size(); ++i) {
    if (!edit.steps[i].is_any && edit.steps[i].name != names.names[i]) return names.size;
  }
  return edit.steps.size();
}

}  // namespace

std::size_t RuleSet::shown_bytes(std::string_view pointer) const noexcept {
  const Names names(pointer.substr(0, 2 * kPointerBytesMax));
  std::size_t shown = names.size;
  for (const CompiledRule& rule : rules_) {
    for (const Batch& batch : rule.batches) {
      for (const Edit& edit : batch.edits()) shown = std::min(shown, shown_names(edit, names));
    }
  }
  return shown == names.size ? pointer.size() : names.ends[shown - 1];
}

}  // namespace planish::core::rules
