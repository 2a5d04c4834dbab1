// Editor: one batch of edits on the text of an event, in one walk along its tokens that copies what stays, text and
// tokens.
#pragma once

#include <core/rules/parts.hpp>
#include <core/rules/rule_set.hpp>
#include <core/rules/scratch.hpp>
#include <core/structural_index.hpp>
#include <core/tokens.hpp>

#include <cstdint>
#include <string_view>

namespace planish::core::rules {

// The text of an event: a JSON value whose first token is at `first`. Offsets of tokens are from `base`.
struct EventText {
  const char* base = nullptr;
  Index first = nullptr;
  std::uint32_t end = 0;
  bool has_escapes = true;  // false: no backslash stands in it
};

class Editor {
 public:
  // `room`: how many bytes the text may have then.
  Editor(const RuleSet& rules, RulesScratch& scratch, const EventText& text, const Parts& parts, std::size_t room,
         Edited& out) noexcept
      : rules_(rules),
        scratch_(scratch),
        text_(text),
        base_(text.base),
        out_(out.text.get()),
        tokens_(out.tokens.get()),
        room_(room),
        // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): what is edited has its first token
        copied_(*text.first),
        copied_token_(text.first),
        parts_(parts) {}

  // Whether anything was changed: then `out` holds the text, size() bytes, and its tokens.
  bool make(const Batch& batch) noexcept;
  [[nodiscard]] const Parts& parts() const noexcept { return parts_.parts(); }
  [[nodiscard]] std::uint32_t size() const noexcept { return size_; }
  [[nodiscard]] std::uint32_t tokens_size() const noexcept { return tokens_size_; }
  // The text had no room: nothing of it may be used.
  [[nodiscard]] bool is_too_large() const noexcept { return too_large_; }

 private:
  // Each returns the token behind the value. `active` are edits whose place is within it. Without `kEscapes` no
  // backslash stands in the text.
  template <bool kEscapes>
  Index within(Index at, std::size_t level, EditMask active) noexcept;
  template <bool kEscapes>
  Index object(Index at, std::size_t level, EditMask active) noexcept;
  template <bool kEscapes>
  Index array(Index at, std::size_t level, EditMask active) noexcept;

  struct Candidate {
    Index at;  // its name; or behind the last member, where there is none
    EditMask may;
    std::string_view text;  // of the name, until the next one
  };
  template <bool kEscapes>
  [[nodiscard]] Candidate next_candidate(const Batch::Level& here, EditMask active, Index name) noexcept;

  // The text of a string, or of a name.
  [[nodiscard]] std::string_view plain(Index string) noexcept {
    const std::string_view content = string_content(base_ + *string, base_ + string[1]);
    return text_.has_escapes ? scratch_.plain(content) : content;
  }
  template <bool kEscapes>
  Index member(const Batch::Level& here, EditMask matching, bool& kept, Index name, std::size_t level) noexcept;

  // Where the value ends that the token `behind` follows. An edited one has such a token in the event: a comma, a brace
  // or a bracket.
  [[nodiscard]] std::uint32_t value_end(Index behind) const noexcept {
    std::uint32_t end = *behind;
    while (base_[end - 1] <= ' ') [[unlikely]]-- end;
    return end;
  }
  // Puts what becomes of a value that room was made for.
  void change(const Edit& edit, Index at, std::uint32_t end) noexcept;
  void mask(Index at) noexcept;
  void hash(const Edit& edit, Index at, std::uint32_t end) noexcept;
  void truncate(const Edit& edit, Index at) noexcept;
  [[nodiscard]] std::size_t number_of(const Edit& edit) const noexcept {
    return static_cast<std::size_t>(&edit - batch_->edits().data());
  }
  void add_member(const Edit& edit, std::size_t level, Index close, bool has_members) noexcept;

  // What stands in the text from `begin` to `end`, the tokens from `from` to `to`, makes room for what is put next.
  struct Span {
    Index from, to;
    std::uint32_t begin, end;
  };
  [[nodiscard]] Span with_its_comma(bool kept, Index name, Index behind) const noexcept;
  void replace(const Span& span) noexcept;
  void keep_up_to(Index token, std::uint32_t end) noexcept;
  [[nodiscard]] bool has_room(std::size_t bytes) noexcept {
    if (bytes > room_ - size_) too_large_ = true;
    return !too_large_;
  }
  // What begins with a token and has no other.
  void put(std::string_view text) noexcept;
  // The same of what stands there already, between quotes that are yet to come: at most kPadding bytes.
  void put_string(std::size_t size) noexcept;
  void put_name(std::string_view json) noexcept;
  void put_value(const Edit& edit) noexcept;

  const RuleSet& rules_;
  RulesScratch& scratch_;
  const EventText text_;
  const char* const base_;
  char* const out_;
  std::uint32_t* const tokens_;
  const std::size_t room_;
  std::uint32_t copied_;  // of the text, so far
  Index copied_token_;
  std::uint32_t size_ = 0;
  std::uint32_t tokens_size_ = 0;
  const Batch* batch_ = nullptr;
  PartsMove parts_;
  bool changed_ = false;
  bool too_large_ = false;
};

}  // namespace planish::core::rules
