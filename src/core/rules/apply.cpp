// Rule after rule, batch after batch.
#include <core/rules/apply.hpp>

#include <core/check.hpp>

#include <cstring>
#include <utility>

namespace planish::core::rules {

class Application {
 public:
  Application(const RuleSet& rules, const Original& event, RulesScratch& scratch) noexcept
      : rules_(rules),
        event_(event),
        scratch_(scratch),
        base_(event.base),
        first_(event.first),
        end_(*event.first + static_cast<std::uint32_t>(event.whole.size())) {
    parts_ = {span(event.payload), span(event.user), span(event.id), span(event.trace)};
    was_there_ = parts_;
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
  [[nodiscard]] Span span(std::string_view part) const noexcept {
    const bool within =
        !part.empty() && part.data() >= event_.whole.data() && part.data() < event_.whole.data() + event_.whole.size();
    if (!within) return {};
    const auto begin = static_cast<std::uint32_t>(part.data() - base_);
    return {begin, begin + static_cast<std::uint32_t>(part.size())};
  }
  [[nodiscard]] std::uint64_t hash() noexcept {
    if (!has_hash_) hash_ = drop_hash(event_, scratch_);
    has_hash_ = true;
    return hash_;
  }
  // False: it has become too large.
  bool edit(const Batch& batch) noexcept {
    if (base_ != event_.base && first_ == nullptr) {
      const bool built = scratch_.index_.build({base_, end_});
      check(built);
      first_ = scratch_.index_.begin();
    }
    char* const out = scratch_.texts_[next_].get();
    Editor editor(rules_, scratch_, base_, first_, end_, out);
    const bool changed = editor.make(batch, parts_);
    if (editor.is_too_large()) return false;
    if (!changed) return true;
    changed_ = true;
    base_ = out;
    first_ = nullptr;
    end_ = editor.size();
    next_ = 1 - next_;
    return true;
  }
  void tell(Left& left) const noexcept {
    left.whole = event_.whole;
    left.changed = changed_;
    if (changed_) left.whole = {base_, end_};
    const auto part = [&](Part which, std::string_view sent) {
      const auto i = static_cast<std::size_t>(which);
      if (!changed_ || !was_there_[i].is_there()) return sent;
      if (!parts_[i].is_there()) return std::string_view("null");
      return std::string_view(base_ + parts_[i].begin, parts_[i].end - parts_[i].begin);
    };
    left.payload = part(Part::payload, event_.payload);
    left.user = part(Part::user, event_.user);
    left.id = part(Part::id, event_.id);
    left.trace = part(Part::trace, event_.trace);
  }

  const RuleSet& rules_;
  const Original& event_;
  RulesScratch& scratch_;
  const char* base_;
  Index first_;
  std::uint32_t end_;
  std::array<Span, kParts> parts_, was_there_;
  std::size_t next_ = 0;
  std::uint64_t hash_ = 0;
  bool has_hash_ = false;
  bool changed_ = false;
};

Left apply(const RuleSet& rules, const Original& event, RulesScratch& scratch) noexcept {
  return Application(rules, event, scratch).run();
}

std::uint64_t drop_hash(const Original& event, RulesScratch& scratch) noexcept {
  std::string_view text = event.whole;
  for (const std::string_view part : {event.id, event.user}) {
    if (!part.empty() && part != "null") text = part;
  }
  if (text.data() != event.whole.data() && text[0] == '"')
    text = scratch.plain_of_unpadded(text.substr(1, text.size() - 2));
  std::array<std::uint8_t, kSha256Bytes> digest;
  sha256(text, digest);
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < 8; ++i) hash = hash << 8 | digest[i];
  return hash;
}

}  // namespace planish::core::rules
