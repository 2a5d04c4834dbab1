// Batch: all events of one request through a plugin, in one call. What goes in and what comes out are plain values.
#pragma once

#include <plugin/abi.hpp>
#include <plugin/instance.hpp>
#include <plugin/options.hpp>
#include <plugin/result_check.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace planish::plugin {

// One event, after rules. Views that stay as they are until the batch has run.
struct EventIn {
  std::string_view type;     // unescaped
  std::int64_t time = 0;     // ms
  std::string_view user;     // JSON text; empty: none
  std::string_view id;       // JSON text; empty: none
  std::string_view payload;  // JSON text; may lie inside of `event`
  std::string_view event;    // JSON text
  std::span<const std::string_view>
      fields;  // what the plugin asked for, JSON texts; empty: not there. None at all: same
};

struct RequestIn {
  std::span<const EventIn> events;
  // Where all the events lie, if they lie together and nobody minds that the plugin sees what is between them.
  std::string_view together;
  std::string_view context;   // JSON text
  std::string_view endpoint;  // its first path
  std::int64_t received_at = 0;
  std::uint64_t seed = 0;      // of random_get
  std::size_t body_bytes = 0;  // what bounds the output
};

enum class Action : std::uint8_t { keep, drop, reject, fail };
enum class Failure : std::uint8_t { none, trap, deadline, stack, memory, result };
inline constexpr std::size_t kFailures = 6;

struct EventOut {
  Action action = Action::keep;
  Failure failure = Failure::none;  // also where Errors::skip or pass made a drop or a keep of it
  std::string_view reason{};        // of a reject; empty: none was given
  std::string_view type{};          // empty: as it was
  std::string_view payload{};       // JSON text; empty: as it was
  std::string_view attributes{};    // JSON object; empty: none
};

// What has happened so far.
struct Counts {
  std::array<std::uint64_t, 4> actions{};           // events, by Action
  std::array<std::uint64_t, kFailures> failures{};  // events, by Failure
  std::uint64_t calls = 0;
};

// Of one thread, as its instance is.
class Batch {
 public:
  struct Bounds {
    std::size_t body_bytes_max;
    std::uint32_t events_max;
    unsigned payload_depth = 3;  // containers around a payload, and around attributes
    bool numbers_finite = true;  // what RFC 8785 needs
  };

  Batch(std::unique_ptr<Instance>, const Options&, const Bounds&);

  // One EventOut for each event. Views of this object, valid until the next run.
  [[nodiscard]] std::span<const EventOut> run(const RequestIn&) noexcept;

  [[nodiscard]] const Counts& counts() const noexcept { return counts_; }
  [[nodiscard]] Instance& instance() noexcept { return *instance_; }
  [[nodiscard]] const Instance& instance() const noexcept { return *instance_; }
  // Of the last call that failed; for a log line.
  [[nodiscard]] std::string_view last_failure() const noexcept { return {failure_text_.data(), failure_bytes_}; }

 private:
  [[nodiscard]] std::size_t out_bytes(std::size_t body_bytes) const noexcept;
  [[nodiscard]] std::size_t run_from(const RequestIn&, std::size_t first, unsigned& failures) noexcept;
  [[nodiscard]] Failure prepare(const RequestIn&, std::size_t first, std::size_t& at) noexcept;
  [[nodiscard]] Failure prepare_elsewhere(const RequestIn&, std::size_t first, std::size_t& at) noexcept;
  [[nodiscard]] std::size_t current_event(std::size_t at) const noexcept;
  void fail(std::size_t first, std::size_t end, Failure) noexcept;
  void note(const char* format, std::int64_t number) noexcept;
  void note_message() noexcept;
  void settle() noexcept;

  // verdict_reader.cpp: of the request at `at`, which began with `first`, into those from `first` to `end`.
  void read_verdicts(std::size_t at, std::size_t first, std::size_t end) noexcept;
  [[nodiscard]] bool read_verdict(const VerdictRecord&, EventOut&) noexcept;
  [[nodiscard]] bool take(GuestText, std::size_t bytes_max, std::string_view& out) noexcept;
  [[nodiscard]] bool take_result(GuestText, std::string_view& out) noexcept;
  void check_texts() noexcept;

  std::unique_ptr<Instance> instance_;
  std::chrono::milliseconds deadline_;
  Errors errors_;
  State state_;
  Bounds bounds_;
  Counts counts_;
  std::array<char, 160> failure_text_{};
  std::size_t failure_bytes_ = 0;

  std::unique_ptr<EventOut[]> out_;
  std::size_t count_ = 0;
  ResultCheck check_;
  std::size_t output_left_ = 0;
  bool has_json_ = false;
  std::size_t verdicts_at_ = 0;  // from the beginning of the request at hand
};

}  // namespace planish::plugin
