// Transformer: the memory of a thread's transforms, and what becomes of a body: a pass, a second one where events are
// no JSON and may be left out, a verdict.
#include <planish/transformer.hpp>

#include <core/answer.hpp>
#include <core/around.hpp>
#include <core/batched.hpp>
#include <core/binary.hpp>
#include <core/check.hpp>
#include <core/diagnose.hpp>
#include <core/memory.hpp>
#include <core/pass.hpp>
#include <core/results.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace planish {

using namespace core;

class Transformer::Impl {
 public:
  explicit Impl(const Limits& limits) : limits_(limits) {}

  void prepare(const Plan& plan);
  const Outcome& transform(const Plan& plan, PaddedView body, const Context& context, std::span<char> out) noexcept;
  void ended(std::chrono::nanoseconds at) noexcept {
    if (asked_ != nullptr) asked_->ended(at);
  }
  std::span<char> finish(std::chrono::nanoseconds elapsed) noexcept { return ends_.finish(elapsed, faults_); }
  std::span<char> acknowledge() noexcept { return acknowledgement_.finish({}, faults_); }
  [[nodiscard]] const Limits& limits() const noexcept { return limits_; }

 private:
  [[nodiscard]] Batched* batched_for(const Plan& plan);
  void begin(Pass& pass, std::span<char> out, bool lenient) noexcept;
  bool read(Pass& pass) noexcept;
  bool attempt(Pass& pass, PaddedView body) noexcept;
  bool attempt_without_poison(Pass& pass, PaddedView body) noexcept;
  const Outcome& refuse_text(std::string_view body, const Context& context) noexcept;
  const Outcome& refuse_again(Verdict verdict) noexcept;
  const Outcome& judge(Pass& pass) noexcept;
  const Outcome& conclude(Verdict verdict, std::uint32_t total, std::uint32_t dropped) noexcept;
  void keep(const Pass& pass) noexcept;

  Limits limits_;
  std::size_t prepared_bytes_ = 0;
  std::size_t form_bytes_ = 0;
  std::optional<StructuralIndex> index_;
  std::optional<canonical::Form> form_;
  std::unique_ptr<char[]> scratch_;
  std::unique_ptr<std::uint8_t[]> kinds_;  // of the containers of a text that is no JSON: a bit each
  std::unique_ptr<char[]> binary_;
  std::unique_ptr<char[]> key_;
  std::size_t key_bytes_ = 0;
  Marks inside_;
  Marks around_;
  std::unique_ptr<char[]> around_form_;
  Outside outside_;
  Poison poison_;
  std::optional<contract::Scratch> contract_;
  std::size_t contract_bytes_ = 0;
  std::optional<rules::RulesScratch> rules_;
  std::size_t rules_bytes_ = 0;
  std::vector<std::unique_ptr<Batched>> batched_;
  Batched* asked_ = nullptr;  // by the last transform
  FaultList faults_;
  AnswerEnds ends_;
  AnswerEnds acknowledgement_;
  Outcome outcome_;
};

constexpr char kNothing[1 + kPadding] = {};

void Transformer::Impl::prepare(const Plan& plan) {
  asked_ = nullptr;
  const std::size_t bytes = text_bytes_max(plan, limits_);
  if (!index_ || prepared_bytes_ < bytes) {
    prepared_bytes_ = bytes;
    index_.emplace(bytes);
    scratch_ = std::make_unique_for_overwrite<char[]>(bytes + kScratchSlack);
    kinds_ = std::make_unique_for_overwrite<std::uint8_t[]>(bytes / 8 + 1);
  }
  index_->prepare();
  if (const std::size_t canonical = canonical_bytes_max(plan, limits_); !form_ || form_bytes_ < canonical) {
    form_bytes_ = canonical;
    form_.emplace(canonical);
  }
  if (plan.options.shape.rules == Shape::Rules::cloudevents && !binary_) {
    binary_ = std::make_unique_for_overwrite<char[]>(bytes + kPadding);
  }
  if (const std::size_t key = key_bytes_max(plan, limits_); key_bytes_ < key) {
    key_bytes_ = key;
    key_ = std::make_unique_for_overwrite<char[]>(key);
  }
  if (!plan.is_planish && !around_form_) around_form_ = std::make_unique_for_overwrite<char[]>(kAroundFormBytes);
  outside_.prepare(plan);
  if (plan.options.contracts != nullptr && contract_bytes_ < bytes) {
    contract_bytes_ = bytes;
    contract_.emplace(bytes);
  }
  if (plan.has_rules && rules_bytes_ < bytes) {
    rules_bytes_ = bytes;
    rules_.emplace(bytes);
  }
  static_cast<void>(batched_for(plan));
}

// Of each plan that this thread has met, as long as somebody else knows its maker: an endpoint, or a reload under way.
Batched* Transformer::Impl::batched_for(const Plan& plan) {
  if (plan.options.batch == nullptr) return nullptr;
  for (const auto& batched : batched_) {
    if (batched->maker() == plan.options.batch) return batched.get();
  }
  std::erase_if(batched_, [](const auto& batched) { return batched->maker().use_count() == 1; });
  return batched_.emplace_back(std::make_unique<Batched>(limits_, plan.options.batch)).get();
}

