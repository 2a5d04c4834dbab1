// Rules on an event, from anywhere.
#include <core/rules/apply.hpp>

#include <core/check.hpp>
#include <core/rules/application.hpp>
#include <core/rules/share.hpp>

#include <algorithm>

namespace planish::core::rules {

Left apply(const RuleSet& rules, const Original& event, RulesScratch& scratch) noexcept {
  Application made(rules, event, scratch);
  const Left::Verdict verdict = made.run();
  if (verdict != Left::Verdict::kept) return {.verdict = verdict};
  const std::string_view payload = made.part(Part::payload);
  const bool has_tokens = made.changed() && event.payload_first != nullptr && payload.data() >= made.whole().data() &&
                          payload.data() < made.whole().data() + made.whole().size();
  return {.changed = made.changed(),
          .type = made.type(),
          .renamed_by = made.renamed_by(),
          .whole = made.whole(),
          .payload = payload,
          .user = made.part(Part::user),
          .id = made.part(Part::id),
          .trace = made.part(Part::trace),
          .base = made.changed() ? made.base() : nullptr,
          .payload_first = has_tokens ? made.payload_first() : nullptr};
}

std::uint64_t drop_hash(std::string_view user, std::string_view id, std::string_view whole,
                        RulesScratch& scratch) noexcept {
  check(std::max(user.size(), id.size()) <= scratch.edited_bytes_max());
  return share_hash(decided_by(user, id, whole, scratch.plain_room()));
}

}  // namespace planish::core::rules
