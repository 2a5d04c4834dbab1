// An event, under rules of every verb: what is left is JSON, is what the rules leave of it again where they say the
// same twice, and holds nothing of what was to be removed, masked or hashed.
#include <core/rules/apply.hpp>

#include <core/diagnose.hpp>
#include <planish/rules.hpp>
#include <planish/transformer.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

using namespace planish::core;

namespace {

std::shared_ptr<const rules::RuleSet> compiled(const std::vector<planish::Rule>& all) {
  auto result = rules::RuleSet::compile(all, "0123456789abcdef");
  if (result.set == nullptr) std::abort();
  return result.set;
}

// Empty: it is too large.
std::string left(const rules::RuleSet& set, std::string_view event, std::size_t growth = 4096,
                 bool has_escapes = true) {
  const auto body = std::make_unique<char[]>(event.size() + planish::kPadding);
  std::memcpy(body.get(), event.data(), event.size());
  StructuralIndex index(event.size());
  if (!index.build({body.get(), event.size()})) std::abort();
  rules::RulesScratch scratch(event.size(), growth);
  const std::string_view whole(body.get(), event.size());
  const rules::Original original{.base = body.get(),
                                 .first = index.begin(),
                                 .whole = whole,
                                 .type = "t",
                                 .payload = whole,
                                 .has_escapes = has_escapes,
                                 .payload_first = index.begin()};
  const auto said = rules::apply(set, original, scratch);
  if (said.verdict != rules::Left::Verdict::kept) return {};
  if (said.payload != said.whole || diagnose(said.whole).kind != Diagnosis::Kind::valid) std::abort();
  // The tokens that are told of it are its own.
  if (said.changed) {
    const auto copy = std::make_unique<char[]>(said.whole.size() + planish::kPadding);
    std::memcpy(copy.get(), said.whole.data(), said.whole.size());
    StructuralIndex own(said.whole.size());
    if (!own.build({copy.get(), said.whole.size()})) std::abort();
    if (!std::equal(own.begin(), own.end() + 2, said.payload_first)) std::abort();
  }
  return std::string(said.whole);
}

// Rules whose places the reader goes to itself: what is left is the same as where one more, which finds nothing, makes
// them look for their places.
class Followed {
 public:
  Followed() : met_(options({})), looked_for_(options({"/\x01\x02\x03/*"})) {}
  void expect_the_same(std::string_view event) {
    const Said met = said(met_, event), looked_for = said(looked_for_, event);
    if (met.verdict != looked_for.verdict || met.invalid != looked_for.invalid || met.text != looked_for.text)
      std::abort();
  }

 private:
  struct Said {
    planish::Verdict verdict;
    std::uint32_t invalid;
    std::string text;
  };
  static planish::Options options(std::vector<std::string> removed) {
    using planish::Part, planish::AnswerValue;
    removed.insert(removed.end(), {"/a", "/b/c", "/b/e/f", "/l/m", "/u/v"});
    const std::vector<planish::Rule> rules{
        {.remove = removed, .mask = {"/m"}, .hash = {"/h", "/b/d"}, .truncate_ip = {"/i"}},
        {.remove = {"/h"}, .set = {{"/b/g", "1"}}}};
    planish::Options made;
    made.shape = planish::own_shape("own");
    std::string problem;
    const auto source = [&problem](std::string_view text, Part part) {
      return *planish::parse_source(text, part, problem);
    };
    made.shape.type = {source("=t", Part::type)};
    made.shape.user = {source("/h", Part::user), source("null", Part::user)};
    made.shape.id = {source("/b/d", Part::id), source("null", Part::id)};
    made.shape.payload = {source("/b", Part::payload), source("", Part::payload)};
    made.answer = planish::Answer::ndjson;
    made.answer_members = {{"user", AnswerValue::user_id},    {"id", AnswerValue::id},
                           {"key", AnswerValue::key},         {"hash", AnswerValue::hash},
                           {"payload", AnswerValue::payload}, {"event", AnswerValue::event}};
    made.rules = planish::Rules::compile(rules, "0123456789abcdef").rules;
    if (made.rules == nullptr) std::abort();
    return made;
  }
  Said said(const planish::Transform& transform, std::string_view event) {
    body_.assign(event.size() + planish::kPadding, '\0');
    std::copy(event.begin(), event.end(), body_.begin());
    out_.resize(transformer_.answer_bytes_max(transform, event.size()));
    const planish::Context context{.invalid_events = planish::InvalidEvents::skip};
    const planish::Outcome& outcome =
        transformer_.transform(transform, planish::PaddedView(body_, event.size()), context, out_);
    Said made{outcome.verdict, outcome.events_invalid, {}};
    if (made.verdict != planish::Verdict::ok) return made;
    const std::span<char> text = transformer_.finish(std::chrono::nanoseconds{0});
    made.text.assign(text.begin(), text.end());
    return made;
  }

  planish::Transform met_, looked_for_;
  planish::Transformer transformer_;
  std::vector<char> body_, out_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view event(reinterpret_cast<const char*>(data), size);
  while (!event.empty() && std::string_view(" \t\r\n").find(event.front()) != std::string_view::npos)
    event.remove_prefix(1);
  while (!event.empty() && std::string_view(" \t\r\n").find(event.back()) != std::string_view::npos)
    event.remove_suffix(1);
  if (event.empty() || diagnose(event).kind != Diagnosis::Kind::valid) return 0;
  static const auto all =
      compiled({{.remove = {"/a", "/b/*/c", "/l/*"}, .mask = {"/m/*"}, .hash = {"/h", "/b/d"}, .truncate_ip = {"/i"}},
                {.set = {{"/s/t/u", "{\"v\":[1]}"}, {"/b/e", "null"}}},
                {.mask = {"/s/t/u/v/*", "/b"}}});
  static const auto same_twice =
      compiled({{.remove = {"/a", "/b/*/c", "/*/*/a", "/l/*"}, .set = {{"/s/t", "1"}, {"/b/e", "[]"}}}});
  static Followed followed;
  followed.expect_the_same(event);
  // With limits as small as the inputs, so that what goes beyond one is seen.
  const std::string large = left(*all, event);
  if (event.find('\\') == event.npos && left(*all, event, 4096, false) != large) std::abort();
  for (const std::size_t growth : {std::size_t{0}, std::size_t{1}, event.size(), large.size()}) {
    const std::string small = left(*all, event, growth);
    if (!small.empty() && (small != large || small.size() > 2 * event.size() + growth)) std::abort();
  }
  const std::string once = left(*same_twice, event);
  if (once.empty() || left(*same_twice, once) != once) std::abort();
  return 0;
}
