// The rules of an endpoint: what is left of an event, and the form of its payload, which is of what is left.
#include <core/check.hpp>
#include <core/fault_detail.hpp>
#include <core/json_string.hpp>
#include <core/plan.hpp>
#include <core/rules/apply.hpp>
#include <core/stage_of.hpp>

#include <planish/rules.hpp>

namespace planish::core {
namespace {

constexpr std::string_view kNull = "null";

bool is_within(std::string_view part, std::string_view whole) noexcept {
  return part.data() >= whole.data() && part.data() < whole.data() + whole.size();
}

std::string_view none_if_null(std::string_view json) noexcept {
  return json == kNull ? std::string_view{} : json;
}

std::string_view plain_type(const Event& event, std::span<char> bytes) noexcept {
  if (!event.type_has_escapes) return event.type;
  check(event.type.size() <= bytes.size());
  return {bytes.data(), unescape(event.type, bytes.data())};
}

// A payload in an event that the rules left as it was stands in the body, and is walked there.
std::string_view form_of(const Event& event, const rules::Left& left, Scratch& scratch) noexcept {
  if (left.payload == kNull) return kNull;
  if (!left.changed) return scratch.rules->canonical_form(*scratch.source, event.payload_first);
  const std::string_view text(left.base,
                              static_cast<std::size_t>(left.payload.data() - left.base) + left.payload.size());
  const bool has_escapes = scratch.has_escapes || scratch.plan.options.rules->set().puts_escapes();
  canonical::Source source = has_escapes ? canonical::Source(text, canonical::Source::From{*left.payload_first})
                                         : canonical::Source(text, canonical::Source::Plain::has_no_escapes);
  return scratch.rules->canonical_form(source, left.payload_first);
}

}  // namespace

struct RulesStage {
  static bool is_configured(const Options& options) noexcept { return options.rules != nullptr; }
  static Judged judge(Event&, Scratch&) noexcept;
};

// An event with a fault goes nowhere, so nothing has to be taken out of it.
Judged RulesStage::judge(Event& event, Scratch& scratch) noexcept {
  if (event.faulty) return Judged::kept;
  const Options& options = scratch.plan.options;
  const rules::RuleSet& set = options.rules->set();
  const rules::Original original{.base = scratch.body,
                                 .first = event.first,
                                 .whole = event.whole,
                                 .type = plain_type(event, scratch.bytes),
                                 .payload = event.payload,
                                 .user = event.user,
                                 .id = event.id,
                                 .trace = event.trace,
                                 .has_escapes = scratch.has_escapes};
  const rules::Left left = rules::apply(set, original, *scratch.rules);
  if (left.verdict == rules::Left::Verdict::dropped) return Judged::dropped;
  const bool fits = left.verdict == rules::Left::Verdict::kept &&
                    scratch.rules->may_grow(event.whole.size(), left.whole.size(), set.put_bytes());
  if (!fits) {
    Place place = event.payload_place;
    place.pointer = place.source = {};
    Fault fault = out_of_range(place, Range::edited_bytes);
    fault.event = event.index;
    event.refuse(fault, 0);
    return Judged::kept;
  }
  // From elsewhere, it has its form already.
  if (is_within(event.payload, event.whole)) {
    event.hashed = options.canonical == Canonical::jcs ? form_of(event, left, scratch) : left.payload;
    if (event.hashed.empty()) {
      event.refuse({.code = Errc::number_out_of_range, .event = event.index, .place = event.payload_place}, 0);
      return Judged::kept;
    }
  }
  if (left.renamed_by != nullptr) {
    event.type = left.renamed_by->rename_json;
    event.type_has_escapes = event.type.find('\\') != std::string_view::npos;
  }
  event.whole = left.whole;
  event.payload = left.payload;
  event.user = none_if_null(left.user);
  event.id = none_if_null(left.id);
  event.trace = left.trace.starts_with('"') ? left.trace : std::string_view{};
  return Judged::kept;
}

template Stage stage_of<RulesStage>(const Options&) noexcept;

}  // namespace planish::core
