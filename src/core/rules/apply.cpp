// Rule after rule, batch after batch.
#include <core/rules/apply.hpp>

#include <core/check.hpp>
#include <core/rules/share.hpp>

#include <algorithm>

namespace planish::core::rules {

class Application {
 public:
  Application(const RuleSet& rules, const Original& event, RulesScratch& scratch) noexcept
      : rules_(rules),
        event_(event),
        scratch_(scratch),
        text_{.base = event.base,
              .first = event.first,
              .end = *event.first + static_cast<std::uint32_t>(event.whole.size()),
              .has_escapes = event.has_escapes || rules.puts_escapes()},
        room_(scratch.room_for(event.whole.size(), rules.put_bytes())),
        type_(event.type) {
    add(Part::user, event.user);
    add(Part::payload, event.payload);
    add(Part::id, event.id);
    add(Part::trace, event.trace);
  }

  [[nodiscard]] Left run() noexcept {
    for (const CompiledRule& rule : rules_.rules()) {
      if (!rule.applies_to(type_)) continue;
      if (rule.drops && (rule.drops_all || hash() < rule.drop_below)) return {.verdict = Left::Verdict::dropped};
      if (!rule.rename.empty()) {
        type_ = rule.rename;
        renamed_by_ = &rule;
      }
      for (const Batch& batch : rule.batches) {
        if (!edit(batch)) return {.verdict = Left::Verdict::too_large};
      }
    }
    return changed_ ? edited() : as_it_was();
  }

 private:
  void add(Part part, std::string_view text) noexcept {
    const bool is_within =
        reinterpret_cast<std::uintptr_t>(text.data()) - reinterpret_cast<std::uintptr_t>(event_.whole.data()) <
        event_.whole.size();
    if (text.empty() || !is_within) return;
    const auto begin = static_cast<std::uint32_t>(text.data() - event_.base);
    parts_.set(part, {begin, begin + static_cast<std::uint32_t>(text.size())});
    within_ |= bit(part);
  }
  [[nodiscard]] static constexpr unsigned bit(Part part) noexcept { return 1U << static_cast<unsigned>(part); }
  [[nodiscard]] std::uint64_t hash() noexcept {
    if (!has_hash_) hash_ = drop_hash(event_, scratch_);
    has_hash_ = true;
    return hash_;
  }
  // False: it has become too large.
  bool edit(const Batch& batch) noexcept {
    Edited& out = scratch_.edited_[next_];
    Editor editor(rules_, scratch_, text_, parts_, room_, out);
    if (!editor.make(batch)) return !editor.is_too_large();
    changed_ = true;
    parts_ = editor.parts();
    text_.base = out.text.get();
    text_.first = out.tokens.get();
    text_.end = editor.size();
    tokens_end_ = text_.first + editor.tokens_size();
    next_ = 1 - next_;
    return true;
  }
  [[nodiscard]] Left as_it_was() const noexcept {
    return {.type = type_,
            .renamed_by = renamed_by_,
            .whole = event_.whole,
            .payload = event_.payload,
            .user = event_.user,
            .id = event_.id,
            .trace = event_.trace};
  }
  [[nodiscard]] Left edited() const noexcept {
    return {.changed = true,
            .type = type_,
            .renamed_by = renamed_by_,
            .whole = {text_.base, text_.end},
            .payload = part(Part::payload, event_.payload),
            .user = part(Part::user, event_.user),
            .id = part(Part::id, event_.id),
            .trace = part(Part::trace, event_.trace),
            .base = text_.base,
            .first = text_.first,
            .payload_first = parts_.has(Part::payload)
                                 ? std::lower_bound(text_.first, tokens_end_, parts_.of(Part::payload).begin)
                                 : nullptr};
  }
  // `before`: what is told of a part that stands elsewhere.
  [[nodiscard]] std::string_view part(Part part, std::string_view before) const noexcept {
    if ((within_ & bit(part)) == 0) return before;
    const Parts::Span span = parts_.of(part);
    return parts_.has(part) ? std::string_view(text_.base + span.begin, span.end - span.begin) : "null";
  }

  const RuleSet& rules_;
  const Original& event_;
  RulesScratch& scratch_;
  EventText text_;
  std::size_t room_;
  std::string_view type_;  // as renamed so far
  const CompiledRule* renamed_by_ = nullptr;
  Index tokens_end_ = nullptr;  // of an edited text
  Parts parts_;
  unsigned within_ = 0;  // the parts that stand in the event
  std::size_t next_ = 0;
  std::uint64_t hash_ = 0;
  bool has_hash_ = false;
  bool changed_ = false;
};

Left apply(const RuleSet& rules, const Original& event, RulesScratch& scratch) noexcept {
  return Application(rules, event, scratch).run();
}

std::uint64_t drop_hash(const Original& event, RulesScratch& scratch) noexcept {
  check(std::max(event.user.size(), event.id.size()) <= scratch.edited_bytes_max());
  return share_hash(decided_by(event.user, event.id, event.whole, scratch.plain_room()));
}

}  // namespace planish::core::rules
