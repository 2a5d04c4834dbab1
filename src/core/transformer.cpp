// Transformer: the walk, what it says of a request, and the two ends of the answer around the events.
#include <planish/transformer.hpp>

#include <core/check.hpp>
#include <core/copy.hpp>
#include <core/diagnose.hpp>
#include <core/json_string.hpp>
#include <core/walk.hpp>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>
#include <utility>

namespace planish {
namespace {

using namespace core;

// The answer's text, right behind its head in `out`:
//
//   |<- kHeadroom ->|<- kHeadBytesMax ->|
//   | HTTP head     |    {"user_id":1,… | events … ],"total_duration_ms":0,"trace_id":"…"}
//                        ^ finish() begins here
constexpr std::size_t kUserIdBytesMax = 20;  // the digits of 2^64-1
constexpr std::size_t kHeadBytesMax = std::string_view(R"({"user_id":,"processed_events":[)").size() + kUserIdBytesMax;
// The tail, without the trace id of metadata and the faults: two numbers of up to 20 digits, the trace id of
// traceparent.
constexpr std::size_t kTailBytesMax =
    std::string_view(R"(],"total_duration_ms":,"trace_id":"","errors":[],"errors_total":})").size() + 2 * 20 + 32;

}  // namespace

class Transformer::Impl {
 public:
  explicit Impl(const Options& options)
      : options_(options),
        index_(options.body_bytes_max),
        form_(options.canonical == Canonical::jcs ? options.body_bytes_max : 0) {}

  Verdict transform(PaddedView body, std::span<char> out, InvalidEvents mode) noexcept;
  std::span<char> finish(std::chrono::nanoseconds elapsed, std::optional<std::string_view> trace_id) noexcept;

  Options options_;
  StructuralIndex index_;
  canonical::Form form_;
  FaultList faults_;
  std::uint32_t events_total_ = 0;
  std::size_t syntax_offset_ = 0;

 private:
  Verdict refuse_text(std::string_view body) noexcept;
  Verdict judge(const Walk& walk, InvalidEvents mode) noexcept;
  void keep(const Walk& walk) noexcept;
  char* write_trace_id(char* out, std::optional<std::string_view> fallback) noexcept;
  char* write_errors(char* out) noexcept;

