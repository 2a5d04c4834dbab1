// What a batch is told of the events of section 1's answer. Their reader keeps of each only where it begins: the record
// of a plain one is made from there in a few steps, for those who read it.
#include <core/batched.hpp>

#include <core/check.hpp>
#include <core/digits.hpp>
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

// Without the white space before the token at `end`.
std::uint32_t without_space(const char* body, std::uint32_t end) noexcept {
  while (is_space(body[end - 1])) [[unlikely]]-- end;
  return end;
}

}  // namespace

Batched::Results Batched::begin_results(char* out, std::string_view user) noexcept {
  results_ = out;
  user_ = add_text(user);
  unmade_ = writes_records() ? 0 : kAll;
  return results(0);
}

Batched::Results Batched::grow_results(std::uint32_t number) noexcept {
  begins_.resize(std::max<std::size_t>(2 * begins_.size(), 128));
  return results(number);
}

// One of the begins is behind all events.
Batched::Results Batched::results(std::uint32_t number) noexcept {
  const std::size_t room = begins_.empty() ? 0 : begins_.size() - 1;
  if (writes_records() && records_.size() < room) records_.resize(room);
  return {begins_.data() + number, static_cast<std::uint32_t>(room), records_.data() + (number - skipped_.size()),
          base_, user_};
}

void Batched::end_results(std::uint32_t total, Index behind) noexcept {
  if (total < begins_.size()) begins_[total] = behind;  // else they are too many, and nobody is asked
  count_ = total - skipped_.size();
  unmade_ = std::min(unmade_, count_);
}

void Batched::add_result(const Event& event, std::uint32_t begin, Index behind) noexcept {
  if (records_.size() < begins_.size()) records_.resize(begins_.size());
  const std::size_t i = event.index - skipped_.size();
  unmade_ = std::min(unmade_, i);
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
  if (unmade_ == 0) {
    const BatchText first = records_[0].event;
    const BatchText last = records_[count_ - 1].event;
    return {first.at - base_, last.at + last.bytes - first.at};
  }
  const std::uint32_t begin = *begins_[0];
  return {begin, begins_[count_][-2] + 1 - begin};
}

// The next request's are likely to be wanted, too.
void Batched::make() noexcept {
  if (unmade_ == 0) return;
  wanted_left_ = kWantedRequests;
  make_records();
}

void Batched::make_records() noexcept {
  const char* const body = body_.data();
  const std::uint32_t base = base_;
  const BatchText user = user_;
  const Index* begin = begins_.data();
  auto skipped = skipped_.begin();
  for (BatchEvent& record : std::span(records_).first(unmade_)) {
    for (; skipped != skipped_.end() && *skipped == static_cast<std::size_t>(begin - begins_.data()); ++skipped)
      ++begin;
    const Index brace = begin[1] - 2;  // before the comma in front of the next one, or the last bracket
    const Members of = members_of(body, *begin, brace);
    const char* const type = body + *of.type + 1;
    record.type = {base + *of.type + 1, static_cast<std::uint32_t>(closing_quote(body + of.type[1]) - type)};
    // In front of the digits are the event's brace, the name, the member events: more than 16 bytes.
    Digits digits;
    check(load_digits(body + *of.time, of.time[1] - of.time[0], digits));
    record.time = value_of(digits);
    record.user = user;
    record.payload = {base + *of.payload, without_space(body, *of.behind) - *of.payload};
    record.event = {base + **begin, *brace + 1 - **begin};
    ++begin;
  }
  unmade_ = 0;
}

}  // namespace planish::core