const Outcome& Transformer::Impl::transform(const Plan& plan, PaddedView body, const Context& context,
                                            std::span<char> out) noexcept {
  check(body.size() <= limits_.body_bytes_max);
  prepare(plan);
  outside_.look_up(plan, context);
  const bool lenient = context.invalid_events == InvalidEvents::skip;
  const bool by_id = (plan.options.answer == Answer::none || plan.options.acknowledges) &&
                     plan.options.shape.sdk == Sdk::posthog && context.path.starts_with("/i/v1/");
  const Telling telling{plan, context, {}, {key_.get(), key_bytes_}, by_id};
  PaddedView text = body;
  if (context.framing == Framing::binary) {
    check(binary_ != nullptr);
    const std::span<char> room(binary_.get(), prepared_bytes_ + kPadding);
    const std::size_t size = write_structured(context.attributes, body.text(), room.first(prepared_bytes_));
    text = PaddedView(room, size);
  }
  Pass pass{.body = text.text(),
            .index = *index_,
            .plan = plan,
            .context = context,
            .events_max = limits_.events_max,
            .form = *form_,
            .inside = inside_,
            .around = around_,
            .outside = outside_,
            .telling = telling,
            .poison = poison_,
            .around_form = {around_form_.get(), around_form_ ? kAroundFormBytes : 0},
            .source = canonical::Source(std::string_view(kNothing).substr(0, 0)),
            .faults = faults_,
            .scratch = {plan,
                        {scratch_.get(), prepared_bytes_ + kScratchSlack},
                        text.data(),
                        contract_ ? &*contract_ : nullptr,
                        {},
                        rules_ ? &*rules_ : nullptr},
            .batched = batched_for(plan),
            .out = nullptr,
            .out_end = nullptr};
  pass.scratch.source = &pass.source;
  poison_.clear();
  begin(pass, out, lenient);
  if (attempt(pass, text)) return judge(pass);
  // What is wrong, and where, has to be found before the events that are wrong are blanked.
  const Outcome& refused = refuse_text(body.text(), context);
  if (!lenient || context.framing == Framing::binary) return refused;
  const Verdict verdict = refused.verdict;
  begin(pass, out, lenient);
  return attempt_without_poison(pass, text) ? judge(pass) : refuse_again(verdict);
}

// What the client is answered with stands after the room for what somebody else has.
void Transformer::Impl::begin(Pass& pass, std::span<char> out, bool lenient) noexcept {
  const Plan& plan = pass.plan;
  if (plan.options.acknowledges) {
    const std::size_t bytes = acknowledgement_bytes_max(plan, limits_, pass.body.size(),
                                                        lenient ? InvalidEvents::skip : InvalidEvents::refuse);
    check(bytes <= out.size());
    pass.acknowledged = acknowledgement_.begin(out.last(bytes), plan, Answer::none, lenient);
    pass.acknowledged_end = acknowledgement_.out_end();
    out = out.first(out.size() - bytes);
  }
  pass.out = ends_.begin(out, plan, plan.options.answer, lenient);
  pass.out_end = ends_.out_end();
}

bool Transformer::Impl::read(Pass& pass) noexcept {
  if (pass.plan.is_planish) [[likely]]
    return read_planish(pass);
  if (pass.context.framing == Framing::lines) return read_lines(pass);
  return pass.plan.is_planish_told ? read_planish_told(pass) : read_shape(pass);
}

// A pass, with the NUL after the text that stops it.
bool Transformer::Impl::attempt(Pass& pass, PaddedView body) noexcept {
  faults_.clear();
  if (rules_) rules_->begin_request();
  if (pass.batched != nullptr) pass.batched->begin(pass.body);
  if (pass.context.framing == Framing::lines && std::ranges::all_of(body.text(), is_space)) return true;
  if (!index_->build(body.text())) return false;
  char* const sentinel = body.data() + body.size();
  const char behind = std::exchange(*sentinel, '\0');
  pass.begin_source();
  const bool has_read = read(pass);
  *sentinel = behind;
  return has_read;
}

bool Transformer::Impl::attempt_without_poison(Pass& pass, PaddedView body) noexcept {
  const std::span<char> text(body.data(), body.size());
  if (pass.context.framing == Framing::lines) {
    blank_poison_lines(text, poison_);
  } else if (!blank_poison(text, pass.plan, {kinds_.get(), prepared_bytes_ / 8 + 1}, poison_)) {
    return false;
  }
  if (poison_.size() == 0) return false;
  pass.poison_read = pass.events_total = pass.events_dropped = 0;
  pass.user_id = pass.trace_id = {};
  pass.has_around = pass.has_metadata = false;
  return attempt(pass, body);
}

