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
        room_(scratch.room_for(event.whole.size(), rules.put_bytes())) {
    add(Part::payload, event.payload);
    add(Part::user, event.user);
    add(Part::id, event.id);
    add(Part::trace, event.trace);
    were_there_ = parts_;
  }

  [[nodiscard]] Left run() noexcept {
    Left left;
    left.type = event_.type;
    for (const CompiledRule& rule : rules_.rules()) {
      if (!rule.applies_to(left.type)) continue;
      if (rule.drops && (rule.drops_all || hash() < rule.drop_below)) {
        left.verdict = Left::Verdict::dropped;
        return left;
      }
      if (!rule.rename.empty()) {
        left.type = rule.rename;
        left.renamed_by = &rule;
      }
      for (const Batch& batch : rule.batches) {
        if (edit(batch)) continue;
        left.verdict = Left::Verdict::too_large;
        return left;
      }
    }
    tell(left);
    return left;
  }

 private:
  void add(Part part, std::string_view text) noexcept {
    const bool within =
        !text.empty() && text.data() >= event_.whole.data() && text.data() < event_.whole.data() + event_.whole.size();
    if (!within) return;
    const auto begin = static_cast<std::uint32_t>(text.data() - event_.base);
    parts_.set(part, {begin, begin + static_cast<std::uint32_t>(text.size())});
  }
  [[nodiscard]] std::uint64_t hash() noexcept {
    if (!has_hash_) hash_ = drop_hash(event_, scratch_);
    has_hash_ = true;
    return hash_;
  }
  // False: it has become too large.
  bool edit(const Batch& batch) noexcept {
    Edited& out = scratch_.edited_[next_];
    Editor editor(rules_, scratch_, text_, room_, out);
    if (!editor.make(batch, parts_)) return !editor.is_too_large();
    changed_ = true;
    text_.base = out.text.get();
    text_.first = out.tokens.get();
    text_.end = editor.size();
    tokens_end_ = text_.first + editor.tokens_size();
    next_ = 1 - next_;
    return true;
  }
  void tell(Left& left) const noexcept {
    left.whole = event_.whole;
    left.changed = changed_;
    left.payload = event_.payload;
    left.user = event_.user;
    left.id = event_.id;
    left.trace = event_.trace;
    if (!changed_) return;
    left.whole = {text_.base, text_.end};
    left.base = text_.base;
    left.first = text_.first;
    tell(Part::payload, left.payload);
    tell(Part::user, left.user);
    tell(Part::id, left.id);
    tell(Part::trace, left.trace);
    if (parts_.has(Part::payload))
      left.payload_first = std::lower_bound(text_.first, tokens_end_, parts_.of(Part::payload).begin);
  }
  void tell(Part part, std::string_view& text) const noexcept {
    if (!were_there_.has(part)) return;
    const Parts::Span span = parts_.of(part);
    text = parts_.has(part) ? std::string_view(text_.base + span.begin, span.end - span.begin) : "null";
  }

  const RuleSet& rules_;
  const Original& event_;
  RulesScratch& scratch_;
  EventText text_;
  std::size_t room_;
  Index tokens_end_ = nullptr;  // of an edited text
  Parts parts_, were_there_;
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
