// Each question is an answer of one member, a line an event; sources are asked for as if each were the payload's.
#include <app/explanation.hpp>

#include <http/body_guess.hpp>

#include <planish/canonical.hpp>
#include <planish/padded_view.hpp>
#include <planish/transformer.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace planish::app {
namespace {

using Lines = std::vector<std::string>;
using ByEvent = std::map<std::uint32_t, std::string>;  // by the event's number

class Asking {
 public:
  Asking(const Options& options, const Limits& limits, Context context, std::string_view body)
      : options_(options), context_(context), body_(body), transformer_(limits) {
    context_.invalid_events = InvalidEvents::skip;
  }

  // What the endpoint says of each event that it answers.
  ByEvent member(AnswerValue value) { return numbered(options_, value); }

  // The same before the plugin has it: what rules leave.
  ByEvent before_plugin(AnswerValue value) {
    Options without = options_;
    without.batch = nullptr;
    return numbered(without, value);
  }

  // What stands at a source in each event that has it, before anything is done with it.
  ByEvent at(const Source& source) {
    Options raw;
    raw.shape = options_.shape;
    raw.shape.rules = Shape::Rules::own;
    raw.shape.sdk = Sdk::none;
    std::string problem;
    raw.shape.type = {*parse_source("=event", Part::type, problem)};
    raw.shape.time = {*parse_source("received", Part::time, problem)};
    raw.shape.user = raw.shape.id = raw.shape.trace = {*parse_source("null", Part::user, problem)};
    raw.shape.payload = {source, *parse_source("null", Part::payload, problem)};
    raw.shape.payload.front().unit.reset();
    if (source.is_always_there()) raw.shape.payload.pop_back();
    raw.canonical = Canonical::raw;
    return numbered(raw, AnswerValue::payload);
  }

  // The faults as an answer would list them, by event; those outside the events are at `request`.
  ByEvent faults(Lines& request) {
    ByEvent out;
    run(options_, AnswerValue::index);
    for (auto& [event, text] : faults_) {
      if (request.size() < outcome_.request_faults) {
        request.push_back(std::move(text));
        continue;
      }
      std::string& all = out[event];
      all += (all.empty() ? "" : "\n") + text;
    }
    return out;
  }
  [[nodiscard]] const Outcome& outcome() const noexcept { return outcome_; }
  [[nodiscard]] std::string_view body() const noexcept { return body_; }

 private:
  ByEvent numbered(const Options& options, AnswerValue value) {
    const Lines numbers = run(options, AnswerValue::index);
    Lines values = run(options, value);
    ByEvent out;
    for (std::size_t i = 0; i < std::min(numbers.size(), values.size()); ++i) {
      std::uint32_t number = 0;
      std::from_chars(numbers[i].data(), numbers[i].data() + numbers[i].size(), number);
      out.emplace(number, std::move(values[i]));
    }
    return out;
  }

  Lines run(Options options, AnswerValue value) {
    options.answer = Answer::ndjson;
    options.answer_members = {{"v", value}};
    const Transform transform(options);
    std::vector<char> body(body_.begin(), body_.end());
    body.resize(body_.size() + kPadding);
    std::vector<char> room(transformer_.answer_bytes_max(transform, body_.size()));
    outcome_ = transformer_.transform(transform, PaddedView(body, body_.size()), context_, room);
    faults_.clear();
    for (const Fault& fault : outcome_.faults) {
      std::string text(kFaultBytesMax, '\0');
      text.resize(write(fault, text));
      faults_.emplace_back(fault.event, std::move(text));
    }
    if (outcome_.verdict != Verdict::ok) return {};
    const std::span<char> told = transformer_.finish({});
    Lines lines;
    constexpr std::string_view kBefore = "{\"v\":";
    for (std::string_view text(told.data(), told.size()); !text.empty();) {
      const std::size_t end = text.find('\n');
      lines.emplace_back(text.substr(kBefore.size(), end - kBefore.size() - 1));
      text.remove_prefix(end + 1);
    }
    return lines;
  }

  const Options& options_;
  Context context_;
  std::string_view body_;
  Transformer transformer_;
  Outcome outcome_;
  std::vector<std::pair<std::uint32_t, std::string>> faults_;  // those of the request first
};

// The first source of a part that is there, and what stands at it, event by event.
struct FoundAt {
  const Source* source = nullptr;
  std::string text;
};

class Explainer {
 public:
  Explainer(const Options& options, Asking& asking) : options_(options), asking_(asking) {}

