// Batched: the events of a request that are judged together. Each is written when it is read, as if it stayed; when all
// are there they are judged, and where one does not stay as it was, the text is put together anew.
//
// A batch is told of texts by where they lie in the request's text:
//
//   |     | first event … last event |     | types without escapes, texts from beside the events, context |
//   |<------------- as in the body ------->|<------------------------- added ---------------------------->|
//
// Where an event is not among them, or is not as it stands in the body, all are in the added part, one by one.
#pragma once

#include <planish/batch.hpp>
#include <planish/options.hpp>

#include <core/digits.hpp>
#include <core/escape.hpp>
#include <core/event.hpp>
#include <core/fault_list.hpp>
#include <core/field_finder.hpp>
#include <core/pass.hpp>
#include <core/structural_index.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace planish::core {

// Memory of a thread, for requests within the limits; touched as far as events need it.
class Batched final : private LateEvents {
 public:
  // Where an event was written, up to where the next one was.
  struct Written {
    const char* at;
    std::uint32_t index;
  };

  Batched(const Limits&, std::shared_ptr<const BatchMaker>);

  [[nodiscard]] const std::shared_ptr<const BatchMaker>& maker() const noexcept { return maker_; }

  // Of one of these and its stage, whose fields are FieldFinder::kFieldsMax at most, but for what is written.
  [[nodiscard]] static std::size_t memory_bytes_max(const Limits&, const BatchMaker&) noexcept;

  // Before a pass through `body`.
  void begin(std::string_view body) noexcept;

  // An event without a fault that no stage has dropped, and is about to be written to pass.out.
  void add(const Pass&, const Event&) noexcept;
  // The same of section 1's answer, whose reader says no more of plain events than where the first one begins: their
  // records are made from the index when somebody asks for them. The events are written to `out`, by write_result(),
  // one after the other.
  void begin_results(char* out, Index first, std::string_view user) noexcept;
  // Of an event the record is made now: it is not plain, or comes after one that is not.
  void add_result(const Event&, Index behind) noexcept;
  // The event of this number is not among them.
  void skip(std::uint32_t number, Index behind) noexcept {
    skipped_.push_back(number);
    if (next_ != nullptr) next_ = behind + 1;
  }
  // So many were met; `behind` is after the bracket that closes them.
  void end_results(std::uint32_t total, Index behind) noexcept;

