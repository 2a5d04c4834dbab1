// From place to place.
#include <core/rules/followed_editor.hpp>

namespace planish::core::rules {

// No place lies within another, so they come in the order in which they begin.
bool FollowedEditor::make(Followed::Row edits, const MetPlaces& met, const WantedTokens& wanted) noexcept {
  Progress progress(text_, wanted);
  const Edit* const all = batch_.edits().data();
  bool changed = false;
  for (const MetPlaces::Met& place : met.places()) {
    const std::size_t number = edits[place.node];
    if (number == Followed::kNone) continue;
    const Index value = place.value, behind = place.behind;
    if (all[number].verb == Verb::remove) {
      // Where no member before it stays, it is the first, or they went with the commas after them.
      const Index name = value - 2;
      const bool kept = progress.token != name && base_[name[-1]] == ',';
      replace(progress, runs_, with_its_comma(kept, name, behind));
    } else {
      const Span span = of_value(value, behind);
      replace(progress, runs_, span);
      if (!too_large_) change(number, value, span.end);
    }
    if (too_large_) return false;
    changed = true;
  }
  return changed && conclude(progress, runs_, met.behind());
}

}  // namespace planish::core::rules