  std::string text() {
    const ByEvent faults = asking_.faults(request_faults_);
    const Outcome& outcome = asking_.outcome();
    if (outcome.verdict == Verdict::not_json) {
      const std::string_view guess = http::body_guess(asking_.body());
      return guess.empty() ? fmt::format("The body stops being JSON at byte {}.\n", outcome.syntax_offset)
                           : fmt::format("{}.\n", guess);
    }
    const std::uint32_t total = outcome.events_total;
    for (const std::string& fault : request_faults_) out_ += fmt::format("request\n  fault    {}\n", fault);
    if (outcome.verdict != Verdict::ok) return std::move(out_);
    ask();
    const auto shown = std::min<std::uint32_t>(total, static_cast<std::uint32_t>(kEventsExplained));
    for (std::uint32_t event = 0; event < shown; ++event) {
      out_ += fmt::format("event {}\n", event);
      for (std::size_t part = 0; part < kPartCount; ++part) append_part(static_cast<Part>(part), event);
      if (const auto fault = faults.find(event); fault != faults.end()) {
        append_faults(fault->second);
      } else {
        append_what_is_told(event);
      }
    }
    if (shown < total) out_ += fmt::format("and {} more\n", total - shown);
    return std::move(out_);
  }

 private:
  void ask() {
    for (std::size_t part = 0; part < kPartCount; ++part) {
      for (const Source& source : options_.shape.of(static_cast<Part>(part))) {
        const bool has_text = source.kind != Source::Kind::received && source.kind != Source::Kind::null;
        sources_[part].emplace_back(&source, has_text ? asking_.at(source) : ByEvent{});
      }
    }
    sent_ = asking_.at(*parse_whole());
    for (const AnswerValue value : kTold) {
      const bool has_key = options_.hash != HashAlgorithm::prefix8;
      if (value != AnswerValue::key || has_key) told_.emplace(value, asking_.member(value));
    }
    if (options_.batch == nullptr) return;
    for (const AnswerValue value : {AnswerValue::event, AnswerValue::event_type}) {
      before_plugin_.emplace(value, asking_.before_plugin(value));
    }
  }

  static std::optional<Source> parse_whole() {
    std::string problem;
    return parse_source("", Part::payload, problem);
  }

  [[nodiscard]] FoundAt found(Part part, std::uint32_t event) const {
    for (const auto& [source, texts] : sources_[static_cast<std::size_t>(part)]) {
      if (source->kind == Source::Kind::received || source->kind == Source::Kind::null) return {source, {}};
      const auto at = texts.find(event);
      if (at == texts.end() || at->second == "null") continue;
      const bool wants_content = part == Part::type || part == Part::user || part == Part::id;
      if (wants_content && at->second == "\"\"") continue;
      if (part == Part::trace && !at->second.starts_with('"')) continue;
      return {source, at->second};
    }
    return {};
  }

  static std::string text_of(const ByEvent& all, std::uint32_t event) {
    const auto at = all.find(event);
    return at == all.end() ? std::string() : at->second;
  }
  [[nodiscard]] std::string told(AnswerValue value, std::uint32_t event) const {
    return text_of(told_.at(value), event);
  }

  void append_part(Part part, std::uint32_t event) {
    const FoundAt at = found(part, event);
    const std::string spelling = at.source == nullptr ? "nothing" : at.source->spelling;
    out_ += fmt::format("  {:<8} {:<20} {}", name(part), spelling.empty() ? "the whole event" : spelling, at.text);
    if (const std::string ms = told(AnswerValue::normalized_timestamp, event); part == Part::time && !ms.empty()) {
      out_ += fmt::format("{}-> {} {}", at.text.empty() ? "" : " ", ms, told(AnswerValue::time, event));
    }
    while (out_.ends_with(' ')) out_.pop_back();
    out_ += '\n';
  }

