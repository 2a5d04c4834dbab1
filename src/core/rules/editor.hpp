// Editor: one batch of edits on the text of an event, in one walk along its tokens that copies what stays, text and
// tokens.
#pragma once

#include <core/rules/edited_text.hpp>
#include <core/rules/parts.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace planish::core::rules {

class Editor : public EditedText {
 public:
  Editor(const RuleSet& rules, RulesScratch& scratch, const EventText& text, const Batch& batch, const Parts& parts,
         std::size_t room, const WantedTokens& wanted, Edited& out) noexcept
      : EditedText(rules, scratch, text, batch, room, out), progress_(text, wanted), parts_(parts) {}

  // Whether anything was changed: then `out` holds the text, size() bytes, and the tokens that are wanted. After the
  // last token stands the size, twice.
  bool make() noexcept;
  [[nodiscard]] const Parts& parts() const noexcept { return parts_.parts(); }

 private:
  // Each returns the token after the value. `active` are edits whose place is within it. Without `kEscapes` no
  // backslash stands in the text.
  template <bool kEscapes>
  Index within(Index at, std::size_t level, EditMask active) noexcept;
  template <bool kEscapes>
  Index object(Index at, std::size_t level, EditMask active) noexcept;
  template <bool kEscapes>
  Index array(Index at, std::size_t level, EditMask active) noexcept;

  struct Candidate {
    Index at;  // its name; or after the last member, where there is none
    EditMask may;
    std::string_view text;  // of the name, until the next one
  };
  template <bool kEscapes>
  [[nodiscard]] Candidate next_candidate(const Batch::Level& here, EditMask active, Index name) noexcept;

  template <bool kEscapes>
  Index member(const Batch::Level& here, EditMask matching, bool& kept, Index name, std::size_t level) noexcept;
  void add_member(const Edit& edit, std::size_t level, Index close, bool has_members) noexcept;
  [[nodiscard]] std::size_t number_of(const Edit& edit) const noexcept {
    return static_cast<std::size_t>(&edit - batch_.edits().data());
  }
  void leave_out(const Span& span) noexcept;

  Progress progress_;
  PartsMove parts_;
  bool changed_ = false;
};

}  // namespace planish::core::rules
