// The transform of contract sections 1 to 4, and 8 and 9: bytes in, bytes out; no I/O, no clock, no exceptions. A
// Transform is what an endpoint does, a Transformer the memory that does it.
#pragma once

#include <planish/context.hpp>
#include <planish/fault.hpp>
#include <planish/options.hpp>
#include <planish/outcome.hpp>
#include <planish/padded_view.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace planish {

namespace core {
struct Plan;
}

// Options, compiled. Immutable and cheap to copy: threads share it, and a reload hands out a new one between requests.
class Transform {
 public:
  // The options must have no problems(); what they have is left out.
  Transform();
  explicit Transform(const Options&);

  [[nodiscard]] const Options& options() const noexcept;

  // For the core alone.
  [[nodiscard]] const core::Plan& plan() const noexcept { return *plan_; }

 private:
  std::shared_ptr<const core::Plan> plan_;
};

// One per thread. Its memory is allocated at construction and by prepare(); nothing is allocated afterwards.
class Transformer {
 public:
  explicit Transformer(const Limits& = {});
  Transformer(Transformer&&) noexcept;
  Transformer& operator=(Transformer&&) noexcept;
  ~Transformer();

  // Looks which SIMD kernel this machine can run, and allocates what that kernel and this transform need, unless it was
  // done; else the first transform() does it. Ends the process where there is no memory.
  void prepare(const Transform&);

  // Bytes that the answer to a body of `body_bytes` can need: the room that transform() wants. Much less in
  // InvalidEvents::refuse, where no faults are written.
  [[nodiscard]] std::size_t answer_bytes_max(const Transform&, std::size_t body_bytes,
                                             InvalidEvents mode = InvalidEvents::skip) const noexcept;

  // Bytes of memory that this object may come to touch for transforms like these: stage 1's index, scratch, faults.
  // What one of them leaves is used by the next, so it is of each kind as much as the one takes that takes most of it.
  // The batch of each that has one takes batch_bytes_max() more.
  [[nodiscard]] std::size_t memory_bytes_max(std::span<const Transform> transforms) const noexcept;
  [[nodiscard]] std::size_t memory_bytes_max(const Transform& only) const noexcept {
    return memory_bytes_max(std::span(&only, 1));
  }
  [[nodiscard]] std::size_t batch_bytes_max(const Transform&) const noexcept;

  // Validates all of `body` (RFC 8259) and writes the events' part of the answer into `out`, which must have at least
  // answer_bytes_max() bytes and stay untouched until finish(); so must the transform and what the context refers to.
  // The body's bytes are restored before the return, but for those of an event that is left out since it is no JSON: it
  // becomes blanks. Precondition: body.size() <= Limits::body_bytes_max.
  const Outcome& transform(const Transform&, PaddedView body, const Context&, std::span<char> out) noexcept;

  // For who measures, after transform(): when it was over, by a steady clock. Told to the batch, where one was asked.
  void ended(std::chrono::nanoseconds at) noexcept;

  // After Verdict::ok: completes the answer's content. `elapsed` is what transform() took. It lies somewhere in `out`
  // and stays valid as long as that does. Empty: there is nothing to say (204), or, as NDJSON, there is no event.
  std::span<char> finish(std::chrono::nanoseconds elapsed) noexcept;
  // The same for a transform that acknowledges: what the client is answered with, after finish()'s content in `out`.
  // Empty: 204.
  std::span<char> acknowledge() noexcept;

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