  // A fault of a contract names its schema, one of a plugin is its author's words.
  void append_faults(std::string_view faults) {
    while (!faults.empty()) {
      const std::size_t end = std::min(faults.find('\n'), faults.size());
      const std::string_view fault = faults.substr(0, end);
      const auto has = [fault](std::string_view code) {
        return fault.find(fmt::format("\"code\":\"{}\"", code)) != std::string_view::npos;
      };
      const std::string_view who = has("contract") || has("no_contract")     ? "contract"
                                   : has("rejected") || has("plugin_failed") ? "plugin"
                                                                             : "fault";
      out_ += fmt::format("  {:<8} {}\n", who, fault);
      faults.remove_prefix(std::min(end + 1, faults.size()));
    }
  }

  // An event at one place of its way: as it stands, and what it is called.
  struct Stand {
    std::string event;
    std::string type;
  };
  void append_stage(std::string_view who, std::string_view leave, const Stand& before, const Stand& after) {
    out_ += fmt::format("  {:<8} {} {}", who, leave, before.event == after.event ? "it as it is" : after.event);
    if (before.type != after.type) out_ += fmt::format(", as {}", after.type);
  }

  // False: they drop it.
  bool append_rules_and_plugin(std::uint32_t event) {
    const bool has_plugin = options_.batch != nullptr;
    const bool stays = told_.at(AnswerValue::index).contains(event);
    const std::map<AnswerValue, ByEvent>& left = has_plugin ? before_plugin_ : told_;
    if (!left.at(AnswerValue::event).contains(event)) {
      out_ += "  rules    drop it\n";
      return false;
    }
    const std::string type = found(Part::type, event).text;
    const Stand sent{text_of(sent_, event), canonical_form(type).value_or(type)};
    const Stand ruled{text_of(left.at(AnswerValue::event), event), text_of(left.at(AnswerValue::event_type), event)};
    if (options_.rules != nullptr) {
      append_stage("rules", "leave", sent, ruled);
      out_ += '\n';
    }
    if (!has_plugin) return true;
    if (!stays) {
      out_ += "  plugin   drops it\n";
      return false;
    }
    append_stage("plugin", "leaves", ruled, {told(AnswerValue::event, event), told(AnswerValue::event_type, event)});
    const std::string attributes = told(AnswerValue::attributes, event);
    out_ += attributes == "{}" ? "\n" : fmt::format(", with attributes {}\n", attributes);
    return true;
  }

  void append_what_is_told(std::uint32_t event) {
    if (options_.contracts != nullptr) out_ += "  contract nothing is wrong\n";
    if (!append_rules_and_plugin(event)) return;
    const std::string payload = told(AnswerValue::payload, event);
    const bool raw = options_.canonical == Canonical::raw;
    const std::string form = raw ? payload : canonical_form(payload).value_or(payload);
    out_ += fmt::format("  form     {}\n  hash     {}\n", form, told(AnswerValue::hash, event));
    if (options_.hash == HashAlgorithm::prefix8) return;
    const FoundAt time = found(Part::time, event);
    const bool stays = time.source != nullptr && time.source->kind != Source::Kind::received &&
                       time.source->kind != Source::Kind::body;
    const auto canonical = [&](AnswerValue value) {
      const std::string text = told(value, event);
      return canonical_form(text).value_or(text);
    };
    out_ += fmt::format("  key      {} of [{},{},{},{}]\n", told(AnswerValue::key, event),
                        canonical(AnswerValue::user_id), canonical(AnswerValue::event_type),
                        stays ? told(AnswerValue::normalized_timestamp, event) : "null", form);
  }

  static constexpr std::array<AnswerValue, 10> kTold = {
      AnswerValue::index,     AnswerValue::event_type, AnswerValue::normalized_timestamp,
      AnswerValue::time,      AnswerValue::user_id,    AnswerValue::hash,
      AnswerValue::key,       AnswerValue::payload,    AnswerValue::event,
      AnswerValue::attributes};

  const Options& options_;
  Asking& asking_;
  Lines request_faults_;
  std::array<std::vector<std::pair<const Source*, ByEvent>>, kPartCount> sources_;
  ByEvent sent_;
  std::map<AnswerValue, ByEvent> told_;
  std::map<AnswerValue, ByEvent> before_plugin_;  // empty: there is none
  std::string out_;
};

}  // namespace

std::string explain(const Options& options, const Limits& limits, const Context& context, std::span<char> buffer,
                    std::size_t size) {
  Asking asking(options, limits, context, {buffer.data(), size});
  return Explainer(options, asking).text();
}

}  // namespace planish::app