// Neither stage 1 nor the pass says what is wrong, or where.
const Outcome& Transformer::Impl::refuse_text(std::string_view body, const Context& context) noexcept {
  faults_.clear();
  const Diagnosis diagnosis = context.framing == Framing::lines
                                  ? find_bad_line(body)
                                  : diagnose(body, context.framing == Framing::binary ? 1 : 0);
  outcome_.syntax_offset = diagnosis.offset;
  if (diagnosis.kind != Diagnosis::Kind::too_deep) return conclude(Verdict::not_json, 0, 0);
  faults_.add_request({.code = Errc::too_deep, .number = kDepthMax});
  return conclude(Verdict::invalid_request, 0, 0);
}

// The answer of the first pass, after one that tried to go round what is wrong.
const Outcome& Transformer::Impl::refuse_again(Verdict verdict) noexcept {
  faults_.clear();
  if (verdict == Verdict::invalid_request) faults_.add_request({.code = Errc::too_deep, .number = kDepthMax});
  return conclude(verdict, 0, 0);
}

const Outcome& Transformer::Impl::judge(Pass& pass) noexcept {
  const bool strict = pass.context.invalid_events == InvalidEvents::refuse;
  const auto verdict = [&] {
    if (faults_.request_size() != 0) return Verdict::invalid_request;
    return strict && faults_.events_invalid() != 0 ? Verdict::invalid_events : Verdict::ok;
  };
  // Where no event is there, nobody is asked; what is refused anyway needs no batch.
  if (pass.batched != nullptr && !pass.batched->empty() && verdict() == Verdict::ok) {
    pass.batched->finish(pass, *index_);
    asked_ = pass.batched;
  }
  if (verdict() == Verdict::ok) keep(pass);
  return conclude(verdict(), pass.events_total, pass.events_dropped);
}

const Outcome& Transformer::Impl::conclude(Verdict verdict, std::uint32_t total, std::uint32_t dropped) noexcept {
  faults_.seal();
  outcome_.verdict = verdict;
  outcome_.events_total = total;
  outcome_.events_dropped = dropped;
  outcome_.events_invalid = faults_.events_invalid();
  outcome_.request_faults = faults_.request_size();
  outcome_.faults = faults_.listed();
  outcome_.count = faults_.by_code();
  return outcome_;
}

void Transformer::Impl::keep(const Pass& pass) noexcept {
  const bool section1 = pass.plan.is_planish || pass.plan.is_planish_told;
  ends_.keep(pass.out, request_user(pass), request_trace(pass), section1 && pass.has_metadata);
  const bool verbose = pass.plan.options.shape.sdk == Sdk::mixpanel && pass.context.query("verbose") == "1";
  const std::uint32_t ok = pass.events_total - pass.events_dropped - faults_.events_invalid();
  ends_.set_flags(verbose, ok);
  if (!pass.plan.options.acknowledges) return;
  acknowledgement_.keep(pass.acknowledged, {}, {}, false);
  acknowledgement_.set_flags(verbose, ok);
}

Transformer::Transformer(const Limits& limits) : impl_(std::make_unique<Impl>(limits)) {}
Transformer::Transformer(Transformer&&) noexcept = default;
Transformer& Transformer::operator=(Transformer&&) noexcept = default;
Transformer::~Transformer() = default;

void Transformer::prepare(const Transform& transform) {
  impl_->prepare(transform.plan());
}

std::size_t Transformer::answer_bytes_max(const Transform& transform, std::size_t body_bytes,
                                          InvalidEvents mode) const noexcept {
  return core::answer_bytes_max(transform.plan(), impl_->limits(), body_bytes, mode);
}

std::size_t Transformer::memory_bytes_max(std::span<const Transform> transforms) const noexcept {
  std::array<std::size_t, kMemoryKinds> most{};
  for (const Transform& transform : transforms) {
    std::ranges::transform(memory_of(transform.plan(), impl_->limits()), most, most.begin(), std::ranges::max);
  }
  return std::accumulate(most.begin(), most.end(), sizeof(Impl));
}

std::size_t Transformer::batch_bytes_max(const Transform& transform) const noexcept {
  const auto& maker = transform.options().batch;
  if (maker == nullptr) return 0;
  // What was written may have to be put together anew from a copy of it, which has room for half as much again.
  const std::size_t written = answer_bytes_max(transform, impl_->limits().body_bytes_max);
  return Batched::memory_bytes_max(impl_->limits(), *maker) + written + written / 2;
}

const Outcome& Transformer::transform(const Transform& transform, PaddedView body, const Context& context,
                                      std::span<char> out) noexcept {
  check(out.size() >= answer_bytes_max(transform, body.size(), context.invalid_events));
  return impl_->transform(transform.plan(), body, context, out);
}

void Transformer::ended(std::chrono::nanoseconds at) noexcept {
  impl_->ended(at);
}

std::span<char> Transformer::finish(std::chrono::nanoseconds elapsed) noexcept {
  return impl_->finish(elapsed);
}

std::span<char> Transformer::acknowledge() noexcept {
  return impl_->acknowledge();
}

}  // namespace planish
