// The walk.
#include <core/rules/editor.hpp>

#include <core/contract/skip.hpp>
#include <core/tokens.hpp>

namespace planish::core::rules {
namespace {

// The token after a value, which seldom is a container.
[[gnu::always_inline]] inline Index behind_value(const char* base, Index value) noexcept {
  constexpr char kContainer = '{';  // and '[', but for this bit
  if ((base[*value] | 0x20) == kContainer) [[unlikely]]
    return contract::skip(base, value);
  return value + 1;
}

}  // namespace

inline void Editor::leave_out(const Span& span) noexcept {
  replace(progress_, parts_, span);
  changed_ = true;
}

// What is edited has a step to go at least.
bool Editor::make() noexcept {
  const EditMask all = batch_.all();
  const Index behind = text_.has_escapes ? within<true>(text_.first, 0, all) : within<false>(text_.first, 0, all);
  return changed_ && conclude(progress_, parts_, behind);
}

// Recurses by the steps of the longest pointer. What has no room any more is walked to its end, and nothing is made.
template <bool kEscapes>
Index Editor::within(Index at, std::size_t level, EditMask active) noexcept {
  if (too_large_) return contract::skip(base_, at);
  if (base_[*at] == '{') return object<kEscapes>(at, level, active);
  if (base_[*at] == '[') return array<kEscapes>(at, level, active);
  return at + 1;
}

// From a member on: most names of an event are no step of any edit, and this is what they cost.
template <bool kEscapes>
[[gnu::always_inline]] inline Editor::Candidate Editor::next_candidate(const Batch::Level& here, EditMask active,
                                                                       Index name) noexcept {
  const char* const base = base_;
  for (;;) {
    const std::uint32_t begin = name[0] + 1, end = name[1] - 1;
    std::string_view text{base + begin, end - begin};
    if (kEscapes || base[end] != '"') [[unlikely]]
      text = plain(name);
    const EditMask may = here.may_step(active, text);
    if (may != 0) return {name, may, text};
    const Index behind = behind_value(base, name + 2);
    if (base[*behind] != ',') return {behind, 0, {}};
    name = behind + 1;
  }
}

template <bool kEscapes>
Index Editor::object(Index at, std::size_t level, EditMask active) noexcept {
  const Batch::Level& here = batch_.level(level);
  EditMask found = 0;
  bool kept = false;  // a member before this one
  Index name = at + 1;
  while (base_[*name] != '}') {
    const Candidate candidate = next_candidate<kEscapes>(here, active, name);
    kept |= candidate.at != name;
    name = candidate.at;
    if (candidate.may == 0) break;
    const EditMask matching = here.step(candidate.may, candidate.text);
    found |= matching;
    name = member<kEscapes>(here, matching, kept, name, level);
    if (base_[*name] != ',') break;
    ++name;
  }
  for (EditMask left = active & ~found; left != 0; left &= left - 1) {
    const Edit& edit = batch_.first_of(left);
    if (edit.verb == Verb::set) add_member(edit, level, name, kept);
  }
  return name + 1;
}

// One whose name is a step of `matching`, if that is any.
template <bool kEscapes>
[[gnu::always_inline]] inline Index Editor::member(const Batch::Level& here, EditMask matching, bool& kept, Index name,
                                                   std::size_t level) noexcept {
  const Index value = name + 2;
  const EditMask ends = matching & here.ends();
  if (ends == 0) {
    kept = true;
    return matching == 0 ? behind_value(base_, value) : within<kEscapes>(value, level + 1, matching);
  }
  const Edit& edit = batch_.first_of(ends);
  const Index behind = behind_value(base_, value);
  if (edit.verb == Verb::remove) {
    leave_out(with_its_comma(kept, name, behind));
    return behind;
  }
  kept = true;
  const Span span = of_value(value, behind);
  leave_out(span);
  if (!too_large_) change(number_of(edit), value, span.end);
  return behind;
}

template <bool kEscapes>
Index Editor::array(Index at, std::size_t level, EditMask active) noexcept {
  const Batch::Level& here = batch_.level(level);
  const EditMask matching = here.any_step(active);
  if (matching == 0) return contract::skip(base_, at);
  const EditMask ends = matching & here.ends();
  const Edit* const edit = ends == 0 ? nullptr : &batch_.first_of(ends);
  Index element = at + 1;
  while (base_[*element] != ']') {
    const Index behind =
        edit == nullptr ? within<kEscapes>(element, level + 1, matching) : contract::skip(base_, element);
    if (edit != nullptr && edit->verb != Verb::remove && !too_large_) {
      const std::uint32_t end = value_end(behind);
      leave_out({element, behind, *element, end});
      change(number_of(*edit), element, end);
    }
    element = behind + (base_[*behind] == ',' ? 1 : 0);
  }
  if (edit != nullptr && edit->verb == Verb::remove && element != at + 1)
    leave_out({at + 1, element, *at + 1, *element});
  return element + 1;
}

// The rest of the way is made, unless a step of it is `*`, which finds nothing.
void Editor::add_member(const Edit& edit, std::size_t level, Index close, bool has_members) noexcept {
  for (std::size_t i = level; i < edit.steps.size(); ++i) {
    if (edit.steps[i].is_any) return;
  }
  leave_out({close, close, *close, *close});
  if (has_members) put(",");
  for (std::size_t i = level; i < edit.steps.size(); ++i) {
    if (i > level) put("{");
    put_name(edit.steps[i].json);
  }
  put_value(edit);
  for (std::size_t i = level + 1; i < edit.steps.size(); ++i) put("}");
}

}  // namespace planish::core::rules
