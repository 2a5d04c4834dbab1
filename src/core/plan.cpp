// What a Transform is made of, from its options.
#include <core/plan.hpp>

#include <planish/transformer.hpp>

#include <core/copy.hpp>
#include <core/escape.hpp>
#include <core/rules/rule_set.hpp>
#include <core/shape/pointer.hpp>
#include <core/time_value.hpp>

#include <algorithm>
#include <utility>

namespace planish::core {
namespace {

void add_stages(Plan& plan) {
  for (const Stage stage : Stages::of(plan.options)) {
    if (stage != nullptr) plan.stages[plan.stages_size++] = stage;
  }
}

bool is_outside(Source::Kind kind) noexcept {
  using enum Source::Kind;
  return kind == header || kind == query || kind == segment || kind == traceparent;
}

bool may_be_outside(const std::vector<PlannedSource>& list) {
  return std::ranges::any_of(list, [](const PlannedSource& source) { return source.kind != Source::Kind::event; });
}

PlannedSource planned(const Source& source, Plan& plan) {
  PlannedSource made{.kind = source.kind, .segment = source.segment};
  made.spelling = text_in_json(source.spelling);
  made.unit = source.unit.value_or(plan.options.timestamp_unit);
  made.text = source.kind == Source::Kind::text ? '"' + text_in_json(source.text) + '"' : source.text;
  if (source.kind == Source::Kind::event) {
    made.is_whole_event = source.path.empty();
    made.node = plan.event_names.add(source.path);
  } else if (source.kind == Source::Kind::body) {
    made.node = plan.body_names.add(source.path);
  } else if (is_outside(source.kind)) {
    made.outside = static_cast<std::uint16_t>(plan.outside.size());
    plan.outside.push_back(made);
  }
  return made;
}

void add_shape(Plan& plan) {
  const Shape& shape = plan.options.shape;
  for (const std::string& pointer : shape.events) {
    std::string problem;
    const auto path = parse_pointer(pointer, problem);
    if (!path) continue;
    plan.events.push_back(
        {plan.body_names.add(*path), pointer_in_json(*path), *path, static_cast<unsigned>(path->size())});
    if (path->empty()) plan.takes_whole_body = true;
  }
  for (std::size_t part = 0; part < kPartCount; ++part) {
    for (const Source& source : shape.of(static_cast<Part>(part))) {
      plan.sources[part].push_back(planned(source, plan));
    }
  }
  if (shape.rules == Shape::Rules::cloudevents) {
    plan.specversion = plan.event_names.add({"specversion"});
    plan.origin = plan.event_names.add({"source"});
  }
  plan.events_rank.assign(plan.body_names.size(), 0);
  for (std::size_t i = 0; i < plan.events.size(); ++i) {
    if (plan.events[i].node != Trie::kNone) plan.events_rank[plan.events[i].node] = static_cast<std::uint8_t>(i + 1);
  }
}

// Bytes that a value takes at most, beside those of the event that it may repeat; see write_value().
std::size_t fixed_bytes(AnswerValue value, const Plan& plan) {
  constexpr std::size_t kText = kIdBytesMax * kEscapeBytesMax + 2;
  const auto text_of = [&](Part part) { return may_be_outside(plan.of(part)) ? kText : std::size_t{4}; };
  switch (value) {
    case AnswerValue::event_type:
      // Rules may give it another name, or take it out of the event, which is then shorter than it.
      return 2 + (plan.has_rules ? std::max(kText, plan.options.rules->set().rename_bytes_max()) : text_of(Part::type));
    case AnswerValue::user_id:
      return text_of(Part::user);
    case AnswerValue::id:
      return text_of(Part::id);
    case AnswerValue::payload:
      return may_be_outside(plan.of(Part::payload)) ? std::max(kOutsidePayloadBytesMax, kOutsideTextBytesMax) : 0;
    case AnswerValue::hash:
    case AnswerValue::key:
      return kHashBytesMax + 2;
    case AnswerValue::trace_id:
    case AnswerValue::request_id:
    case AnswerValue::path:
      return kText;
    default:
      static_assert(kTimeBytesMax <= 32);
      return 32;  // numbers, a time, {}
  }
}

bool repeats_event(AnswerValue value) noexcept {
  using enum AnswerValue;
  return value == event_type || value == user_id || value == id || value == payload || value == event;
}

void add_answer(Plan& plan) {
  const Options& options = plan.options;
  const std::vector<AnswerMember> members =
      options.answer_members.empty() ? default_answer_members(options.answer) : options.answer_members;
  plan.told_bytes_fixed = 3;  // the brace, and what is between events
  if (options.answer != Answer::none) {
    for (const AnswerMember& member : members) {
      std::string before = (plan.pieces.empty() ? "{\"" : ",\"") + text_in_json(member.name) + "\":";
      const std::size_t size = before.size();
      before.append(kShortCopySlack, '\0');
      plan.pieces.push_back({std::move(before), size, member.value});
      plan.told_bytes_fixed += size + fixed_bytes(member.value, plan);
      plan.event_copies += repeats_event(member.value) ? 1 : 0;
      plan.type_copies += member.value == AnswerValue::event_type ? 1 : 0;
      plan.attribute_copies += member.value == AnswerValue::attributes ? 1 : 0;
      plan.tells_user |= member.value == AnswerValue::user_id || member.value == AnswerValue::key;
      plan.tells_trace |= member.value == AnswerValue::trace_id;
      plan.has_hash |= member.value == AnswerValue::hash;
      plan.has_key |= member.value == AnswerValue::key;
    }
    plan.tells_two_digests = plan.has_hash && plan.has_key && options.hash == HashAlgorithm::sha256;
    plan.tells_default_members = options.answer != Answer::results && members == default_answer_members(options.answer);
  } else if (options.shape.sdk == Sdk::posthog) {
    plan.event_copies = 1;
    plan.told_bytes_fixed += fixed_bytes(AnswerValue::id, plan) + std::string_view(R"("":{"result":"drop"})").size();
  }
}

// Whether every list says what the ready-made shape's says.
bool is_ready_made(const Shape& shape) {
  const std::optional<Shape> made = ready_made_shape("planish");
  if (shape.rules != Shape::Rules::planish || shape.events != made->events) return false;
  for (std::size_t part = 0; part < kPartCount; ++part) {
    const auto spelling = [](const Source& source) -> std::string_view { return source.spelling; };
    if (!std::ranges::equal(shape.of(static_cast<Part>(part)), made->of(static_cast<Part>(part)), {}, spelling,
                            spelling)) {
      return false;
    }
  }
  return true;
}

void add_rules(Plan& plan) {
  plan.has_rules = plan.options.rules != nullptr;
  if (!plan.has_rules) return;
  const rules::RuleSet& set = plan.options.rules->set();
  plan.put_bytes = set.put_bytes();
  for (const Source& source : plan.options.shape.id) {
    if (source.kind == Source::Kind::event && set.reaches(source.path)) plan.tells_edited_id = false;
  }
}

}  // namespace

Plan::Plan(const Options& from) : options(from) {
  add_stages(*this);
  add_rules(*this);
  add_shape(*this);
  add_answer(*this);
  const bool own_answer =
      options.answer == Answer::results &&
      (options.answer_members.empty() || options.answer_members == default_answer_members(Answer::results));
  const bool section1 = is_ready_made(options.shape);
  answers_results = section1 && own_answer && !has_rules;
  is_planish = answers_results && options.batch == nullptr;
  is_planish_told = section1 && !is_planish;
  if (has_rules && !section1) followed.add(options.rules->set(), event_names);
}

}  // namespace planish::core

namespace planish {

Transform::Transform() : Transform(Options{}) {}
Transform::Transform(const Options& options) : plan_(std::make_shared<const core::Plan>(options)) {}

const Options& Transform::options() const noexcept {
  return plan_->options;
}

}  // namespace planish
