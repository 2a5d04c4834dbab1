// Transformer: the memory of a thread's transforms, a pass through the body, and the two ends of the answer around the
// events.
#include <planish/transformer.hpp>

#include <core/check.hpp>
#include <core/copy.hpp>
#include <core/diagnose.hpp>
#include <core/json_string.hpp>
#include <core/pass.hpp>
#include <core/results.hpp>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

namespace planish {
namespace {

using namespace core;

// The answer's text, behind room for its head:
//
//   |<- kHeadBytesMax ->|
//   |    {"user_id":1,… | events … ],"total_duration_ms":0,"trace_id":"…"}
//        ^ finish() begins here
constexpr std::size_t kUserIdBytesMax = 20;  // the digits of 2^64-1
constexpr std::size_t kTraceIdBytes = 32;    // of traceparent
constexpr std::size_t kHeadBytesMax = std::string_view(R"({"user_id":,"processed_events":[)").size() + kUserIdBytesMax;
// The tail, without the trace id of metadata and the faults: two numbers of up to 20 digits, the trace id of
// traceparent.
constexpr std::size_t kTailBytesMax =
    std::string_view(R"(],"total_duration_ms":,"trace_id":"","errors":[],"errors_total":})").size() + 2 * 20 +
    kTraceIdBytes;

}  // namespace

class Transformer::Impl {
 public:
  explicit Impl(const Limits& limits)
      : limits_(limits),
        index_(limits.body_bytes_max),
        scratch_(std::make_unique_for_overwrite<char[]>(scratch_bytes())) {}

  void prepare(const Plan& plan);
  const Outcome& transform(const Plan& plan, PaddedView body, const Context& context, std::span<char> out) noexcept;
  std::span<char> finish(std::chrono::nanoseconds elapsed) noexcept;
  [[nodiscard]] std::size_t memory_bytes_max(const Plan& plan) const noexcept;
  [[nodiscard]] const Limits& limits() const noexcept { return limits_; }

 private:
  [[nodiscard]] std::size_t scratch_bytes() const noexcept { return limits_.body_bytes_max + kScratchSlack; }
  const Outcome& refuse_text(std::string_view body) noexcept;
  const Outcome& judge(const Pass& pass) noexcept;
  const Outcome& conclude(Verdict verdict, std::uint32_t total, std::uint32_t dropped) noexcept;
  void keep(const Pass& pass) noexcept;
  char* write_trace_id(char* out) noexcept;
  char* write_errors(char* out) noexcept;

  Limits limits_;
  StructuralIndex index_;
  std::optional<canonical::Form> form_;
  std::size_t form_bytes_max_ = 0;
  std::unique_ptr<char[]> scratch_;
  FaultList faults_;
  Outcome outcome_;

