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
  static_assert(sizeof(Offsets) == kTokensAStep * sizeof(std::uint32_t));
  for (; from < end; from += kTokensAStep, out += kTokensAStep) {
    Offsets offsets;
    std::memcpy(&offsets, from, sizeof offsets);
    offsets += moved;
    std::memcpy(out, &offsets, sizeof offsets);
  }
}

}  // namespace

[[gnu::always_inline]] inline void Editor::keep_up_to(Index token, std::uint32_t end) noexcept {
  const std::uint32_t bytes = end - copied_;
  if (!has_room(bytes)) return;
  const std::uint32_t moved = size_ - copied_;
  to_.move(from_, copied_, end, moved);
  copy_tokens(copied_token_, token, moved, tokens_ + tokens_size_);
  tokens_size_ += static_cast<std::uint32_t>(token - copied_token_);
  canonical::copy_run(out_ + size_, base_ + copied_, bytes);
  size_ += bytes;
}

// What is edited has a step to go at least.
bool Editor::make(const Batch& batch, Parts& parts) noexcept {
  batch_ = &batch;
  from_ = parts;
  const Index behind = within(text_.first, 0, batch.all());
  if (!changed_) return false;
  keep_up_to(behind, text_.end);
  if (too_large_) return false;
  tokens_[tokens_size_] = tokens_[tokens_size_ + 1] = size_;
  parts = to_;
  return true;
}

std::uint32_t Editor::value_end(Index behind) const noexcept {
  std::uint32_t end = *behind < text_.end ? *behind : text_.end;
  while (is_space(base_[end - 1])) --end;
  return end;
}

// Recurses by the steps of the longest pointer.
Index Editor::within(Index at, std::size_t level, EditMask active) noexcept {
  if (too_large_) return contract::skip(base_, at);
  if (base_[*at] == '{') return object(at, level, active);
  if (base_[*at] == '[') return array(at, level, active);
  return at + 1;
}

Index Editor::object(Index at, std::size_t level, EditMask active) noexcept {
  const Batch::Level& here = batch_->level(level);
  const char* const base = base_;
  EditMask found = 0;
  bool kept = false;  // a member before this one
  Index name = at + 1;
  while (base[*name] != '}') {
    const std::string_view text = plain(name);
    const EditMask candidates = here.may_step(active, text);
    const EditMask matching = candidates == 0 ? 0 : here.step(candidates, text);
    Index behind;
    if (matching == 0) [[likely]] {
      behind = contract::skip(base, name + 2);
      kept = true;
    } else {
      found |= matching;
      behind = member(here, matching, kept, name, level);
    }
    name = behind + (base[*behind] == ',' ? 1 : 0);
  }
  for (EditMask left = active & ~found; left != 0; left &= left - 1) {
    const Edit& edit = batch_->first_of(left);
    if (edit.verb == Verb::set) add_member(edit, level, name, kept);
  }
  return name + 1;
}

// One whose name is a step of `matching`.
Index Editor::member(const Batch::Level& here, EditMask matching, bool& kept, Index name, std::size_t level) noexcept {
  const EditMask ends = matching & here.ends();
  if (ends == 0) {
    kept = true;
    return within(name + 2, level + 1, matching);
  }
  const Edit& edit = batch_->first_of(ends);
  const Index behind = contract::skip(base_, name + 2);
  if (too_large_) return behind;
  if (edit.verb == Verb::remove) {
    remove_member(kept, name, behind);
  } else {
    kept = true;
    change(edit, name + 2, behind);
  }
  return behind;
}

// With the comma before it, or where nothing is before it that stays, with the one behind it.
void Editor::remove_member(bool kept, Index name, Index behind) noexcept {
  if (kept) return replace(name - 1, behind, value_end(name - 1), value_end(behind));
  if (base_[*behind] == '}') return replace(name, behind, *name, value_end(behind));
  replace(name, behind + 1, *name, behind[1]);
}

Index Editor::array(Index at, std::size_t level, EditMask active) noexcept {
  const Batch::Level& here = batch_->level(level);
  const EditMask matching = here.any_step(active);
  if (matching == 0) return contract::skip(base_, at);
  const EditMask ends = matching & here.ends();
  const Edit* const edit = ends == 0 ? nullptr : &batch_->first_of(ends);
  Index element = at + 1;
  while (base_[*element] != ']') {
    const Index behind = edit == nullptr ? within(element, level + 1, matching) : contract::skip(base_, element);
    if (edit != nullptr && edit->verb != Verb::remove && !too_large_) change(*edit, element, behind);
    element = behind + (base_[*behind] == ',' ? 1 : 0);
  }
  if (edit != nullptr && edit->verb == Verb::remove && element != at + 1) replace(at + 1, element, *at + 1, *element);
  return element + 1;
}

// The rest of the way is made, unless a step of it is `*`, which finds nothing.
void Editor::add_member(const Edit& edit, std::size_t level, Index close, bool has_members) noexcept {
  for (std::size_t i = level; i < edit.steps.size(); ++i) {
    if (edit.steps[i].is_any) return;
  }
  replace(close, close, *close, *close);
  if (has_members) put(",");
  for (std::size_t i = level; i < edit.steps.size(); ++i) {
    if (i > level) put("{");
    put_name(edit.steps[i].json);
  }
  put_value(edit);
  for (std::size_t i = level + 1; i < edit.steps.size(); ++i) put("}");
}

void Editor::replace(Index from, Index to, std::uint32_t begin, std::uint32_t end) noexcept {
  keep_up_to(from, begin);
  changed_ = true;
  copied_ = end;
  copied_token_ = to;
}

}  // namespace planish::core::rules
