// The endpoint's own transform finds the events: what it says of them is their type and payload, a line each.
#include <app/contract_drafting.hpp>

#include <planish/padded_view.hpp>
#include <planish/transformer.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace planish::app {
namespace {

constexpr std::string_view kBeforeType = R"({"t":")", kBeforePayload = R"(","p":)", kBehind = "}\n";

// An event may stand alone, and nothing but its type and payload matters.
Options for_drafts(Options options) {
  Shape& shape = options.shape;
  shape.rules = Shape::Rules::own;
  shape.sdk = Sdk::none;
  if (std::find(shape.events.begin(), shape.events.end(), "") == shape.events.end()) shape.events.emplace_back();
  const Shape plain = own_shape("draft");
  shape.time = plain.time;
  shape.user = plain.user;
  shape.id = plain.id;
  shape.trace = plain.trace;
  options.contracts = nullptr;
  options.canonical = Canonical::raw;
  options.answer = Answer::ndjson;
  options.answer_members = {{"t", AnswerValue::event_type}, {"p", AnswerValue::payload}};
  return options;
}

class Drafting {
 public:
  Drafting(const Options& options, std::size_t body_bytes_max, const std::function<void(std::string_view)>& tell)
      : transform_(for_drafts(options)),
        transformer_(Limits{.body_bytes_max = body_bytes_max, .events_max = kEventsMax}),
        room_bytes_(transformer_.answer_bytes_max(transform_, body_bytes_max)),
        room_(std::make_unique_for_overwrite<char[]>(room_bytes_)),
        tell_(tell) {}

  [[nodiscard]] bool is_json(std::span<char> buffer, std::size_t size) {
    return transform(buffer, size, InvalidEvents::refuse).verdict != Verdict::not_json;
  }

  // False, and nothing is told: it is not JSON.
  bool add(std::span<char> buffer, std::size_t size, std::string_view where) {
    const Outcome& outcome = transform(buffer, size, InvalidEvents::skip);
    if (outcome.verdict == Verdict::not_json) return false;
    for (const Fault& fault : outcome.faults) {
      std::array<char, kFaultBytesMax> text;
      tell_(fmt::format("{}{}", where, std::string_view(text.data(), write(fault, text))));
    }
    if (outcome.events_invalid > kFaultsListed) {
      tell_(fmt::format("{}{} events in all are left out", where, outcome.events_invalid));
    }
    if (outcome.verdict != Verdict::ok) return true;
    const std::span<char> content = transformer_.finish({});
    take({content.data(), content.size()});
    return true;
  }

  [[nodiscard]] ContractDrafts& drafts() noexcept { return drafts_; }

 private:
  static constexpr std::uint32_t kEventsMax = 10'000'000;  // as --max-events may be

  const Outcome& transform(std::span<char> buffer, std::size_t size, InvalidEvents mode) {
    return transformer_.transform(transform_, PaddedView(buffer, size), {.invalid_events = mode},
                                  {room_.get(), room_bytes_});
  }

  void take(std::string_view lines) {
    while (!lines.empty()) {
      const std::string_view line = lines.substr(0, lines.find('\n') + 1);
      lines.remove_prefix(line.size());
      const std::size_t type_end = line.find(kBeforePayload);
      const std::string_view type = line.substr(kBeforeType.size(), type_end - kBeforeType.size());
      const std::size_t payload = type_end + kBeforePayload.size();
      if (!drafts_.add(type, line.substr(payload, line.size() - payload - kBehind.size()))) {
        tell_(fmt::format("the type \"{}\" is one too many for a folder; left out", type));
      }
    }
  }

  Transform transform_;
  Transformer transformer_;
  std::size_t room_bytes_;
  std::unique_ptr<char[]> room_;
  const std::function<void(std::string_view)>& tell_;
  ContractDrafts drafts_;
};

struct Line {
  std::size_t begin, size, number;
};

// Those that are not blank.
std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t size = std::min(text.find('\n', begin), text.size()) - begin;
    ++number;
    if (text.substr(begin, size).find_first_not_of(" \t\r") != std::string_view::npos) {
      lines.push_back({begin, size, number});
    }
    begin += size + 1;
  }
  return lines;
}

}  // namespace

// A line is read where it lies; what stands after it serves as its padding, and is what it was afterwards.
ContractDrafts draft_contracts(const Options& options, std::span<char> buffer, std::size_t size,
                               const std::function<void(std::string_view)>& tell) {
  Drafting drafting(options, size, tell);
  const std::vector<Line> lines = lines_of({buffer.data(), size});
  if (lines.size() < 2 || drafting.is_json(buffer, size)) {
    if (!lines.empty() && !drafting.add(buffer, size, "")) tell("is not JSON");
    return std::move(drafting.drafts());
  }
  std::vector<std::size_t> wrong;
  for (const Line& line : lines) {
    const std::string where = fmt::format("line {}: ", line.number);
    if (!drafting.add(buffer.subspan(line.begin), line.size, where)) wrong.push_back(line.number);
  }
  if (wrong.size() == lines.size()) {
    tell("is neither JSON nor JSON a line");
    return std::move(drafting.drafts());
  }
  for (std::size_t i = 0; i < std::min(wrong.size(), kFaultsListed); ++i)
    tell(fmt::format("line {}: is not JSON", wrong[i]));
  if (wrong.size() > kFaultsListed) tell(fmt::format("{} lines in all are not JSON", wrong.size()));
  return std::move(drafting.drafts());
}

}  // namespace planish::app
