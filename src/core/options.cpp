// What an answer can tell, by name, and what can be wrong with the options of an endpoint.
#include <planish/options.hpp>

#include <bytes/utf8.hpp>
#include <core/shape/pointer.hpp>

#include <algorithm>
#include <array>

namespace planish {
namespace {

constexpr std::array<std::string_view, kAnswerValueCount> kValues{
    "event_type", "normalized_timestamp", "time",  "received_at", "user_id",    "id",  "hash", "key", "payload",
    "event",      "attributes",           "index", "trace_id",    "request_id", "path"};
static_assert(static_cast<std::size_t>(AnswerValue::path) + 1 == kAnswerValueCount);

bool tells(const Options& options, AnswerValue value) {
  const std::vector<AnswerMember>& set = options.answer_members;
  const std::vector<AnswerMember> all = set.empty() ? default_answer_members(options.answer) : set;
  return options.answer != Answer::none &&
         std::ranges::any_of(all, [value](const AnswerMember& member) { return member.value == value; });
}

}  // namespace

std::string_view name(AnswerValue value) noexcept {
  return kValues[static_cast<std::size_t>(value)];
}

std::optional<AnswerMember> parse_answer_member(std::string_view text, std::string& problem) {
  const std::size_t equals = text.rfind('=');
  const std::string_view value = equals == text.npos ? text : text.substr(equals + 1);
  const std::string_view told = equals == text.npos ? text : text.substr(0, equals);
  const auto found = std::ranges::find(kValues, value);
  problem.clear();
  if (found == kValues.end()) {
    problem = "is neither a value of an event nor NAME=VALUE; the values are ";
    for (const std::string_view known : kValues) problem += std::string(known == kValues[0] ? "" : ", ").append(known);
  } else if (told.empty()) {
    problem = "a name is needed before the =";
  } else if (told.size() > kAnswerNameBytesMax) {
    problem = "the name has more than 256 bytes";
  } else if (!bytes::is_utf8(told)) {
    problem = "the name is not UTF-8";
  }
  if (!problem.empty()) return std::nullopt;
  return AnswerMember{std::string(told), static_cast<AnswerValue>(found - kValues.begin())};
}

std::vector<AnswerMember> default_answer_members(Answer answer) {
  using enum AnswerValue;
  std::vector<AnswerMember> members;
  const auto add = [&members](AnswerValue value) { members.push_back({std::string(name(value)), value}); };
  if (answer == Answer::results) {
    for (const AnswerValue value : {event_type, normalized_timestamp, hash}) add(value);
  } else if (answer != Answer::none) {
    for (const AnswerValue value : {event_type, normalized_timestamp, user_id, id, hash, key, event}) add(value);
  }
  return members;
}

std::vector<std::string> problems(const Options& options) {
  std::vector<std::string> found;
  for (const ShapeProblem& problem : problems(options.shape)) {
    found.push_back("shape " + options.shape.name + ": " + problem.key + ": " + problem.words);
  }
  const std::vector<AnswerMember>& members = options.answer_members;
  if (members.size() > kAnswerMembersMax) found.push_back("answer_members: more than 32");
  for (std::size_t i = 0; i < members.size(); ++i) {
    const auto same = [&](const AnswerMember& other) { return other.name == members[i].name; };
    if (std::any_of(members.begin(), members.begin() + static_cast<std::ptrdiff_t>(i), same)) {
      found.push_back("answer_members: \"" + members[i].name + "\" stands twice");
    }
  }
  if (options.acknowledges && options.answer == Answer::none) {
    found.push_back("answer: none leaves an upstream nothing; it takes ndjson, events or results");
  }
  if (options.hash == HashAlgorithm::prefix8 && tells(options, AnswerValue::key)) {
    found.push_back("hash: prefix8 identifies no event, so answer_members can have no key");
  }
  return found;
}

}  // namespace planish
