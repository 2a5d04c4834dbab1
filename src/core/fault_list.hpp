// FaultList: the faults of one request: all are counted, and as many are kept as an answer lists.
#pragma once

#include <planish/fault.hpp>
#include <planish/options.hpp>

#include <core/check.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace planish::core {

// Faults outside the events. Of user_id and events: one of the value, one for standing twice, or one for missing; the
// same of metadata's source and trace_id; metadata itself cannot be missing. `events` may also have too many elements,
// and a body that is no object has no other fault than that. Five members, two each, and one.
inline constexpr std::size_t kRequestFaultsMax = 11;

class FaultList {
 public:
  void clear() noexcept {
    request_size_ = 0;
    events_size_ = 0;
    further_size_ = 0;
    kept_ = taken_ = 0;
    by_code_.fill(0);
  }

  // In document order; those of missing members last.
  void add_request(const Fault& fault) noexcept {
    check(request_size_ < kRequestFaultsMax);
    slots_[request_size_++] = fault;
    ++by_code_[static_cast<std::size_t>(fault.code)];
  }
  // The first fault of an event. No list has room for more than the first kFaultsListed.
  void add_event(const Fault& fault) noexcept {
    keep(fault);
    ++events_size_;
    ++by_code_[static_cast<std::size_t>(fault.code)];
  }
  // Another one of the same event: only a contract tells more than one.
  void add_further(const Fault& fault) noexcept {
    keep(fault);
    ++further_size_;
  }
  // Moves all faults of events to another list, from which take_events_before() takes them back.
  void move_events_to(FaultList& other) noexcept {
    other.clear();
    if (events_size_ == 0) return;
    const std::size_t listed = std::min(std::size_t{events_size_} + further_size_, kFaultsListed);
    for (std::size_t i = 0; i < listed; ++i) {
      const Fault& fault = slots_[kRequestFaultsMax + i];
      is_first(i) ? other.add_event(fault) : other.add_further(fault);
    }
    other.events_size_ = std::exchange(events_size_, 0);
    other.further_size_ = std::exchange(further_size_, 0);
    other.by_code_ = std::exchange(by_code_, {});
    for (std::size_t i = 0; i < request_size_; ++i) {
      const auto code = static_cast<std::size_t>(slots_[i].code);
      --other.by_code_[code];
      ++by_code_[code];
    }
    other.kept_ = listed;
  }
  // Takes the faults of events below `event`: those that are listed one by one, the rest as numbers with the last of
  // them, since after kFaultsListed none is listed here either.
  void take_events_before(FaultList& other, std::uint32_t event) noexcept {
    for (; other.taken_ < other.kept_; ++other.taken_) {
      const Fault& fault = other.slots_[kRequestFaultsMax + other.taken_];
      if (fault.event >= event) return;
      if (!other.is_first(other.taken_)) {
        add_further(fault);
        --other.further_size_;
        continue;
      }
      add_event(fault);
      --other.events_size_;
      --other.by_code_[static_cast<std::size_t>(fault.code)];
    }
    events_size_ += std::exchange(other.events_size_, 0);
    further_size_ += std::exchange(other.further_size_, 0);
    for (std::size_t i = 0; i < kErrcCount; ++i) by_code_[i] += std::exchange(other.by_code_[i], 0);
  }
  // When all are there: puts those of the request right before those of the events.
  void seal() noexcept {
    std::move_backward(slots_.begin(), slots_.begin() + static_cast<std::ptrdiff_t>(request_size_),
                       slots_.begin() + kRequestFaultsMax);
  }

  [[nodiscard]] std::uint32_t request_size() const noexcept { return request_size_; }
  [[nodiscard]] std::uint32_t events_invalid() const noexcept { return events_size_; }
  [[nodiscard]] std::size_t total() const noexcept { return std::size_t{request_size_} + events_size_ + further_size_; }
  [[nodiscard]] const std::array<std::uint32_t, kErrcCount>& by_code() const noexcept { return by_code_; }
  // After seal(): the first kFaultsListed of all, those of the request before those of the events.
  [[nodiscard]] std::span<const Fault> listed() const noexcept {
    return {slots_.data() + kRequestFaultsMax - request_size_, std::min(total(), kFaultsListed)};
  }

 private:
  // Whether what is listed there is the first fault of its event.
  [[nodiscard]] bool is_first(std::size_t at) const noexcept {
    const Fault* const fault = slots_.data() + kRequestFaultsMax + at;
    return at == 0 || fault->event != fault[-1].event;
  }
  // What `within` says has to outlive the event.
  void keep(const Fault& fault) noexcept {
    const std::size_t at = std::size_t{events_size_} + further_size_;
    if (at >= kFaultsListed) return;
    Fault& slot = slots_[kRequestFaultsMax + at] = fault;
    if (fault.place.within.empty()) return;
    check(fault.place.within.size() <= kPointerBytesMax);
    char* const text = texts_.data() + at * kPointerBytesMax;
    slot.place.within = {text, fault.place.within.copy(text, kPointerBytesMax)};
  }

  // kRequestFaultsMax for the request, then those of the events.
  std::array<Fault, kRequestFaultsMax + kFaultsListed> slots_;
  std::uint32_t request_size_ = 0;
  std::array<char, kFaultsListed * kPointerBytesMax> texts_;
  std::uint32_t events_size_ = 0;
  std::uint32_t further_size_ = 0;
  std::size_t kept_ = 0;  // of move_events_to(): how many are listed, and how many of these have been taken
  std::size_t taken_ = 0;
  std::array<std::uint32_t, kErrcCount> by_code_{};
};

}  // namespace planish::core
