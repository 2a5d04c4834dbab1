// The walk, and what is copied.
#include <core/rules/editor.hpp>

#include <core/contract/skip.hpp>
#include <core/contract/text.hpp>
#include <core/escape.hpp>
#include <core/tokens.hpp>

#include <algorithm>
#include <bit>
#include <cstring>

namespace planish::core::rules {
namespace {

std::string_view content(const char* base, Index at) noexcept {
  return string_content(base + *at, base + at[1]);
}

}  // namespace

bool Editor::make(const Batch& batch, std::array<Span, kParts>& parts) noexcept {
  batch_ = &batch;
  from_ = parts;
  to_ = {};
  const std::size_t count = batch.edits.size();
  value(first_, 0, count == 64 ? ~Mask{0} : (Mask{1} << count) - 1);
  if (!changed_ || too_large_) return false;
  finish(parts);
  return !too_large_;
}

const Edit* Editor::reached(std::size_t level, Mask active) const noexcept {
  for (Mask left = active; left != 0; left &= left - 1) {
    const Edit& edit = batch_->edits[static_cast<std::size_t>(std::countr_zero(left))];
    if (edit.steps.size() == level) return &edit;
  }
  return nullptr;
}

Editor::Mask Editor::step(std::size_t level, Mask active, std::string_view name) const noexcept {
  Mask matching = 0;
  for (Mask left = active; left != 0; left &= left - 1) {
    const Edit::Step& step = batch_->edits[static_cast<std::size_t>(std::countr_zero(left))].steps[level];
    if (step.is_any || contract::same_name(step.name, name)) matching |= left & (0 - left);
  }
  return matching;
}

Editor::Mask Editor::any_step(std::size_t level, Mask active) const noexcept {
  Mask matching = 0;
  for (Mask left = active; left != 0; left &= left - 1) {
    if (batch_->edits[static_cast<std::size_t>(std::countr_zero(left))].steps[level].is_any)
      matching |= left & (0 - left);
  }
  return matching;
}

std::uint32_t Editor::value_end(Index behind) const noexcept {
  std::uint32_t end = *behind < end_ ? *behind : end_;
  while (is_space(base_[end - 1])) --end;
  return end;
}

// Edits that reach this value change it; the others go on within. Recurses by the steps of the longest pointer.
Index Editor::value(Index at, std::size_t level, Mask active) noexcept {
  if (active == 0 || too_large_) return contract::skip(base_, at);
  if (const Edit* const edit = reached(level, active); edit != nullptr) {
    const Index behind = contract::skip(base_, at);
    change(*edit, at, behind);
    return behind;
  }
  if (base_[*at] == '{') return object(at, level, active);
  if (base_[*at] == '[') return array(at, level, active);
  return at + 1;
}

Index Editor::object(Index at, std::size_t level, Mask active) noexcept {
  Mask found = 0;
  bool kept = false;
  std::uint32_t last_end = *at + 1;  // of the member before
  Index name = at + 1;
  Index behind = at;
  while (base_[*name] != '}') {
    const std::string_view plain = scratch_.plain(content(base_, name));
    const Mask candidates = active & batch_->may_step(level, plain.size());
    const Mask within = candidates == 0 ? 0 : step(level, candidates, plain);
    if (within == 0) {
      behind = base_[name[2]] == '{' || base_[name[2]] == '[' ? contract::skip(base_, name + 2) : name + 3;
      kept = true;
      last_end = value_end(behind);
      name = base_[*behind] == ',' ? behind + 1 : behind;
      continue;
    }
    found |= within;
    const Edit* const edit = reached(level + 1, within);
    if (edit != nullptr && edit->verb == Verb::remove) {
      behind = contract::skip(base_, name + 2);
      const bool is_last = base_[*behind] == '}';
      // With the comma before it, or where nothing is before it that stays, with the one behind it.
      replace(kept ? last_end : *name, kept || is_last ? value_end(behind) : behind[1], false);
      finish_replacement();
    } else {
      behind = value(name + 2, level + 1, within);
      kept = true;
    }
    last_end = value_end(behind);
    name = base_[*behind] == ',' ? behind + 1 : behind;
  }
  for (Mask left = active & ~found; left != 0; left &= left - 1) {
    const Edit& edit = batch_->edits[static_cast<std::size_t>(std::countr_zero(left))];
    if (edit.verb == Verb::set) add_member(edit, level, name, kept);
  }
  return name + 1;
}

Index Editor::array(Index at, std::size_t level, Mask active) noexcept {
  const Mask within = any_step(level, active);
  if (within == 0) return contract::skip(base_, at);
  const Edit* const edit = reached(level + 1, within);
  const bool removes = edit != nullptr && edit->verb == Verb::remove;
  Index element = at + 1;
  while (base_[*element] != ']') {
    const Index behind = removes ? contract::skip(base_, element) : value(element, level + 1, within);
    element = base_[*behind] == ',' ? behind + 1 : behind;
  }
  if (removes && element != at + 1) {
    replace(*at + 1, *element, false);
    finish_replacement();
  }
  return element + 1;
}

// The rest of the way is made, unless a step of it is `*`, which finds nothing.
void Editor::add_member(const Edit& edit, std::size_t level, Index close, bool has_members) noexcept {
  for (std::size_t i = level; i < edit.steps.size(); ++i) {
    if (edit.steps[i].is_any) return;
  }
  replace(*close, *close, false);
  if (has_members) put(",");
  for (std::size_t i = level; i < edit.steps.size(); ++i) {
    if (i > level) put("{");
    put_string(edit.steps[i].name);
    put(":");
  }
  put(edit.value);
  for (std::size_t i = level + 1; i < edit.steps.size(); ++i) put("}");
  finish_replacement();
}

// Copies up to `begin`, and notes where the parts are that end before it or begin there.
void Editor::replace(std::uint32_t begin, std::uint32_t end, bool of_value) noexcept {
  put({base_ + copied_, begin - copied_});
  changed_ = true;
  copied_ = end;
  replaced_ = 0;
  if (too_large_) return;
  for (std::size_t i = 0; i < kParts; ++i) {
    const Span from = from_[i];
    Span& to = to_[i];
    if (!from.is_there()) continue;
    if (from.begin >= begin && from.end <= end && begin != end) {
      from_[i] = {};
      if (!of_value || from.begin != begin || from.end != end) continue;
      to.begin = size_;
      replaced_ |= static_cast<std::uint8_t>(1 << i);
      continue;
    }
    if (!to.is_there() && from.begin < begin) to.begin = size_ - (begin - from.begin);
    if (to.is_there() && to.end == Span::kNowhere && from.end <= begin) to.end = size_ - (begin - from.end);
  }
}

void Editor::finish_replacement() noexcept {
  for (std::size_t i = 0; i < kParts; ++i) {
    if ((replaced_ >> i & 1) != 0) to_[i].end = size_;
  }
}

void Editor::finish(std::array<Span, kParts>& parts) noexcept {
  put({base_ + copied_, end_ - copied_});
  for (std::size_t i = 0; i < kParts && !too_large_; ++i) {
    const Span from = from_[i];
    if (from.is_there() && !to_[i].is_there()) to_[i].begin = size_ - (end_ - from.begin);
    if (from.is_there() && to_[i].end == Span::kNowhere) to_[i].end = size_ - (end_ - from.end);
  }
  parts = to_;
}

void Editor::put(std::string_view text) noexcept {
  if (text.size() > scratch_.edited_bytes_max() - size_) too_large_ = true;
  if (too_large_ || text.empty()) return;
  std::copy(text.begin(), text.end(), out_ + size_);
  size_ += static_cast<std::uint32_t>(text.size());
}

void Editor::put_string(std::string_view text) noexcept {
  put("\"");
  char escaped[kEscapeBytesMax];
  for (const char c : text) put({escaped, write_escaped(c, escaped)});
  put("\"");
}

}  // namespace planish::core::rules
