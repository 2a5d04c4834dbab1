// Batch: see its header. What a guest may have done to its memory is looked at in one place, verdict_reader.cpp.
#include <plugin/batch.hpp>

#include <plugin/request_writer.hpp>

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <utility>

namespace planish::plugin {
namespace {

constexpr Failure failure(Ended ended) noexcept {
  switch (ended) {
    case Ended::deadline:
      return Failure::deadline;
    case Ended::stack:
      return Failure::stack;
    case Ended::trap:
      return Failure::trap;
    case Ended::returned:
      break;
  }
  return Failure::none;
}

// Results of one request at most; also what the copies of them take.
std::size_t output_bytes_max(const Batch::Bounds& bounds) noexcept {
  return bounds.body_bytes_max;
}

}  // namespace

Batch::Batch(std::unique_ptr<Instance> instance, const Options& options, const Bounds& bounds)
    : log_(options.log),
      instance_(std::move(instance)),
      fields_(instance_->fields().begin(), instance_->fields().end()),
      deadline_(options.deadline),
      errors_(options.errors),
      state_(options.state),
      bounds_(bounds),
      // A payload, attributes, and a type or a reason.
      check_(output_bytes_max(bounds), std::size_t{bounds.events_max} * 3, bounds.numbers_finite) {}

std::size_t Batch::out_bytes(std::size_t body_bytes) const noexcept {
  return batch_output_bytes_max(body_bytes, output_bytes_max(bounds_));
}

BatchAnswer Batch::judge(const BatchRequest& request) noexcept {
  assert(request.events.size() <= bounds_.events_max);
  count_ = request.events.size();
  std::fill_n(out_.data(), std::exchange(dirty_, 0), BatchVerdict{});
  if (out_.size() < count_) out_.resize(count_);
  all_stay_ = true;
  check_.clear();
  has_json_ = false;
  output_left_ = out_bytes(request.body_bytes);
  begun_ = Ticker::Clock::now();
  instance_->wasi().begin(request.received_at, request.request_id, begun_);
  const GuestMemory::Use use(instance_->memory());
  unsigned failures = 0;
  for (std::size_t first = 0; first < count_;) {
    if (failures == kFailuresPerRequestMax) {
      fail(first, count_, failure_of(out_[first - 1]));
      break;
    }
    first = run_from(request, first, first == 0 ? begun_ : Ticker::Clock::now(), failures);
    instance_->memory().hide();
  }
  if (all_stay_) {
    tally_.actions[static_cast<std::size_t>(Action::keep)].add(count_);
  } else {
    check_texts();
    settle();
    dirty_ = count_;
  }
  tally_.set_memory(instance_->memory().size(), instance_->memory().open_bytes());
  return {{out_.data(), count_}, all_stay_};
}

// Returns the first event that has not been judged.
std::size_t Batch::run_from(const BatchRequest& request, std::size_t first, Ticker::Clock::time_point now,
                            unsigned& failures) noexcept {
  std::size_t at = 0;
  std::int32_t result = 0;
  tally_.calls.add();
  Failure failed = prepare(request, first, now + deadline_, at);
  const bool written = failed == Failure::none;
  if (written) failed = failure(instance_->call(Function::events, static_cast<std::int32_t>(at), 0, result));
  if (failed == Failure::none && result == 0) {
    read_verdicts(at, first, count_);
    return count_;
  }
  if (failed == Failure::none) {
    note("planish_events returned %lld", result);
    failed = Failure::result;
  } else if (failed != Failure::memory) {
    ++failures;
    note_message();
  }
  instance_->wasi().tell_failure(last_failure());
  const bool ended_at_one = failed != Failure::result && written;
  const std::size_t current = ended_at_one ? current_event(at) : count_;
  if (current >= count_ - first) {
    fail(first, count_, failed);
    return count_;
  }
  read_verdicts(at, first, first + current);
  fail(first + current, first + current + 1, failed);
  return first + current + 1;
}

// Brings the guest's memory to where the call begins: what other requests left is gone, and this one is in it.
Failure Batch::prepare(const BatchRequest& request, std::size_t first, Ticker::Clock::time_point until,
                       std::size_t& at) noexcept {
  if (!instance_->begin()) {
    note("it could not be started again", 0);
    return Failure::memory;
  }
  instance_->set_deadline(until);
  const RequestLayout layout(request, first, fields_.size());
  verdicts_at_ = layout.verdicts;
  const std::size_t kept = state_ == State::request ? instance_->buffer() : 0;
  const std::size_t out = out_bytes(request.body_bytes);
  if (kept == 0 || layout.end + out > kBufferBytes ||
      !write_request(request, layout, first, out, {instance_->memory(), kept, kBufferBytes})) {
    return prepare_elsewhere(request, layout, first, at);
  }
  instance_->put_back(kept, kept + layout.end);
  at = kept;
  return Failure::none;
}

// A request that is too large for the buffer that is there anyway.
Failure Batch::prepare_elsewhere(const BatchRequest& request, const RequestLayout& layout, std::size_t first,
                                 std::size_t& at) noexcept {
  instance_->put_back(0, 0);
  const std::size_t out = out_bytes(request.body_bytes);
  const std::size_t bytes = layout.end + out;
  GuestMemory& memory = instance_->memory();
  if (bytes > memory.bytes_max()) {
    note("a request of %lld bytes is more than plugin_memory", static_cast<std::int64_t>(bytes));
    return Failure::memory;
  }
  std::int32_t given = 0;
  const Ended ended = instance_->call(Function::buffer, static_cast<std::int32_t>(bytes), 0, given);
  if (ended != Ended::returned) return failure(ended);
  at = static_cast<std::uint32_t>(given);
  if (at == 0 || at % kAlignment != 0 || at > memory.size() || bytes > memory.size() - at ||
      !write_request(request, layout, first, out, {memory, at, bytes})) {
    note("planish_buffer gave no room for %lld bytes", static_cast<std::int64_t>(bytes));
    return Failure::memory;
  }
  return Failure::none;
}

// Which event the guest was at, as it says itself.
std::size_t Batch::current_event(std::size_t at) const noexcept {
  std::uint32_t current = 0;
  std::memcpy(&current, instance_->memory().data() + at + offsetof(RequestRecord, current), sizeof current);
  return current;
}

void Batch::fail(std::size_t first, std::size_t end, Failure failure) noexcept {
  all_stay_ = false;
  std::fill(out_.data() + first, out_.data() + end,
            BatchVerdict{.action = Action::fail, .failure = static_cast<std::uint8_t>(failure)});
}

void Batch::note(const char* format, std::int64_t number) noexcept {
  const int bytes = std::snprintf(failure_text_.data(), failure_text_.size(), format, static_cast<long long>(number));
  failure_bytes_ = std::min(static_cast<std::size_t>(std::max(bytes, 0)), failure_text_.size() - 1);
}

void Batch::note_message() noexcept {
  const std::string_view message = instance_->message();
  failure_bytes_ = std::min(message.size(), failure_text_.size());
  std::memcpy(failure_text_.data(), message.data(), failure_bytes_);
}

// What the operator wants done about events that failed, and the counts.
void Batch::settle() noexcept {
  for (std::size_t i = 0; i < count_; ++i) {
    BatchVerdict& out = out_[i];
    if (out.action == Action::fail) [[unlikely]] {
      tally_.failures[std::size_t{out.failure}].add();
      if (errors_ == Errors::skip) out.action = Action::drop;
      if (errors_ == Errors::pass) out.action = Action::keep;
    }
    tally_.actions[static_cast<std::size_t>(out.action)].add();
  }
}

}  // namespace planish::plugin
