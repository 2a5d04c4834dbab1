// What a batch is told of the events of section 1's answer. Their reader keeps nothing of a plain one: its record is
// made from the structural index, for those who read it.
#include <core/batched.hpp>

#include <core/check.hpp>
#include <core/contract/skip.hpp>
#include <core/digits.hpp>
#include <core/results.hpp>
#include <core/tokens.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace planish::core {
namespace {

constexpr std::size_t kAll = SIZE_MAX;
constexpr unsigned kWantedRequests = 256;

// The members of a plain event by their values' tokens, and the token after the payload. The event's are
//
//   { "event_type" : "…" , "timestamp" : 1 , "payload" : … }
//
// in any order: a type and a time are one token each, so that what is not found from the front is found from the end.
struct Members {
  Index type;
  Index time;
  Index payload;
  Index behind;
};

Members members_of(const char* body, Index begin, Index end) noexcept {
  constexpr std::ptrdiff_t kMember = 4;  // with its comma
  const auto letter = [body](Index name) { return body[*name + 1]; };
  const Index first = begin + 3;
  const Index last = end - 1;
  const char of_first = letter(begin + 1);
  if (of_first == 'p') {
    const Index behind = end - 2 * kMember;
    const bool is_type = letter(behind + 1) == 'e';
    return {is_type ? behind + 3 : last, is_type ? last : behind + 3, first, behind};
  }
  const bool is_type = of_first == 'e';
  if (letter(begin + kMember + 1) == 'p') {
    return {is_type ? first : last, is_type ? last : first, first + kMember, end - kMember};
  }
  const Index second = first + kMember;
  return {is_type ? first : second, is_type ? second : first, second + kMember, end};
}

// The first token of the object that ends before `behind`.
Index first_of(const char* body, Index behind) noexcept {
  int depth = 0;
  do {
    depth += contract::kDepthSteps[static_cast<unsigned char>(body[*--behind])];
  } while (depth != 0);
  return behind;
}

// Without the white space before the token at `end`.
std::uint32_t without_space(const char* body, std::uint32_t end) noexcept {
  while (is_space(body[end - 1])) [[unlikely]]-- end;
  return end;
}

}  // namespace

void Batched::begin_results(char* out, Index first, std::string_view user) noexcept {
  results_ = out;
  first_ = first;
  next_ = nullptr;
  user_ = add_text(user);
  unmade_ = writes_records() ? 0 : kAll;
}

void Batched::have_records(std::size_t count) noexcept {
  if (records_.size() < count) records_.resize(std::max<std::size_t>({count, 2 * records_.size(), 128}));
}

Batched::Records Batched::records(std::uint32_t events_max) noexcept {
  have_records(std::min<std::size_t>(events_max, body_.size() / kPlanishEventBytesMin + 1) + 1);
  return {records_.data(), base_, user_};
}

void Batched::end_results(std::uint32_t total, Index behind) noexcept {
  behind_ = behind;
  count_ = total - skipped_.size();
  unmade_ = std::min(unmade_, count_);
}

void Batched::add_result(const Event& event, Index behind) noexcept {
  const std::size_t i = event.index - skipped_.size();
  have_records(i + 1);
  unmade_ = std::min(unmade_, i);
  const std::uint32_t begin = *(next_ != nullptr ? next_ : first_of(body_.data(), behind));
  next_ = behind + 1;
  BatchEvent& record = records_[i];
  const std::uint32_t payload = *event.payload_first;
  record.event = {base_ + begin, behind[-1] + 1 - begin};  // with its brace
  record.payload = {base_ + payload, without_space(body_.data(), event.payload_end) - payload};
  record.time = read_digits(event.ms);
  record.user = user_;
  if (event.type_has_escapes) {
    add_unescaped(event.type, record);
  } else {
    record.type = in_body(event.type);
  }
}

// All of the body that is theirs, where none was left out: an offset in the body, and the bytes from there.
BatchText Batched::all_events() const noexcept {
  if (results_ == nullptr) {
    const BatchText first = records_[0].event;
    const BatchText last = records_[count_ - 1].event;
    return {first.at - base_, last.at + last.bytes - first.at};
  }
  const std::uint32_t begin = *first_;
  return {begin, behind_[-2] + 1 - begin};
}

// The next request's are likely to be wanted, too.
void Batched::make() noexcept {
  if (unmade_ == 0) return;
  wanted_left_ = kWantedRequests;
  make_records();
}

// Of the events that were left out among them not much is known: they may be anything that is JSON, or a mark.
void Batched::make_records() noexcept {
  const char* const body = body_.data();
  const std::uint32_t base = base_;
  const BatchText user = user_;
  Index begin = first_;
  std::uint32_t number = 0;
  auto skipped = skipped_.begin();
  for (BatchEvent& record : std::span(records_).first(unmade_)) {
    for (; skipped != skipped_.end() && *skipped == number; ++skipped, ++number)
      begin = contract::skip(body, begin) + 1;
    const Index end = contract::skip(body, begin);
    const Index brace = end - 1;
    const Members of = members_of(body, begin, brace);
    const char* const type = body + *of.type + 1;
    record.type = {base + *of.type + 1, static_cast<std::uint32_t>(closing_quote(body + of.type[1]) - type)};
    // In front of the digits are the event's brace, the name, the member events: more than 16 bytes.
    Digits digits;
    check(load_digits(body + *of.time, of.time[1] - of.time[0], digits));
    record.time = value_of(digits);
    record.user = user;
    record.payload = {base + *of.payload, without_space(body, *of.behind) - *of.payload};
    record.event = {base + *begin, *brace + 1 - *begin};
    begin = end + 1;  // after a comma
    ++number;
  }
  unmade_ = 0;
}

}  // namespace planish::core
