// The walk, and what is copied.
#include <core/rules/editor.hpp>

#include <core/canonical/copy_run.hpp>
#include <core/contract/skip.hpp>
#include <core/tokens.hpp>

#include <cstring>

namespace planish::core::rules {
namespace {

// Tokens that stay, so many bytes further on. In steps of kTokensAStep, the last of which goes on past the end.
void copy_tokens(Index from, Index end, std::uint32_t moved, std::uint32_t* out) noexcept {
  using Offsets = std::uint32_t __attribute__((vector_size(16)));
  static_assert(2 * sizeof(Offsets) == kTokensAStep * sizeof(std::uint32_t));
  for (; from < end; from += kTokensAStep, out += kTokensAStep) {
    Offsets offsets[2];
    std::memcpy(offsets, from, sizeof offsets);
    offsets[0] += moved;
    offsets[1] += moved;
    std::memcpy(out, offsets, sizeof offsets);
  }
}

// The token behind a value, which seldom is a container.
[[gnu::always_inline]] inline Index behind_value(const char* base, Index value) noexcept {
  constexpr char kContainer = '{';  // and '[', but for this bit
  if ((base[*value] | 0x20) == kContainer) [[unlikely]]
    return contract::skip(base, value);
  return value + 1;
}

}  // namespace

// All that is counted is counted before the first byte is written, which could be one of the counters for all that the
// compiler knows.
[[gnu::always_inline]] inline void Editor::keep_up_to(Index token, std::uint32_t end) noexcept {
  const std::uint32_t copied = copied_, bytes = end - copied;
  if (!has_room(bytes)) return;
  const std::uint32_t moved = size_ - copied;
  parts_.run(copied, end, moved);
  const Index from = copied_token_;
  std::uint32_t* const tokens = tokens_ + tokens_size_;
  char* const out = out_ + size_;
  const char* const text = base_ + copied;
  tokens_size_ += static_cast<std::uint32_t>(token - from);
  size_ += bytes;
  copy_tokens(from, token, moved, tokens);
  canonical::copy_run(out, text, bytes);
}

inline void Editor::replace(const Span& span) noexcept {
  keep_up_to(span.from, span.begin);
  changed_ = true;
  copied_ = span.end;
  copied_token_ = span.to;
}

// What is edited has a step to go at least.
bool Editor::make(const Batch& batch) noexcept {
  batch_ = &batch;
  const Index behind =
      text_.has_escapes ? within<true>(text_.first, 0, batch.all()) : within<false>(text_.first, 0, batch.all());
  if (!changed_) return false;
  keep_up_to(behind, text_.end);
  if (too_large_) return false;
  tokens_[tokens_size_] = tokens_[tokens_size_ + 1] = size_;
  return true;
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
  const Batch::Level& here = batch_->level(level);
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
    const Edit& edit = batch_->first_of(left);
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
  const Edit& edit = batch_->first_of(ends);
  const Index behind = behind_value(base_, value);
  const bool stays = edit.verb != Verb::remove;
  const Span span = stays ? Span{value, behind, *value, value_end(behind)} : with_its_comma(kept, name, behind);
  replace(span);
  if (!stays || too_large_) return behind;
  kept = true;
  change(edit, value, span.end);
  return behind;
}

// A member with the comma before it, or where nothing is before it that stays, with the one behind it.
[[gnu::always_inline]] inline Editor::Span Editor::with_its_comma(bool kept, Index name, Index behind) const noexcept {
  if (kept) return {name - 1, behind, value_end(name - 1), value_end(behind)};
  if (base_[*behind] == '}') return {name, behind, *name, value_end(behind)};
  return {name, behind + 1, *name, behind[1]};
}

template <bool kEscapes>
Index Editor::array(Index at, std::size_t level, EditMask active) noexcept {
  const Batch::Level& here = batch_->level(level);
  const EditMask matching = here.any_step(active);
  if (matching == 0) return contract::skip(base_, at);
  const EditMask ends = matching & here.ends();
  const Edit* const edit = ends == 0 ? nullptr : &batch_->first_of(ends);
  Index element = at + 1;
  while (base_[*element] != ']') {
    const Index behind =
        edit == nullptr ? within<kEscapes>(element, level + 1, matching) : contract::skip(base_, element);
    if (edit != nullptr && edit->verb != Verb::remove && !too_large_) {
      const std::uint32_t end = value_end(behind);
      replace({element, behind, *element, end});
      change(*edit, element, end);
    }
    element = behind + (base_[*behind] == ',' ? 1 : 0);
  }
  if (edit != nullptr && edit->verb == Verb::remove && element != at + 1) replace({at + 1, element, *at + 1, *element});
  return element + 1;
}

// The rest of the way is made, unless a step of it is `*`, which finds nothing.
void Editor::add_member(const Edit& edit, std::size_t level, Index close, bool has_members) noexcept {
  for (std::size_t i = level; i < edit.steps.size(); ++i) {
    if (edit.steps[i].is_any) return;
  }
  replace({close, close, *close, *close});
  if (has_members) put(",");
  for (std::size_t i = level; i < edit.steps.size(); ++i) {
    if (i > level) put("{");
    put_name(edit.steps[i].json);
  }
  put_value(edit);
  for (std::size_t i = level + 1; i < edit.steps.size(); ++i) put("}");
}

}  // namespace planish::core::rules
