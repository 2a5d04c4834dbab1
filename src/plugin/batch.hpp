// Batch: all events of one request through a plugin, in one call. What goes in and what comes out are plain values.
#pragma once

#include <planish/batch.hpp>

#include <plugin/abi.hpp>
#include <plugin/instance.hpp>
#include <plugin/options.hpp>
#include <plugin/result_check.hpp>
#include <plugin/tally.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace planish::plugin {

[[nodiscard]] inline Failure failure_of(const BatchVerdict& verdict) noexcept {
  return static_cast<Failure>(verdict.failure);
}

struct RequestLayout;

// Of one thread, as its instance is.
class Batch final : public BatchStage {
 public:
  struct Bounds {
    std::size_t body_bytes_max;
    std::uint32_t events_max;
    unsigned payload_depth = 3;  // containers around a payload, and around attributes
    bool numbers_finite = true;  // what RFC 8785 needs
  };

  Batch(std::unique_ptr<Instance>, const Options&, const Bounds&);

  [[nodiscard]] std::span<const std::string_view> fields() const noexcept override { return fields_; }
  // Where they lie in the buffer that is there anyway.
  [[nodiscard]] std::uint32_t text_base() const noexcept override {
    return instance_->buffer() + static_cast<std::uint32_t>(sizeof(RequestRecord));
  }
  [[nodiscard]] BatchAnswer judge(const BatchRequest&) noexcept override;
  void ended(std::chrono::nanoseconds at) noexcept override { tally_.requests.record(at - begun_.time_since_epoch()); }

  [[nodiscard]] Counts counts() const noexcept { return tally_.counts(); }
  [[nodiscard]] Instance& instance() noexcept { return *instance_; }
  [[nodiscard]] const Instance& instance() const noexcept { return *instance_; }
  // Of the last call that failed.
  [[nodiscard]] std::string_view last_failure() const noexcept { return {failure_text_.data(), failure_bytes_}; }

 private:
  [[nodiscard]] std::size_t out_bytes(std::size_t body_bytes) const noexcept;
  [[nodiscard]] std::size_t run_from(const BatchRequest&, std::size_t first, Ticker::Clock::time_point now,
                                     unsigned& failures) noexcept;
  [[nodiscard]] Failure prepare(const BatchRequest&, std::size_t first, Ticker::Clock::time_point until,
                                std::size_t& at) noexcept;
  [[nodiscard]] Failure prepare_elsewhere(const BatchRequest&, const RequestLayout&, std::size_t first,
                                          std::size_t& at) noexcept;
  [[nodiscard]] std::size_t current_event(std::size_t at) const noexcept;
  void fail(std::size_t first, std::size_t end, Failure) noexcept;
  void note(const char* format, std::int64_t number) noexcept;
  void note_message() noexcept;
  void settle() noexcept;

  // verdict_reader.cpp: of the request at `at`, which began with `first`, into those from `first` to `end`.
  void read_verdicts(std::size_t at, std::size_t first, std::size_t end) noexcept;
  [[nodiscard]] bool read_verdict(const VerdictRecord&, BatchVerdict&) noexcept;
  [[nodiscard]] bool take(GuestText, std::size_t bytes_max, std::string_view& out) noexcept;
  [[nodiscard]] bool take_result(GuestText, std::string_view& out) noexcept;
  void check_texts() noexcept;

  std::shared_ptr<LogSink> log_;  // the instance's
  std::unique_ptr<Instance> instance_;
  std::vector<std::string_view> fields_;
  std::chrono::milliseconds deadline_;
  Errors errors_;
  State state_;
  Bounds bounds_;
  Tally tally_;
  Ticker::Clock::time_point begun_;
  std::array<char, 160> failure_text_{};
  std::size_t failure_bytes_ = 0;

  std::vector<BatchVerdict> out_;  // of the largest request that was
  std::size_t count_ = 0;
  ResultCheck check_;
  std::size_t output_left_ = 0;
  bool has_json_ = false;
  bool all_stay_ = true;         // all of out_ is as it was made
  std::size_t dirty_ = 0;        // so many of out_ are not
  std::size_t verdicts_at_ = 0;  // from the beginning of the request at hand
};

}  // namespace planish::plugin