  // Between transform() and finish().
  InvalidEvents mode_ = InvalidEvents::refuse;
  const char* out_end_ = nullptr;
  char* events_begin_ = nullptr;
  char* events_end_ = nullptr;
  std::string_view trace_id_;  // of metadata: with its quotes, behind room for what comes before it; else empty
  std::string_view fallback_;  // of traceparent
  char user_id_[kUserIdBytesMax + kCopySlack] = {};
  std::size_t user_id_size_ = 0;
};

void Transformer::Impl::prepare(const Plan& plan) {
  index_.prepare();
  const std::size_t canonical_bytes_max = plan.options.canonical == Canonical::jcs ? limits_.body_bytes_max : 0;
  if (!form_ || form_bytes_max_ < canonical_bytes_max) form_.emplace(canonical_bytes_max);
  form_bytes_max_ = std::max(form_bytes_max_, canonical_bytes_max);
}

const Outcome& Transformer::Impl::transform(const Plan& plan, PaddedView body, const Context& context,
                                            std::span<char> out) noexcept {
  check(body.size() <= limits_.body_bytes_max);
  prepare(plan);
  faults_.clear();
  mode_ = context.invalid_events;
  fallback_ = context.trace_id;
  out_end_ = out.data() + out.size();
  events_begin_ = out.data() + kHeadBytesMax;

  if (!index_.build(body.text())) return refuse_text(body.text());
  char* const sentinel = body.data() + body.size();
  const char behind = std::exchange(*sentinel, '\0');
  Pass pass{.body = body.text(),
            .index = index_,
            .plan = plan,
            .context = context,
            .events_max = limits_.events_max,
            .form = *form_,
            .source = canonical::Source(body.text()),
            .faults = faults_,
            .scratch = {plan, {scratch_.get(), scratch_bytes()}},
            .out = events_begin_,
            .out_end = out_end_};
  const bool read = read_planish(pass);
  *sentinel = behind;
  if (!read) return refuse_text(body.text());
  return judge(pass);
}

// Neither stage 1 nor the pass says what is wrong, or where.
const Outcome& Transformer::Impl::refuse_text(std::string_view body) noexcept {
  const Diagnosis diagnosis = diagnose(body);
  check(diagnosis.kind != Diagnosis::Kind::valid);
  faults_.clear();
  outcome_.syntax_offset = diagnosis.offset;
  if (diagnosis.kind != Diagnosis::Kind::too_deep) return conclude(Verdict::not_json, 0, 0);
  faults_.add_request({.code = Errc::too_deep, .number = kDepthMax});
  return conclude(Verdict::invalid_request, 0, 0);
}

const Outcome& Transformer::Impl::judge(const Pass& pass) noexcept {
  Verdict verdict = Verdict::ok;
  if (faults_.request_size() != 0) {
    verdict = Verdict::invalid_request;
  } else if (mode_ == InvalidEvents::refuse && faults_.events_invalid() != 0) {
    verdict = Verdict::invalid_events;
  } else {
    keep(pass);
  }
  return conclude(verdict, pass.events_total, pass.events_dropped);
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

// What finish() needs, so that it does not need the body.
void Transformer::Impl::keep(const Pass& pass) noexcept {
  user_id_size_ = pass.user_id.size();
  check(user_id_size_ <= kUserIdBytesMax);
  std::memcpy(user_id_, pass.user_id.data(), user_id_size_);
  events_end_ = pass.out == events_begin_ ? pass.out : pass.out - 1;  // without the last comma
  trace_id_ = {};
  if (!pass.has_metadata) return;
  char* const begin = events_end_ + kTailBytesMax;
  check(pass.trace_id.size() + kTailBytesMax + 2 <= static_cast<std::size_t>(out_end_ - begin));
  *begin = '"';
  char* end = begin + 1;
  end += write_shortest(pass.trace_id, end);
  *end++ = '"';
  trace_id_ = {begin, static_cast<std::size_t>(end - begin)};
}

std::span<char> Transformer::Impl::finish(std::chrono::nanoseconds elapsed) noexcept {
  char head[kHeadBytesMax + kCopySlack];
  char* head_end = copy_literal<"{\"user_id\":">(head);
  head_end = copy_text({user_id_, user_id_size_}, head_end);
  head_end = copy_literal<",\"processed_events\":[">(head_end);
  const auto head_size = static_cast<std::size_t>(head_end - head);
  char* const begin = events_begin_ - head_size;
  std::memcpy(begin, head, head_size);

  char* out = copy_literal<"],\"total_duration_ms\":">(events_end_);
  const auto ms = std::max<std::int64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count(), 0);
  out = std::to_chars(out, out + 20, ms).ptr;
  out = copy_literal<",\"trace_id\":">(out);
  out = write_trace_id(out);
  if (mode_ == InvalidEvents::skip) out = write_errors(out);
  *out++ = '}';
  return {begin, out};
}

char* Transformer::Impl::write_trace_id(char* out) noexcept {
  if (!trace_id_.empty()) {
    std::memmove(out, trace_id_.data(), trace_id_.size());
    return out + trace_id_.size();
  }
  if (fallback_.empty()) return copy_literal<"null">(out);
  check(fallback_.size() == kTraceIdBytes);
  *out++ = '"';
  std::memcpy(out, fallback_.data(), kTraceIdBytes);
  out[kTraceIdBytes] = '"';
  return out + kTraceIdBytes + 1;
}

char* Transformer::Impl::write_errors(char* out) noexcept {
  out = copy_literal<",\"errors\":[">(out);
  bool first = true;
  for (const Fault& fault : faults_.listed()) {
    check(kFaultBytesMax + kTailBytesMax <= static_cast<std::size_t>(out_end_ - out));
    if (!std::exchange(first, false)) *out++ = ',';
    out += write(fault, {out, kFaultBytesMax});
  }
  *out++ = ']';
  if (faults_.total() <= kFaultsListed) return out;
  out = copy_literal<",\"errors_total\":">(out);
  return std::to_chars(out, out + 20, faults_.total()).ptr;
}

std::size_t Transformer::Impl::memory_bytes_max(const Plan& plan) const noexcept {
  const std::size_t canonical = plan.options.canonical == Canonical::jcs ? limits_.body_bytes_max : 0;
  return sizeof(*this) + index_.memory_bytes_max() + scratch_bytes() + canonical::Form::memory_bytes_max(canonical);
}

Transform::Transform(const Options& options) : plan_(std::make_shared<const Plan>(options)) {}

const Options& Transform::options() const noexcept {
  return plan_->options;
}

Transformer::Transformer(const Limits& limits) : impl_(std::make_unique<Impl>(limits)) {}
Transformer::Transformer(Transformer&&) noexcept = default;
Transformer& Transformer::operator=(Transformer&&) noexcept = default;
Transformer::~Transformer() = default;

void Transformer::prepare(const Transform& transform) {
  impl_->prepare(transform.plan());
}

// The events' part: each valid event has kPlanishEventBytesMin bytes at least, and takes kResultBytesMax beside its
// type, which is never longer than in the body; room for the longest one is asked for, whatever its type. Behind it:
// the tail and, beyond it, where it waits, metadata's trace id, never longer than in the body too. Then the faults,
// each of an event of two bytes at least, a value and a comma; no more than kFaultsListed.
std::size_t Transformer::answer_bytes_max(const Transform&, std::size_t body_bytes, InvalidEvents mode) const noexcept {
  const std::size_t events_max = impl_->limits().events_max;
  const std::size_t valid_max = std::min(events_max, body_bytes / kPlanishEventBytesMin + 1);
  const std::size_t listed_max =
      mode == InvalidEvents::skip ? std::min({kFaultsListed, events_max, body_bytes / 2 + 1}) : 0;
  return kHeadBytesMax + body_bytes + valid_max * kResultBytesMax + listed_max * (kFaultBytesMax + 1) +
         2 * kTailBytesMax + kSentTypeBytesMax + kWriteSlack;
}

std::size_t Transformer::memory_bytes_max(const Transform& transform) const noexcept {
  return impl_->memory_bytes_max(transform.plan());
}

const Outcome& Transformer::transform(const Transform& transform, PaddedView body, const Context& context,
                                      std::span<char> out) noexcept {
  check(out.size() >= answer_bytes_max(transform, body.size(), context.invalid_events));
  return impl_->transform(transform.plan(), body, context, out);
}

std::span<char> Transformer::finish(std::chrono::nanoseconds elapsed) noexcept {
  return impl_->finish(elapsed);
}

std::string_view xxhash_version() noexcept {
  static const std::string version = std::to_string(XXH_VERSION_MAJOR) + '.' + std::to_string(XXH_VERSION_MINOR) + '.' +
                                     std::to_string(XXH_VERSION_RELEASE);
  return version;
}

}  // namespace planish
