// FaultList: the faults of one request, with room for all of them from the start.
#pragma once

#include <planish/fault.hpp>
#include <planish/options.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>

namespace planish::core {

// Faults outside the events: each known member with one fault of its value, one for standing twice, one for missing.
inline constexpr std::size_t kRequestFaultsMax = 16;

class FaultList {
 public:
  explicit FaultList(std::size_t events_max)
      : memory_(std::make_unique_for_overwrite<std::byte[]>(memory_bytes_max(events_max))), events_max_(events_max) {}

  void clear() noexcept {
    request_size_ = 0;
    events_size_ = 0;
    by_code_.fill(0);
  }

  // In document order; those of missing members last.
  void add_request(const Fault& fault) noexcept {
    assert(request_size_ < kRequestFaultsMax);
    slots()[request_size_++] = fault;
    ++by_code_[static_cast<std::size_t>(fault.code)];
  }
  // The first fault of an event; each event has one at most.
  void add_event(const Fault& fault) noexcept {
    assert(events_size_ < events_max_);
    slots()[kRequestFaultsMax + events_size_++] = fault;
    ++by_code_[static_cast<std::size_t>(fault.code)];
  }
  // When all are there: puts those of the request right before those of the events.
  void seal() noexcept { std::move_backward(slots(), slots() + request_size_, slots() + kRequestFaultsMax); }

  [[nodiscard]] bool has_request_fault() const noexcept { return request_size_ != 0; }
  [[nodiscard]] std::uint32_t events_invalid() const noexcept { return events_size_; }
  [[nodiscard]] std::uint32_t count(Errc code) const noexcept { return by_code_[static_cast<std::size_t>(code)]; }
  // After seal(): the first ones of all, those of the request before those of the events.
  [[nodiscard]] std::span<const Fault> first(std::size_t size_max) const noexcept {
    return {slots() + kRequestFaultsMax - request_size_, std::min(request_size_ + events_size_, size_max)};
  }
  [[nodiscard]] static std::size_t memory_bytes_max(std::size_t events_max) noexcept {
    return (kRequestFaultsMax + events_max) * sizeof(Fault);
  }

 private:
  // kRequestFaultsMax for the request, then those of the events. Bytes, so that room that is never needed is never
  // touched.
  [[nodiscard]] Fault* slots() const noexcept { return reinterpret_cast<Fault*>(memory_.get()); }
  static_assert(std::is_trivially_copyable_v<Fault> && std::is_aggregate_v<Fault>);

  std::unique_ptr<std::byte[]> memory_;
  [[maybe_unused]] std::size_t events_max_;  // asserted alone
  std::size_t request_size_ = 0;
  std::uint32_t events_size_ = 0;
  std::array<std::uint32_t, kErrcCount> by_code_{};
};

}  // namespace planish::core