  // Whether the reader writes the records of plain events instead: while all that they hold is at hand, it takes far
  // less than making them does. It does where those of an earlier request were asked for, and in a large body.
  [[nodiscard]] bool writes_records() const noexcept { return wanted_left_ != 0 || body_.size() > kLateBytesMax; }
  struct Records {
    BatchEvent* first;   // there is room for all that can be valid, and for one that is not
    std::uint32_t base;  // what is told of the body's first byte
    BatchText user;      // of each, where it has come before them
  };
  [[nodiscard]] Records records(std::uint32_t events_max) noexcept;

  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }

  // All are there, at least one, and written: has them judged, and leaves those that stay, as far as there is room for
  // what is new about them. The faults of those that are refused come among the others of pass.faults.
  void finish(Pass&, StructuralIndex&) noexcept;
  void ended(std::chrono::nanoseconds at) noexcept { stage_->ended(at); }

 private:
  // A text that was added, by where it came from: those from beside the events stand there for many of them.
  struct Known {
    std::string_view from;
    BatchText text;
  };
  static constexpr std::size_t kKnownMax = 16;
  // Who asks waits until the index has been gone through: at most a token a byte, a nanosecond or two each, which is a
  // fifth of a plugin's default deadline.
  static constexpr std::size_t kLateBytesMax = std::size_t{1} << 20;

  [[nodiscard]] BatchText in_body(std::string_view text) const noexcept {
    return {static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(text.data())) + shift_,
            static_cast<std::uint32_t>(text.size())};
  }
  [[nodiscard]] std::string_view view(BatchText text) const noexcept {
    return {body_.data() + (text.at - base_), text.bytes};
  }
  [[gnu::noinline]] void grow() noexcept;
  void make() noexcept override;
  void make_records() noexcept;
  void have_records(std::size_t count) noexcept;
  [[nodiscard]] BatchEvents events() noexcept {
    return BatchEvents({records_.data(), count_}, unmade_ == 0 ? nullptr : this);
  }
  [[nodiscard]] BatchText all_events() const noexcept;
  void add_unescaped(std::string_view type, BatchEvent&) noexcept;
  [[nodiscard]] std::string_view told_text(BatchText text) const noexcept {
    return text.at < added_base_ ? view(text) : std::string_view(added_.data() + (text.at - added_base_), text.bytes);
  }
  [[nodiscard]] BatchText add_text(std::string_view text) noexcept;
  [[nodiscard]] BatchText add_known(std::string_view text) noexcept;
  [[nodiscard]] char* room(std::size_t bytes) noexcept;

  [[nodiscard]] BatchText context_text(const Pass&) noexcept;
  void find_fields(const Pass&, StructuralIndex&) noexcept;
  void keep_results(const Pass&) noexcept;
  void add_apart() noexcept;
  void keep_copies() noexcept;
  void put_together(Pass&, StructuralIndex&, std::span<const BatchVerdict>) noexcept;
  [[nodiscard]] bool write(Pass&, StructuralIndex&, Event&, std::string_view text, const BatchVerdict&) noexcept;
  [[nodiscard]] bool change(const Pass&, StructuralIndex&, Event&, const BatchVerdict&) noexcept;
  void refuse(Pass&, const Event&, const BatchVerdict&) noexcept;

  std::shared_ptr<const BatchMaker> maker_;
  std::unique_ptr<BatchStage> stage_;
  FieldFinder finder_;
  std::size_t body_bytes_max_;
  std::uint32_t base_;
  std::uint32_t shift_ = 0;  // from an address in the body to what is told of it
  std::string_view body_;
  std::size_t count_ = 0;
  bool all_in_body_ = true;  // each event stands in the body as it is
  bool kept_all_ = false;    // events_ has all of them
  // None is ever smaller than it was: they grow with the largest request.
  std::vector<BatchEvent> records_;
  std::vector<Written> written_;
  std::size_t unmade_ = 0;                   // of the first so many records: made from the index, when they are wanted
  unsigned wanted_left_ = 0;                 // in so many requests they are taken to be wanted
  Index first_ = nullptr;                    // of section 1's answer: the first event that was met
  Index next_ = nullptr;                     // the one after the last whose record was added; null: none was
  Index behind_ = nullptr;                   // all of them and their bracket
  char* results_ = nullptr;                  // where its events are written; null: it is another answer
  std::vector<std::uint32_t> skipped_;       // the numbers of those that are not
  std::vector<Event> events_;                // of an answer that tells more than section 1's, or is put together anew
  std::vector<std::string_view> raw_types_;  // of those whose types had escapes
  std::vector<BatchText> fields_;
  std::vector<char> added_;
  std::size_t added_size_ = 0;
  std::uint32_t added_base_ = 0;
  BatchText user_;  // that all records have
  std::array<Known, kKnownMax> known_;
  std::size_t known_size_ = 0;
  std::array<char, kEventTypeBytesMax * kEscapeBytesMax> type_;  // another one
  std::unique_ptr<char[]> whole_;  // of an event whose payload is another; made when it first is
  std::unique_ptr<char[]> copy_;   // of what was written, where it has to be put together anew; made when it first is
  std::size_t copy_size_ = 0;
  std::optional<StructuralIndex> edited_;  // of an event that was edited; made when it first is
  std::size_t edited_bytes_ = 0;
  FaultList others_;  // of events that no batch was asked about, while text is put together
};

}  // namespace planish::core
