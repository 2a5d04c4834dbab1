// Outcome: what a transform says of a request.
#pragma once

#include <planish/fault.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace planish {

enum class Verdict : std::uint8_t {
  ok,               // call finish()
  not_json,         // 400; syntax_offset says where
  invalid_request,  // 422: a fault outside the events (those of the events are listed after it)
  invalid_events,   // 422: only in InvalidEvents::refuse
};

// Valid until the next transform().
struct Outcome {
  Verdict verdict = Verdict::ok;
  // After Verdict::not_json: the first byte with which the body stops being the beginning of a JSON text.
  std::size_t syntax_offset = 0;
  std::uint32_t events_total = 0;    // that the body has
  std::uint32_t events_invalid = 0;  // of those, with a fault
  std::uint32_t events_dropped = 0;  // of those, left out by what is configured
  std::uint32_t request_faults = 0;  // outside of the events
  // In the order of the contract: the request's own, then the first one of each invalid event. The first kFaultsListed
  // of them.
  std::span<const Fault> faults{};
  // By code: how many invalid events had this as their first fault, or the request as one of its.
  std::array<std::uint32_t, kErrcCount> count{};

  // In an answer, after Verdict::ok.
  [[nodiscard]] std::uint32_t events_ok() const noexcept { return events_total - events_invalid - events_dropped; }
  [[nodiscard]] std::uint32_t counted(Errc code) const noexcept { return count[static_cast<std::size_t>(code)]; }
};

}  // namespace planish
