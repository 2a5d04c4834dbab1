// EditedText: what becomes of the text of an event while it is edited: what stays of it, its tokens, and what each verb
// puts in a value's place.
#pragma once

#include <core/canonical/copy_run.hpp>
#include <core/rules/rule_set.hpp>
#include <core/rules/scratch.hpp>
#include <core/structural_index.hpp>
#include <core/tokens.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace planish::core::rules {

// The text of an event: a JSON value whose first token is at `first`. Offsets of tokens are from `base`.
struct EventText {
  const char* base = nullptr;
  Index first = nullptr;
  std::uint32_t end = 0;
  bool has_escapes = true;  // false: no backslash stands in it
};

// Which of the text's tokens have to be in what is made of it: those of a value, and the one after it. What is told of
// them begins with its first.
struct WantedTokens {
  Index first = nullptr;  // null: none
  std::uint32_t end = 0;  // of the value
};

class EditedText {
 public:
  [[nodiscard]] std::uint32_t size() const noexcept { return size_; }
  [[nodiscard]] std::uint32_t tokens_size() const noexcept { return tokens_size_; }
  // The text had no room: nothing of it may be used.
  [[nodiscard]] bool is_too_large() const noexcept { return too_large_; }

 protected:
  // `room`: how many bytes the text may have then.
  EditedText(const RuleSet& rules, RulesScratch& scratch, const EventText& text, const Batch& batch, std::size_t room,
             Edited& out) noexcept
      : rules_(rules),
        scratch_(scratch),
        text_(text),
        base_(text.base),
        batch_(batch),
        out_(out.text.get()),
        tokens_(out.tokens.get()),
        room_(room) {}

  // How far the text has been copied, or left out.
  struct Progress {
    explicit Progress(const EventText& text, const WantedTokens& wanted_tokens) noexcept
        // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): what is edited has its first token
        : at(*text.first), token(text.first), wanted(wanted_tokens) {}

    std::uint32_t at;
    Index token;
    WantedTokens wanted;
  };
  // What stands in the text from `begin` to `end`, the tokens from `from` to `to`, makes room for what is put next.
  struct Span {
    Index from, to;
    std::uint32_t begin, end;
  };

  template <class Moved>
  void keep_up_to(Progress& progress, Moved& parts, Index token, std::uint32_t end) noexcept;
  template <class Moved>
  void replace(Progress& progress, Moved& parts, const Span& span) noexcept {
    keep_up_to(progress, parts, span.from, span.begin);
    progress.at = span.end;
    progress.token = span.to;
  }
  // Of a member that is removed: where `kept`, one before it stays.
  [[nodiscard]] Span with_its_comma(bool kept, Index name, Index behind) const noexcept;
  [[nodiscard]] Span of_value(Index value, Index behind) const noexcept {
    return {value, behind, *value, value_end(behind)};
  }
  // Puts what becomes of a value that room was made for: by another verb than remove. `number`: of the edit.
  void change(std::size_t number, Index at, std::uint32_t end) noexcept;
  // After the last edit. False: there was no room.
  template <class Moved>
  bool conclude(Progress& progress, Moved& parts, Index behind) noexcept {
    keep_up_to(progress, parts, behind, text_.end);
    if (too_large_) return false;
    tokens_[tokens_size_] = tokens_[tokens_size_ + 1] = size_;
    return true;
  }

  // Where the value ends that the token `behind` follows. An edited one has such a token in the event: a comma, a brace
  // or a bracket.
  [[nodiscard]] std::uint32_t value_end(Index behind) const noexcept {
    std::uint32_t end = *behind;
    while (base_[end - 1] <= ' ') [[unlikely]]-- end;
    return end;
  }
  // The text of a string, or of a name.
  [[nodiscard]] std::string_view plain(Index string) noexcept {
    const std::string_view content = string_content(base_ + *string, base_ + string[1]);
    return text_.has_escapes ? scratch_.plain(content) : content;
  }
  // What begins with a token and has no other.
  void put(std::string_view text) noexcept;
  void put_name(std::string_view json) noexcept;
  void put_value(const Edit& edit) noexcept;

  const RuleSet& rules_;
  RulesScratch& scratch_;
  const EventText text_;
  const char* const base_;
  const Batch& batch_;
  bool too_large_ = false;

 private:
  void keep_tokens(Progress& progress, Index token, std::uint32_t moved) noexcept;
  void mask(Index at) noexcept;
  void hash(std::size_t edit, Index at) noexcept;
  void hash_form(std::size_t edit, Index at, std::uint32_t end) noexcept;
  void truncate(std::size_t edit, Index at) noexcept;
  [[nodiscard]] bool has_room(std::size_t bytes) noexcept {
    if (bytes > room_ - size_) too_large_ = true;
    return !too_large_;
  }
  // As put(), of what stands there already, between quotes that are yet to come: at most kPadding bytes.
  void put_string(std::size_t size) noexcept;

  char* const out_;
  std::uint32_t* const tokens_;
  const std::size_t room_;
  std::uint32_t size_ = 0;
  std::uint32_t tokens_size_ = 0;
};

// Tokens that stay, so many bytes further on. In steps of kTokensAStep, the last of which goes on past the end.
inline void copy_tokens(Index from, Index end, std::uint32_t moved, std::uint32_t* out) noexcept {
  using Offsets = std::uint32_t __attribute__((vector_size(16)));
  static_assert(2 * sizeof(Offsets) == kTokensAStep * sizeof(std::uint32_t));
  const Offsets by = {moved, moved, moved, moved};
  for (; from < end; from += kTokensAStep, out += kTokensAStep) {
    Offsets first, second;
    std::memcpy(&first, from, sizeof first);
    std::memcpy(&second, from + 4, sizeof second);
    first += by;
    second += by;
    std::memcpy(out, &first, sizeof first);
    std::memcpy(out + 4, &second, sizeof second);
  }
}

// What was put before the first that is wanted is not.
[[gnu::always_inline]] inline void EditedText::keep_tokens(Progress& progress, Index token,
                                                           std::uint32_t moved) noexcept {
  const Index first = progress.wanted.first;
  if (first == nullptr) return;
  if (progress.token <= first) tokens_size_ = 0;
  if (token <= first) return;
  const Index from = std::max(progress.token, first);
  std::uint32_t* const tokens = tokens_ + tokens_size_;
  tokens_size_ += static_cast<std::uint32_t>(token - from);
  if (token != from && token[-1] >= progress.wanted.end) progress.wanted.first = nullptr;  // the one behind it has come
  copy_tokens(from, token, moved, tokens);
}

// All that is counted is counted before the first byte is written, which could be one of the counters for all that the
// compiler knows.
template <class Moved>
[[gnu::always_inline]] inline void EditedText::keep_up_to(Progress& progress, Moved& parts, Index token,
                                                          std::uint32_t end) noexcept {
  const std::uint32_t size = size_, bytes = end - progress.at;
  if (!has_room(bytes)) return;
  const std::uint32_t moved = size - progress.at;
  parts.run(progress.at, end, moved);
  size_ = size + bytes;
  keep_tokens(progress, token, moved);
  canonical::copy_run(out_ + size, base_ + progress.at, bytes);
}

// A member with the comma before it, or where nothing is before it that stays, with the one after it.
[[gnu::always_inline]] inline auto EditedText::with_its_comma(bool kept, Index name, Index behind) const noexcept
    -> Span {
  if (kept) return {name - 1, behind, value_end(name - 1), value_end(behind)};
  if (base_[*behind] == '}') return {name, behind, *name, value_end(behind)};
  return {name, behind + 1, *name, behind[1]};
}

}  // namespace planish::core::rules
