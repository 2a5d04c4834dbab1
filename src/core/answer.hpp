// Answer: the two ends of an answer around its events, and what a client library wants of a success.
#pragma once

#include <planish/context.hpp>
#include <planish/options.hpp>
#include <planish/outcome.hpp>

#include <core/fault_list.hpp>
#include <core/plan.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <span>
#include <string_view>

namespace planish::core {

// The answer's text, in the room that is given for it:
//
//   |<- kHeadBytesMax ->|
//   |    {"user_id":1,… | events … ],"total_duration_ms":0,"trace_id":"…"}
//        ^ finish() begins here
inline constexpr std::size_t kUserTextBytesMax = kIdBytesMax * 6 + 2;  // a string in the longest escapes
inline constexpr std::size_t kHeadBytesMax =
    std::string_view(R"({"user_id":,"processed_events":[)").size() + kUserTextBytesMax;
// The tail, without a trace of the body and the faults: two numbers of up to 20 digits, the longest trace of beside the
// body.
inline constexpr std::size_t kTailBytesMax =
    std::string_view(R"(],"total_duration_ms":,"trace_id":,"errors":[],"errors_total":})").size() + 2 * 20 +
    kOutsideTextBytesMax;

// Of those below, at their end, what Transformer::acknowledge() writes.
[[nodiscard]] std::size_t acknowledgement_bytes_max(const Plan& plan, const Limits& limits, std::size_t body_bytes,
                                                    InvalidEvents mode) noexcept;
// Bytes that the answer to a body of `body_bytes` can need; see Transformer::answer_bytes_max().
[[nodiscard]] std::size_t answer_bytes_max(const Plan& plan, const Limits& limits, std::size_t body_bytes,
                                           InvalidEvents mode) noexcept;

class AnswerEnds {
 public:
  // Where events go, and where the room for all ends.
  [[nodiscard]] char* begin(std::span<char> out, const Plan& plan, Answer answer, bool lenient) noexcept;
  [[nodiscard]] const char* out_end() const noexcept { return out_end_; }

  // What finish() needs, so that it does not need the body. `user` and `trace` are JSON, or empty.
  void keep(char* events_end, std::string_view user, std::string_view trace, bool shorten_trace) noexcept;
  void set_flags(bool verbose, std::uint32_t events_ok) noexcept;

  [[nodiscard]] std::span<char> finish(std::chrono::nanoseconds elapsed, const FaultList& faults) noexcept;

 private:
  std::span<char> finish_object(std::chrono::nanoseconds elapsed, const FaultList& faults) noexcept;
  std::span<char> finish_for_sdk(const FaultList& faults) noexcept;
  char* write_errors(char* out, const FaultList& faults) const noexcept;

  const Plan* plan_ = nullptr;
  Answer answer_ = Answer::results;
  bool lenient_ = false;
  bool verbose_ = false;
  std::uint32_t events_ok_ = 0;
  const char* out_end_ = nullptr;
  char* events_begin_ = nullptr;
  char* events_end_ = nullptr;
  std::string_view trace_;  // after room for what comes before it
  std::array<char, kUserTextBytesMax> user_;
  std::size_t user_size_ = 0;
};

}  // namespace planish::core