  // Between transform() and finish().
  InvalidEvents mode_ = InvalidEvents::refuse;
  const char* out_end_ = nullptr;
  char* events_begin_ = nullptr;
  char* events_end_ = nullptr;
  std::string_view trace_id_;  // with its quotes, behind room for what comes before it; without metadata empty
  char user_id_[kUserIdBytesMax + kCopySlack] = {};
  std::size_t user_id_size_ = 0;
};

Verdict Transformer::Impl::transform(PaddedView body, std::span<char> out, InvalidEvents mode) noexcept {
  check(body.size() <= options_.body_bytes_max);
  faults_.clear();
  events_total_ = 0;
  mode_ = mode;
  out_end_ = out.data() + out.size();
  events_begin_ = out.data() + kHeadroom + kHeadBytesMax;

  if (!index_.build(body.text())) return refuse_text(body.text());
  char* const sentinel = body.data() + body.size();
  const char behind = std::exchange(*sentinel, '\0');
  Walk walk{.body = body.text(),
            .index = index_,
            .options = options_,
            .form = form_,
            .source = canonical::Source(body.text()),
            .faults = faults_,
            .out = events_begin_,
            .out_end = out_end_};
  const bool walked = core::walk(walk);
  *sentinel = behind;
  if (!walked) return refuse_text(body.text());
  return judge(walk, mode);
}

// Neither stage 1 nor the walk says what is wrong, or where.
Verdict Transformer::Impl::refuse_text(std::string_view body) noexcept {
  const Diagnosis diagnosis = diagnose(body);
  check(diagnosis.kind != Diagnosis::Kind::valid);
  faults_.clear();
  events_total_ = 0;
  syntax_offset_ = diagnosis.offset;
  if (diagnosis.kind != Diagnosis::Kind::too_deep) return Verdict::not_json;
  faults_.add_request({.code = Errc::too_deep, .member = Member::request, .number = kDepthMax});
  faults_.seal();
  return Verdict::invalid_request;
}

Verdict Transformer::Impl::judge(const Walk& walk, InvalidEvents mode) noexcept {
  faults_.seal();
  events_total_ = walk.events_total;
  if (faults_.has_request_fault()) return Verdict::invalid_request;
  if (mode == InvalidEvents::refuse && faults_.events_invalid() != 0) return Verdict::invalid_events;
  keep(walk);
  return Verdict::ok;
}

// What finish() needs, so that it does not need the body.
void Transformer::Impl::keep(const Walk& walk) noexcept {
  user_id_size_ = walk.user_id.size();
  check(user_id_size_ <= kUserIdBytesMax);
  std::memcpy(user_id_, walk.user_id.data(), user_id_size_);
  events_end_ = walk.out == events_begin_ ? walk.out : walk.out - 1;  // without the last comma
  trace_id_ = {};
  if (!walk.has_metadata) return;
  char* const begin = events_end_ + kTailBytesMax;
  check(walk.trace_id.size() + kTailBytesMax + 2 <= static_cast<std::size_t>(out_end_ - begin));
  *begin = '"';
  char* end = begin + 1;
  end += write_shortest(walk.trace_id, end);
  *end++ = '"';
  trace_id_ = {begin, static_cast<std::size_t>(end - begin)};
}

std::span<char> Transformer::Impl::finish(std::chrono::nanoseconds elapsed,
                                          std::optional<std::string_view> trace_id) noexcept {
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
  out = write_trace_id(out, trace_id);
  if (mode_ == InvalidEvents::skip) out = write_errors(out);
  *out++ = '}';
  return {begin, out};
}

char* Transformer::Impl::write_trace_id(char* out, std::optional<std::string_view> fallback) noexcept {
  if (!trace_id_.empty()) {
    std::memmove(out, trace_id_.data(), trace_id_.size());
    return out + trace_id_.size();
  }
  if (!fallback) return copy_literal<"null">(out);
  check(fallback->size() == 32);
  *out++ = '"';
  std::memcpy(out, fallback->data(), 32);
  out[32] = '"';
  return out + 33;
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

Transformer::Transformer(const Options& options) : Transformer(options, Unprepared{}) {
  prepare();
}
Transformer::Transformer(const Options& options, Unprepared) : impl_(std::make_unique<Impl>(options)) {}
Transformer::Transformer(Transformer&&) noexcept = default;
Transformer& Transformer::operator=(Transformer&&) noexcept = default;
Transformer::~Transformer() = default;

void Transformer::prepare() {
  impl_->index_.prepare();
}

// The events' part: each valid event has kEventBytesMin bytes at least, and takes kEventBytesMax beside its type, which
// is never longer than in the body. What is unescaped or put in order in the room of an event is a part of its text.
// Behind it: the tail and, beyond it, where it waits, metadata's trace id, never longer than in the body too. Then the
// faults, each of an event of two bytes at least, a value and a comma; no more than kFaultsListed.
std::size_t Transformer::answer_bytes_max(std::size_t body_bytes, InvalidEvents mode) const noexcept {
  const std::size_t events_max = impl_->options_.events_max;
  const std::size_t valid_max = std::min(events_max, body_bytes / kEventBytesMin + 1);
  const std::size_t listed_max =
      mode == InvalidEvents::skip ? std::min({kFaultsListed, events_max, body_bytes / 2 + 1}) : 0;
  return kHeadroom + kHeadBytesMax + body_bytes + valid_max * kEventBytesMax + listed_max * (kFaultBytesMax + 1) +
         2 * kTailBytesMax + kWalkSlack;
}

std::size_t Transformer::memory_bytes_max() const noexcept {
  return sizeof(Impl) + impl_->index_.memory_bytes_max() + impl_->form_.memory_bytes_max();
}

void Transformer::set_event_types(std::shared_ptr<const EventTypes> event_types) noexcept {
  impl_->options_.event_types = std::move(event_types);
}

Verdict Transformer::transform(PaddedView body, std::span<char> out, InvalidEvents mode) noexcept {
  check(out.size() >= answer_bytes_max(body.size(), mode));
  return impl_->transform(body, out, mode);
}

std::span<char> Transformer::finish(std::chrono::nanoseconds elapsed,
                                    std::optional<std::string_view> trace_id) noexcept {
  return impl_->finish(elapsed, trace_id);
}

std::string_view xxhash_version() noexcept {
  static const std::string version = std::to_string(XXH_VERSION_MAJOR) + '.' + std::to_string(XXH_VERSION_MINOR) + '.' +
                                     std::to_string(XXH_VERSION_RELEASE);
  return version;
}

std::size_t Transformer::syntax_offset() const noexcept {
  return impl_->syntax_offset_;
}
std::span<const Fault> Transformer::faults() const noexcept {
  return impl_->faults_.listed();
}
std::uint32_t Transformer::events_total() const noexcept {
  return impl_->events_total_;
}
std::uint32_t Transformer::events_invalid() const noexcept {
  return impl_->faults_.events_invalid();
}
std::uint32_t Transformer::fault_count(Errc code) const noexcept {
  return impl_->faults_.count(code);
}

}  // namespace planish
