// What looks at all events of a request together, after what looks at one: in and out as plain values. A plugin does.
#pragma once

#include <planish/options.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace planish {

// A text, by where it lies: BatchRequest::text_base and its offset in the request's text. {0, 0}: there is none.
struct BatchText {
  std::uint32_t at = 0;
  std::uint32_t bytes = 0;
};

// One event, after rules, as a record that a stage may give on as it is; see the ABI of plugins.
struct BatchEvent {
  BatchText type{};         // unescaped
  std::int64_t time = 0;    // ms
  BatchText user{};         // JSON text
  BatchText id{};           // JSON text
  BatchText payload{};      // JSON text; may lie inside of `event`
  BatchText event{};        // JSON text
  std::uint32_t rest[4]{};  // zero
};
static_assert(sizeof(BatchEvent) == 64);

// Makes the events of a request where somebody reads them: many a stage does not.
class LateEvents {
 public:
  // Unless it was done. Takes no lock and allocates nothing: a signal handler may ask for it.
  virtual void make() noexcept = 0;

 protected:
  ~LateEvents() = default;
};

class BatchEvents {
 public:
  BatchEvents() = default;
  explicit BatchEvents(std::span<const BatchEvent> events, LateEvents* late = nullptr) noexcept
      : events_(events), late_(late) {}

  [[nodiscard]] std::size_t size() const noexcept { return events_.size(); }
  [[nodiscard]] std::span<const BatchEvent> made() const noexcept {
    if (late_ != nullptr) late_->make();
    return events_;
  }
  // Where they are when late() has made them; null: they are there.
  [[nodiscard]] std::span<const BatchEvent> place() const noexcept { return events_; }
  [[nodiscard]] LateEvents* late() const noexcept { return late_; }

 private:
  std::span<const BatchEvent> events_;
  LateEvents* late_ = nullptr;
};

// The request's text is `sent` and `added`, which begin so many bytes after text_base; what is before and between
// them is nothing. None of it is what a batch must not see.
struct BatchRequest {
  std::uint32_t text_base = 0;
  BatchEvents events{};
  std::span<const BatchText> fields{};  // of each event as many as were asked for
  std::string_view sent{};
  std::size_t sent_at = 0;
  std::string_view added{};
  std::size_t added_at = 0;  // after `sent`
  BatchText context{};       // JSON text: {"user_id":…,"trace_id":…,"request_id":…}
  BatchText endpoint{};      // its first path
  std::int64_t received_at = 0;
  std::string_view request_id{};
  std::size_t body_bytes = 0;  // what bounds the output
};

enum class BatchAction : std::uint8_t { keep, drop, reject, fail };

// What becomes of an event.
struct BatchVerdict {
  BatchAction action = BatchAction::keep;
  std::uint8_t failure = 0;       // why it failed, for who counts; 0: it did not. Also where the action is another
  std::string_view reason{};      // of a reject: UTF-8 without control characters, at most kReasonBytesMax; or empty
  std::string_view type{};        // UTF-8, 1 to 256 bytes; empty: as it was
  std::string_view payload{};     // JSON; empty: as it was
  std::string_view attributes{};  // a JSON object; empty: none
};
inline constexpr std::size_t kReasonBytesMax = 256;

// What all verdicts of a request may hold together: small bodies may grow a lot, large ones to twice and a bit, but
// never beyond the largest body.
inline constexpr std::size_t kBatchBytesSpare = std::size_t{64} << 10;
[[nodiscard]] constexpr std::size_t batch_output_bytes_max(std::size_t body_bytes,
                                                           std::size_t body_bytes_max) noexcept {
  return std::min(2 * body_bytes + kBatchBytesSpare, body_bytes_max);
}

struct BatchAnswer {
  std::span<const BatchVerdict> verdicts{};  // one for each event
  bool all_stay = false;                     // each keeps its event as it was: they need not be looked at
};

// Of one thread.
class BatchStage {
 public:
  virtual ~BatchStage() = default;

  // JSON pointers into an event. Stays as it is.
  [[nodiscard]] virtual std::span<const std::string_view> fields() const noexcept = 0;

  // From where texts are best told. Stays as it is.
  [[nodiscard]] virtual std::uint32_t text_base() const noexcept = 0;

  // The texts of its verdicts are followed by kPadding readable bytes; valid until the next call. A
  // payload or attributes are valid JSON within `depth` containers, with numbers that RFC 8785 has a form for.
  [[nodiscard]] virtual BatchAnswer judge(const BatchRequest&) noexcept = 0;

  // When the transform that asked last was over, by a steady clock. For who measures: it was read anyway.
  virtual void ended(std::chrono::nanoseconds) noexcept {}
};

// Makes the stages of threads: a part of a Transform's options, so that a reload swaps it with them.
class BatchMaker {
 public:
  virtual ~BatchMaker() = default;

  // For requests within the limits. Where a stage cannot be had, one that fails every event. From any thread.
  [[nodiscard]] virtual std::unique_ptr<BatchStage> make(const Limits&) const = 0;
  // Of one of them.
  [[nodiscard]] virtual std::size_t memory_bytes_max(const Limits&) const noexcept = 0;
};

}  // namespace planish
