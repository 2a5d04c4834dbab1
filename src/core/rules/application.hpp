// Application: rule after rule, batch after batch, in line where events are judged.
#pragma once

#include <core/rules/apply.hpp>
#include <core/rules/editor.hpp>
#include <core/rules/followed_editor.hpp>

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
        type_(event.type) {}

  // What is asked of it afterwards is of an event that is kept.
  [[nodiscard, gnu::always_inline]] Left::Verdict run() noexcept {
    for (const CompiledRule& rule : rules_.rules()) {
      if (!rule.applies_to(type_)) continue;
      if (rule.drops && (rule.drops_all || hash() < rule.drop_below)) return Left::Verdict::dropped;
      if (!rule.rename.empty()) {
        type_ = rule.rename;
        renamed_by_ = &rule;
      }
      for (const Batch& batch : rule.batches) {
        if (!edit(rule, batch)) return Left::Verdict::too_large;
      }
    }
    return Left::Verdict::kept;
  }

  [[nodiscard]] bool changed() const noexcept { return changed_; }
  [[nodiscard]] std::string_view type() const noexcept { return type_; }
  [[nodiscard]] const CompiledRule* renamed_by() const noexcept { return renamed_by_; }
  [[nodiscard]] std::string_view whole() const noexcept {
    return changed_ ? std::string_view(text_.base, text_.end) : event_.whole;
  }
  [[nodiscard]] std::string_view part(Part part) const noexcept {
    const std::string_view sent = before(part);
    if (!changed_ || !is_within(sent)) return sent;
    const Parts::Span span = by_runs_ ? runs_.place(span_of(sent)) : parts_.of(part);
    return span.begin == Parts::kNowhere ? "null" : std::string_view(text_.base + span.begin, span.end - span.begin);
  }
  // Of an event that was edited; see Left.
  [[nodiscard]] const char* base() const noexcept { return text_.base; }
  // If the payload is there, and its tokens are to be told.
  [[nodiscard]] Index payload_first() const noexcept {
    if (!changed_) return event_.payload_first;
    if (has_payload_alone_) return text_.first;
    const Parts::Span payload = by_runs_ ? runs_.place(span_of(event_.payload)) : parts_.of(Part::payload);
    return std::lower_bound(text_.first, tokens_end_, payload.begin);
  }

 private:
  [[nodiscard]] bool is_within(std::string_view text) const noexcept {
    const auto begin = reinterpret_cast<std::uintptr_t>(text.data());
    return !text.empty() && begin - reinterpret_cast<std::uintptr_t>(event_.whole.data()) < event_.whole.size();
  }
  [[nodiscard]] Parts::Span span_of(std::string_view text) const noexcept {
    const auto begin = static_cast<std::uint32_t>(text.data() - event_.base);
    return {begin, begin + static_cast<std::uint32_t>(text.size())};
  }
  // Where the parts stand in what is edited next.
  void note_parts() noexcept {
    if (changed_ && !by_runs_) return;
    for (const Part part : {Part::user, Part::payload, Part::id, Part::trace}) {
      const std::string_view sent = before(part);
      if (!is_within(sent)) continue;
      parts_.set(part, changed_ ? runs_.place(span_of(sent)) : span_of(sent));
    }
    by_runs_ = false;
  }
  [[nodiscard]] std::uint64_t hash() noexcept {
    if (!has_hash_) hash_ = drop_hash(event_.user, event_.id, event_.whole, scratch_);
    has_hash_ = true;
    return hash_;
  }
  // False: it has become too large.
  [[gnu::always_inline]] bool edit(const CompiledRule& rule, const Batch& batch) noexcept {
    Edited& out = scratch_.edited_[next_];
    const bool is_last = &batch == rules_.last_batch();
    const Followed::Row row = row_of(rule, batch);
    if (row == nullptr) note_parts();
    const WantedTokens wanted = is_last ? payload_tokens() : all_tokens();
    if (row == nullptr) {
      Editor editor(rules_, scratch_, text_, batch, parts_, room_, wanted, out);
      if (!editor.make()) return !editor.is_too_large();
      parts_ = editor.parts();
      take(editor, out);
    } else {
      FollowedEditor editor(rules_, scratch_, text_, batch, room_, out, runs_);
      if (!editor.make(row, *event_.met, wanted)) return !editor.is_too_large();
      by_runs_ = true;
      take(editor, out);
    }
    has_payload_alone_ = is_last;
    return true;
  }
  void take(const EditedText& editor, const Edited& out) noexcept {
    changed_ = true;
    text_.base = out.text.get();
    text_.first = out.tokens.get();
    text_.end = editor.size();
    tokens_end_ = text_.first + editor.tokens_size();
    next_ = 1 - next_;
  }
  // Null: the places of the batch have to be looked for.
  [[nodiscard]] Followed::Row row_of(const CompiledRule& rule, const Batch& batch) const noexcept {
    const bool is_met = !changed_ && event_.met != nullptr && event_.met->are_all() && &batch == rule.batches.data();
    return is_met ? event_.followed->row(static_cast<std::size_t>(&rule - rules_.rules().data())) : nullptr;
  }
  [[nodiscard]] WantedTokens all_tokens() const noexcept { return {text_.first, text_.end}; }
  // Nobody asks for others after the last edit.
  [[nodiscard]] WantedTokens payload_tokens() const noexcept {
    if (event_.payload_first == nullptr) return {};
    if (!changed_) return {event_.payload_first, span_of(event_.payload).end};
    if (!parts_.has(Part::payload)) return {};
    return {payload_first(), parts_.of(Part::payload).end};
  }
  // What was told of a part at first.
  [[nodiscard]] std::string_view before(Part part) const noexcept {
    switch (part) {
      case Part::user:
        return event_.user;
      case Part::payload:
        return event_.payload;
      case Part::id:
        return event_.id;
      case Part::trace:
        return event_.trace;
    }
    return {};
  }

  const RuleSet& rules_;
  const Original& event_;
  RulesScratch& scratch_;
  EventText text_;
  std::size_t room_;
  std::string_view type_;  // as renamed so far
  const CompiledRule* renamed_by_ = nullptr;
  Index tokens_end_ = nullptr;  // of an edited text
  Parts parts_;                 // where they stand in an edited text; of the first edit the runs may say it
  Runs runs_;
  std::size_t next_ = 0;
  std::uint64_t hash_ = 0;
  bool has_hash_ = false;
  bool changed_ = false;
  bool by_runs_ = false;
  bool has_payload_alone_ = false;  // of the tokens
};

}  // namespace planish::core::rules
