// The time of section 1's event where it is no number that is copied as it stands: once for all readers. Date-times and
// short integers come often; what else an endpoint takes does not. In a header, since readers keep more in registers
// where the compiler sees what this leaves alone.
#pragma once

#include <core/digits.hpp>
#include <core/event.hpp>
#include <core/fault_detail.hpp>
#include <core/found.hpp>
#include <core/pass.hpp>
#include <core/time_value.hpp>
#include <core/timestamp.hpp>
#include <core/walk_value.hpp>

#include <cstdint>
#include <string_view>

namespace planish::core {

class PlanishTime {
 public:
  static constexpr Place kPlace{"/events", true, "/timestamp"};
  static constexpr unsigned kDepth = 3;  // containers around the value: request, events, event

  // The value begins at `next`. Sets the event's `ms` or its fault. Returns the token after it, null where it is no
  // JSON.
  [[gnu::noinline]] static Index read(const Pass& pass, Event& event, Index next) noexcept {
    const Options& options = pass.plan.options;
    const char* const body = pass.body.data();
    const char* const at = body + *next;
    // Text and the rest are apart, so that a short integer saves no registers for them.
    if (*at == '"' && options.timestamps == Timestamps::strict) return read_text(pass, event, next);
    const std::string_view sent(at, body + next[1]);
    if (options.timestamp_unit != TimestampUnit::ms || !is_short_integer(at, sent.size())) {
      return read_other(pass, event, next);
    }
    event.ms = sent;
    return next + 1;
  }

 private:
  [[gnu::noinline]] static Index read_text(const Pass& pass, Event& event, Index next) noexcept {
    const char* const body = pass.body.data();
    std::string_view text = string_content(body + *next, body + next[1]);
    if (pass.has_escapes) {
      text = plain(pass, text);
      if (text.data() == nullptr) return nullptr;
    }
    const ParsedTimestamp parsed = parse_rfc3339(text);
    parsed.detail == TimestampDetail::ok ? set(event, parsed.ms) : refuse(event, bad_timestamp({}, parsed), *next);
    return next + 1;
  }

  // Without escapes; from null: they are wrong.
  [[gnu::noinline]] static std::string_view plain(const Pass& pass, std::string_view content) noexcept {
    if (!has_escape(content)) return content;
    if (!has_valid_escapes(content)) return {};
    return unescaped(content, pass.scratch.bytes);
  }

  [[gnu::noinline]] static Index read_other(const Pass& pass, Event& event, Index next) noexcept {
    const Options& options = pass.plan.options;
    const char* const body = pass.body.data();
    const Index behind =
        pass.has_escapes ? skip_value<true>(body, next, kDepth) : skip_value<false>(body, next, kDepth);
    if (behind == nullptr) return nullptr;
    const char* end = body + *behind;
    while (is_space(end[-1])) --end;
    const TimeValue time =
        read_time({body + *next, end}, options.timestamp_unit, options.timestamps, pass.scratch.bytes);
    time.ok ? set(event, time.ms) : refuse(event, time.fault, *next);
    return behind;
  }

  static void set(Event& event, std::int64_t ms) noexcept {
    char* const begin = event.ms_digits.data();
    static_assert(Event::kMsBytesMax >= kDigitsRoom);
    event.ms = {begin, write_digits(ms, begin)};
  }

  [[gnu::cold]] static void refuse(Event& event, Fault fault, FaultRank rank) noexcept {
    fault.place = kPlace;
    fault.event = event.index;
    event.refuse(fault, rank);
  }
};

}  // namespace planish::core
