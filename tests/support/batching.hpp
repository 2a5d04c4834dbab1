// A batch that a test scripts, between the pass and the answer: what it is shown of each event, and its verdicts.
#pragma once

#include <planish/batch.hpp>
#include <planish/padded_view.hpp>
#include <planish/transformer.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace planish::support {

// An event as a stage is told of it, its texts found where they are said to be.
struct Seen {
  std::string_view type;
  std::int64_t time;
  std::string_view user;
  std::string_view id;
  std::string_view payload;
  std::string_view event;
  std::vector<std::string_view> fields;
};

inline Seen seen_of(const BatchRequest& request, std::size_t i) {
  const auto text = [&](BatchText at) -> std::string_view {
    const std::size_t offset = at.at - request.text_base;
    if (at.bytes == 0) return {};
    if (offset >= request.added_at) return request.added.substr(offset - request.added_at, at.bytes);
    EXPECT_GE(offset, request.sent_at);
    EXPECT_LE(offset + at.bytes, request.sent_at + request.sent.size());
    return request.sent.substr(offset - request.sent_at, at.bytes);
  };
  const BatchEvent& event = request.events.made()[i];
  Seen seen{text(event.type), event.time, text(event.user), text(event.id), text(event.payload), text(event.event), {}};
  const std::size_t each = request.fields.size() / request.events.size();
  for (const BatchText field : request.fields.subspan(i * each, each)) seen.fields.push_back(text(field));
  for (const std::uint32_t rest : event.rest) EXPECT_EQ(rest, 0U);
  return seen;
}

using Judge = std::function<BatchVerdict(const Seen&)>;

// The texts of verdicts are followed by padding, as the interface wants it.
inline std::string padded(std::string text) {
  text.reserve(text.size() + kPadding);
  return text;
}

class Scripted final : public BatchStage {
 public:
  Scripted(Judge judge, std::vector<std::string_view> fields, std::function<bool()> asks)
      : judge_(std::move(judge)), fields_(std::move(fields)), asks_(std::move(asks)) {}
  std::span<const std::string_view> fields() const noexcept override { return fields_; }
  std::uint32_t text_base() const noexcept override { return 4096; }
  BatchAnswer judge(const BatchRequest& request) noexcept override {
    verdicts_.assign(asks_() ? 0 : request.events.size(), BatchVerdict{});
    if (!asks_()) return {verdicts_, true};
    for (std::size_t i = 0; i < request.events.size(); ++i) verdicts_.push_back(judge_(seen_of(request, i)));
    return {verdicts_, false};
  }

 private:
  Judge judge_;
  std::vector<std::string_view> fields_;
  std::function<bool()> asks_;
  std::vector<BatchVerdict> verdicts_;
};

class Maker final : public BatchMaker {
 public:
  [[nodiscard]] std::size_t memory_bytes_max(const Limits&) const noexcept override { return 0; }
  // Where it does not ask, it looks at no event and keeps them all.
  Maker(
      Judge judge, std::vector<std::string_view> fields, std::function<bool()> asks = [] { return true; })
      : judge_(std::move(judge)), fields_(std::move(fields)), asks_(std::move(asks)) {}
  std::unique_ptr<BatchStage> make(const Limits&) const override {
    return std::make_unique<Scripted>(judge_, fields_, asks_);
  }

 private:
  Judge judge_;
  std::vector<std::string_view> fields_;
  std::function<bool()> asks_;
};

struct Answered {
  std::shared_ptr<Transformer> transformer;  // whose the outcome is
  Outcome outcome;
  std::string faults;  // "3:rejected because, "
  std::string content;
};

inline Answered transform(std::string body, Judge judge, InvalidEvents mode = InvalidEvents::skip,
                          std::vector<std::string_view> fields = {}, std::optional<Answer> answer = {},
                          Canonical canonical = Options{}.canonical, std::vector<AnswerMember> members = {}) {
  Options options;
  if (answer) options.answer = *answer;
  options.canonical = canonical;
  options.answer_members = std::move(members);
  if (judge) options.batch = std::make_shared<Maker>(std::move(judge), std::move(fields));
  const Transform transform(options);
  Answered answered{std::make_shared<Transformer>(), {}, {}, {}};
  Transformer& transformer = *answered.transformer;
  const std::size_t size = body.size();
  body.resize(size + kPadding);
  constexpr std::size_t kBehind = std::size_t{1} << 20;
  std::vector<char> out(transformer.answer_bytes_max(transform, size) + kBehind, '~');
  Context context;
  context.invalid_events = mode;
  answered.outcome =
      transformer.transform(transform, PaddedView(body, size), context, std::span(out).first(out.size() - kBehind));
  EXPECT_EQ(std::count(out.end() - kBehind, out.end(), '~'), kBehind) << "written behind the room";
  for (const Fault& fault : answered.outcome.faults) {
    answered.faults.append(std::to_string(fault.event)).append(1, ':').append(code(fault.code));
    if (fault.code == Errc::rejected) answered.faults.append(fault.words);
    answered.faults.append(1, ' ');
  }
  if (answered.outcome.verdict == Verdict::ok) {
    const std::span<char> content = transformer.finish(std::chrono::nanoseconds{0});
    answered.content.assign(content.begin(), content.end());
  }
  return answered;
}

inline std::string request_of(const std::string& events) {
  return R"({"user_id":7,"events":[)" + events + R"(],"metadata":{"source":"s","trace_id":"t"}})";
}

}  // namespace planish::support
