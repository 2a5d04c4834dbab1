// The rules of an endpoint: what is left of an event, and the form of its payload, which is of what is left.
#include <core/check.hpp>
#include <core/fault_detail.hpp>
#include <core/json_string.hpp>
#include <core/plan.hpp>
#include <core/rules/application.hpp>
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
std::string_view form_of(const Event& event, std::string_view payload, const rules::Application& left,
                         Scratch& scratch) noexcept {
  if (payload == kNull) return kNull;
  if (!left.changed()) return scratch.rules->canonical_form(*scratch.source, event.payload_first);
  const Index first = left.payload_first();
  const std::string_view text(left.base(), static_cast<std::size_t>(payload.data() - left.base()) + payload.size());
  const bool has_escapes = scratch.has_escapes || scratch.plan.options.rules->set().puts_escapes();
  canonical::Source source = has_escapes ? canonical::Source(text, canonical::Source::From{*first})
                                         : canonical::Source(text, canonical::Source::Plain::has_no_escapes);
  return scratch.rules->canonical_form(source, first);
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
  // From elsewhere, it has its form already.
  const bool is_inside = is_within(event.payload, event.whole);
  const bool has_form = is_inside && options.canonical == Canonical::jcs;
  const rules::Original original{.base = scratch.body,
                                 .first = event.first,
                                 .whole = event.whole,
                                 .type = plain_type(event, scratch.bytes),
                                 .payload = event.payload,
                                 .user = event.user,
                                 .id = event.id,
                                 .trace = event.trace,
                                 .has_escapes = scratch.has_escapes,
                                 .payload_first = has_form ? event.payload_first : nullptr,
                                 .followed = &scratch.plan.followed,
                                 .met = scratch.plan.followed.any() ? &scratch.rules->met() : nullptr};
  rules::Application left(set, original, *scratch.rules);
  const rules::Left::Verdict verdict = left.run();
  if (verdict == rules::Left::Verdict::dropped) return Judged::dropped;
  const bool fits = verdict == rules::Left::Verdict::kept &&
                    scratch.rules->may_grow(event.whole.size(), left.whole().size(), set.put_bytes());
  if (!fits) {
    Place place = event.payload_place;
    place.pointer = place.source = {};
    Fault fault = out_of_range(place, Range::edited_bytes);
    fault.event = event.index;
    event.refuse(fault, 0);
    return Judged::kept;
  }
  const std::string_view payload = left.part(rules::Part::payload);
  if (is_inside) {
    event.hashed = has_form ? form_of(event, payload, left, scratch) : payload;
    if (event.hashed.empty()) {
      event.refuse({.code = Errc::number_out_of_range, .event = event.index, .place = event.payload_place}, 0);
      return Judged::kept;
    }
  }
  if (left.renamed_by() != nullptr) {
    event.type = left.renamed_by()->rename_json;
    event.type_has_escapes = event.type.find('\\') != std::string_view::npos;
  }
  event.whole = left.whole();
  event.payload = payload;
  event.user = none_if_null(left.part(rules::Part::user));
  event.id = none_if_null(left.part(rules::Part::id));
  const std::string_view trace = left.part(rules::Part::trace);
  event.trace = trace.starts_with('"') ? trace : std::string_view{};
  return Judged::kept;
}

template Stage stage_of<RulesStage>(const Options&) noexcept;

}  // namespace planish::core
