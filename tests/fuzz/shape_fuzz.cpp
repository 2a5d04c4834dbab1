// Any body through any shape, answer and framing, with a contract and without, and with limits as small as the body: a
// letter for the shape, two digits for the rest, then the body. Whatever it is, the transform keeps to its memory;
// white space behind it changes nothing; what a strict reading takes, a lenient one takes whole; a contract that
// everything fits says what no contract does; and a draft made of the events accepts them.
#include <planish/contract_drafts.hpp>
#include <support/transforming.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

using namespace planish;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

constexpr const char* kStrictSchema = R"({
  "required":["id"],"minProperties":1,"unevaluatedProperties":{"maxLength":4},
  "properties":{
    "id":{"type":["string","integer"],"maxLength":3},"at":{"format":"date-time"},"n":{"minimum":0,"multipleOf":0.5},
    "state":{"enum":["a","b\n"]},"list":{"uniqueItems":true,"items":{"anyOf":[{"type":"null"},{"const":{"a":[1]}}]}}
  }})";

std::shared_ptr<const Contracts> contracts_of(const char* schema) {
  return Contracts::compile({{"t.json", schema}, {"Order%20Completed.json", schema}, {"%24pageview.json", schema}})
      .contracts;
}

Options options_of(char letter, unsigned digit) {
  constexpr std::array kAnswers{Answer::results, Answer::events, Answer::ndjson, Answer::none};
  const auto shapes = ready_made_shapes();
  const auto number = static_cast<std::size_t>(static_cast<unsigned char>(letter)) % (shapes.size() + 1);
  Options options;
  if (number < shapes.size()) {
    options.shape = *ready_made_shape(shapes[number]);
  } else {
    std::string problem;
    options.shape = own_shape("own");
    options.shape.events = {"/a/b", "/batch", ""};
    for (const char* const source : {"/event", "/x/type", "^/type", "=t"})
      options.shape.type.push_back(*parse_source(source, Part::type, problem));
    options.shape.user = {*parse_source("^/u", Part::user, problem), *parse_source("/u", Part::user, problem)};
    options.shape.payload = {*parse_source("/p/q", Part::payload, problem), *parse_source("", Part::payload, problem)};
  }
  options.timestamps = options.shape.timestamps;
  options.answer = kAnswers[digit % 4];
  return options;
}

support::Outcome transformed(const Options& options, std::string_view body, InvalidEvents mode, Framing framing) {
  const Context context{.invalid_events = mode, .framing = framing, .received_at_ms = 1, .path = "/v1/t"};
  support::Outcome outcome = support::Transforming(options, {.body_bytes_max = body.size()})(body, context);
  require(outcome.kept_to_its_memory);
  require(outcome.events_invalid + outcome.events_dropped <= outcome.events_total);
  return outcome;
}

void same(const support::Outcome& a, const support::Outcome& b) {
  require(a.verdict == b.verdict && a.events_total == b.events_total && a.events_invalid == b.events_invalid);
  require(a.text == b.text && a.faults == b.faults);
}

// Drafts of what an NDJSON answer tells as {"t":TYPE,"p":PAYLOAD}.
void draft_accepts(Options options, std::string_view body, InvalidEvents mode, Framing framing) {
  options.answer = Answer::ndjson;
  options.answer_members = {{"t", AnswerValue::event_type}, {"p", AnswerValue::payload}};
  options.canonical = Canonical::raw;
  const support::Outcome told = transformed(options, body, mode, framing);
  if (told.verdict != Verdict::ok) return;
  ContractDrafts drafts;
  for (std::string_view rest = told.text; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() + 1);
    constexpr std::string_view kBetween = R"(","p":)";
    const std::size_t end = line.find(kBetween);
    require(drafts.add(line.substr(6, end - 6),
                       line.substr(end + kBetween.size(), line.size() - end - kBetween.size() - 1)));
  }
  std::vector<ContractFile> files;
  for (DraftedContract& drafted : drafts.contracts())
    files.push_back({std::move(drafted.file), std::move(drafted.text)});
  options.contracts = Contracts::compile(files).contracts;
  options.unknown_contract = UnknownContract::refuse;
  require(options.contracts != nullptr);
  same(told, transformed(options, body, mode, framing));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto strict_contracts = contracts_of(kStrictSchema), idle_contracts = contracts_of("{}");
  if (size < 3) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto first = static_cast<unsigned>(input[1] & 7), second = static_cast<unsigned>(input[2] & 3);
  const std::string_view body = input.substr(3);
  Options options = options_of(input[0], first);
  const InvalidEvents mode = first < 4 ? InvalidEvents::refuse : InvalidEvents::skip;
  const bool lines = second % 2 != 0 && options.shape.takes_lines();
  const Framing framing = lines ? Framing::lines : Framing::json;
  const support::Outcome plain = transformed(options, body, mode, framing);
  if (plain.verdict != Verdict::not_json && !lines)
    same(plain, transformed(options, std::string(body) + " \t", mode, framing));
  options.contracts = idle_contracts;
  same(plain, transformed(options, body, mode, framing));
  if (plain.verdict == Verdict::ok && mode == InvalidEvents::refuse) {
    require(transformed(options, body, InvalidEvents::skip, framing).events_invalid == 0);
  }
  options.contracts = strict_contracts;
  if (second >= 2) options.unknown_contract = UnknownContract::refuse;
  require(transformed(options, body, mode, framing).events_invalid >= plain.events_invalid);
  options.contracts = nullptr;
  draft_accepts(options, body, mode, framing);
  return 0;
}
