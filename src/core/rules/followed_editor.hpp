// FollowedEditor: one batch of edits whose places a reader has met: from place to place, with no walk between them.
#pragma once

#include <core/rules/edited_text.hpp>
#include <core/rules/followed.hpp>
#include <core/rules/parts.hpp>

namespace planish::core::rules {

class FollowedEditor : public EditedText {
 public:
  // `runs`: where those of the text that stay are told.
  FollowedEditor(const RuleSet& rules, RulesScratch& scratch, const EventText& text, const Batch& batch,
                 std::size_t room, Edited& out, Runs& runs) noexcept
      : EditedText(rules, scratch, text, batch, room, out), runs_(runs) {}

  // Whether anything was changed: then `out` holds the text, size() bytes, and the tokens that are wanted. After the
  // last token stands the size, twice.
  bool make(Followed::Row edits, const MetPlaces& met, const WantedTokens& wanted) noexcept;

 private:
  Runs& runs_;
};

}  // namespace planish::core::rules
