// Everything is written once, where it is sent from: the head right-aligned before the events, the tail after.
#include <core/answer.hpp>

#include <core/check.hpp>
#include <core/json_string.hpp>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

namespace planish::core {
namespace {

char* put(std::string_view text, char* out) noexcept {
  return std::copy(text.begin(), text.end(), out);  // unlike memcpy, it takes an empty text at null
}

std::string_view or_null(std::string_view json) noexcept {
  return json.empty() ? "null" : json;
}

}  // namespace

char* AnswerEnds::begin(std::span<char> out, const Plan& plan, Answer answer, bool lenient) noexcept {
  plan_ = &plan;
  answer_ = answer;
  lenient_ = lenient;
  out_end_ = out.data() + out.size();
  events_begin_ = events_end_ = out.data() + kHeadBytesMax;
  return events_begin_;
}

void AnswerEnds::keep(char* events_end, std::string_view user, std::string_view trace, bool shorten_trace) noexcept {
  const bool has_comma = answer_ != Answer::ndjson && events_end != events_begin_;
  events_end_ = has_comma ? events_end - 1 : events_end;
  check(user.size() <= user_.size());
  user_size_ = user.copy(user_.data(), user_.size());
  char* const begin = events_end_ + kTailBytesMax;
  check(trace.size() + kTailBytesMax <= static_cast<std::size_t>(out_end_ - begin));
  char* end = begin;
  if (shorten_trace && trace.size() > 2) {
    *end++ = '"';
    end += write_shortest(trace.substr(1, trace.size() - 2), end);
    *end++ = '"';
  } else {
    end = put(trace, end);
  }
  trace_ = {begin, end};
}

void AnswerEnds::set_flags(bool verbose, std::uint32_t events_ok) noexcept {
  verbose_ = verbose;
  events_ok_ = events_ok;
}

std::span<char> AnswerEnds::finish(std::chrono::nanoseconds elapsed, const FaultList& faults) noexcept {
  if (answer_ == Answer::ndjson) return {events_begin_, events_end_};
  if (answer_ == Answer::none) return finish_for_sdk(faults);
  return finish_object(elapsed, faults);
}

std::span<char> AnswerEnds::finish_object(std::chrono::nanoseconds elapsed, const FaultList& faults) noexcept {
  const std::string_view user = or_null({user_.data(), user_size_});
  constexpr std::string_view kUser = R"({"user_id":)";
  constexpr std::string_view kEvents = R"(,"processed_events":[)";
  char* const begin = events_begin_ - kUser.size() - user.size() - kEvents.size();
  put(kEvents, put(user, put(kUser, begin)));

  char* out = put(R"(],"total_duration_ms":)", events_end_);
  const auto ms = std::max<std::int64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count(), 0);
  out = std::to_chars(out, out + 20, ms).ptr;
  out = put(R"(,"trace_id":)", out);
  const std::string_view trace = or_null(trace_);
  std::memmove(out, trace.data(), trace.size());
  out += trace.size();
  if (lenient_) out = write_errors(out, faults);
  *out++ = '}';
  return {begin, out};
}

// Each SDK's word for "all is well"; `errors` at its end, where there are any.
std::span<char> AnswerEnds::finish_for_sdk(const FaultList& faults) noexcept {
  char* begin = events_begin_;
  char* out = events_end_;
  switch (plan_->options.shape.sdk) {
    case Sdk::none:
      return {};
    case Sdk::segment:
      out = put(R"({"success":true)", begin);
      break;
    case Sdk::posthog: {
      constexpr std::string_view kBefore = R"({"status":1,"results":{)";
      begin -= kBefore.size();
      put(kBefore, begin);
      out = put("}", out);
      break;
    }
    case Sdk::mixpanel:
      if (!verbose_) return {begin, put("1", begin)};
      out = put(R"({"status":1,"error":null)", begin);
      break;
    case Sdk::amplitude:
      out = put(R"({"code":200,"events_ingested":)", begin);
      out = std::to_chars(out, out + 10, events_ok_).ptr;
      break;
  }
  if (lenient_ && faults.total() != 0) out = write_errors(out, faults);
  *out++ = '}';
  return {begin, out};
}

char* AnswerEnds::write_errors(char* out, const FaultList& faults) const noexcept {
  constexpr std::size_t kRestBytesMax = 64;
  out = put(R"(,"errors":[)", out);
  bool first = true;
  for (const Fault& fault : faults.listed()) {
    check(kFaultBytesMax + kRestBytesMax <= static_cast<std::size_t>(out_end_ - out));
    if (!std::exchange(first, false)) *out++ = ',';
    out += write(fault, {out, kFaultBytesMax});
  }
  *out++ = ']';
  if (faults.total() <= kFaultsListed) return out;
  out = put(R"(,"errors_total":)", out);
  return std::to_chars(out, out + 20, faults.total()).ptr;
}

}  // namespace planish::core
