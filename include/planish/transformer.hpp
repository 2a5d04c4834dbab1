// Transformer: the transform of contract sections 1 to 4. Bytes in, bytes out; no I/O, no clock, no exceptions.
#pragma once

#include <planish/fault.hpp>
#include <planish/options.hpp>
#include <planish/padded_view.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace planish {

enum class Verdict : std::uint8_t {
  ok,               // call finish()
  not_json,         // 400; syntax_offset() says where
  invalid_request,  // 422: a fault outside the events (those of the events are listed behind it)
  invalid_events,   // 422: only in InvalidEvents::refuse
};

// Bytes that transform() leaves free in front of the JSON text, for the HTTP head of the answer.
inline constexpr std::size_t kHeadroom = 1024;

// One per thread. All memory is allocated at construction, or where prepare() is put off; nothing allocates afterwards.
class Transformer {
 public:
  // Is prepared.
  explicit Transformer(const Options&);
  // Is not yet: for a process whose first answers may not need it.
  struct Unprepared {};
  Transformer(const Options&, Unprepared);
  Transformer(Transformer&&) noexcept;
  Transformer& operator=(Transformer&&) noexcept;
  ~Transformer();

  // Looks which SIMD kernel this machine can run, and allocates what that kernel needs, unless it was done; else the
  // first transform() does it. Ends the process where there is no memory.
  void prepare();

  // Bytes that the answer to a body of `body_bytes` can need, kHeadroom included: the room that transform() wants. Much
  // less in InvalidEvents::refuse, where no faults are written.
  [[nodiscard]] std::size_t answer_bytes_max(std::size_t body_bytes,
                                             InvalidEvents mode = InvalidEvents::skip) const noexcept;

  // Bytes of memory that this object may come to touch: stage 1's index, scratch, faults.
  [[nodiscard]] std::size_t memory_bytes_max() const noexcept;

  // Replaces the allow-list for the requests that follow. Null allows all.
  void set_event_types(std::shared_ptr<const EventTypes>) noexcept;

  // Validates all of `body` (RFC 8259) and writes the events' part of the answer into `out`, which must have at least
  // answer_bytes_max(body.size(), mode) bytes and stay untouched until finish(). The body's bytes are restored before
  // the return. Precondition: body.size() <= Options::body_bytes_max.
  Verdict transform(PaddedView body, std::span<char> out, InvalidEvents mode) noexcept;

  // After Verdict::ok: completes the JSON text. `elapsed` is what transform() took. `trace_id` is the fallback, used
  // where the request has no metadata; it must be 32 hex digits. The result lies in `out`, with at least kHeadroom
  // bytes of it in front; it stays valid as long as `out` does.
  std::span<char> finish(std::chrono::nanoseconds elapsed, std::optional<std::string_view> trace_id) noexcept;

  // After Verdict::not_json: the first byte with which the body stops being the beginning of a JSON text.
  [[nodiscard]] std::size_t syntax_offset() const noexcept;

  // The faults in the order of the contract: the request's own, then the first one of each invalid event. The first
  // kFaultsListed of them. Valid until the next transform().
  [[nodiscard]] std::span<const Fault> faults() const noexcept;

  [[nodiscard]] std::uint32_t events_total() const noexcept;    // elements of "events"
  [[nodiscard]] std::uint32_t events_invalid() const noexcept;  // of those, with a fault
  // Of the last request, by code: how many invalid events had this as their first fault, or the request as one of its.
  [[nodiscard]] std::uint32_t fault_count(Errc) const noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// Name of the simdjson kernel that stage 1 runs on this machine, such as "icelake", "arm64", "fallback".
[[nodiscard]] std::string_view simd_kernel() noexcept;
// Version of simdjson, xxHash and fast_float that the library was built with, such as "3.0.1".
[[nodiscard]] std::string_view simdjson_version() noexcept;
[[nodiscard]] std::string_view xxhash_version() noexcept;

}  // namespace planish
