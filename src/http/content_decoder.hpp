// ContentDecoder: takes the content codings off a body, in turns. RFC 9110, section 8.4; RFC 1950, RFC 1952, RFC 8878.
#pragma once

#include <http/budget.hpp>
#include <http/decoding.hpp>
#include <http/fault.hpp>
#include <http/request.hpp>

#include <planish/padded_view.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace planish::http {

// One body at a time has it, from hold() to release(), over several turns if need be. All memory is allocated for the
// first coded body, and kept; it is bounded by the limit of the content, whatever a window of the coding asks for.
class ContentDecoder {
 public:
  explicit ContentDecoder(std::size_t body_bytes_max) noexcept;
  ContentDecoder(ContentDecoder&&) noexcept;
  ContentDecoder& operator=(ContentDecoder&&) noexcept;
  ~ContentDecoder();

  [[nodiscard]] bool held() const noexcept { return holder_ != nullptr; }
  [[nodiscard]] bool held_by(const void* holder) const noexcept { return holder_ == holder; }

  // Precondition: nobody holds it.
  void hold(const void* holder) noexcept { holder_ = holder; }
  void release() noexcept {
    holder_ = nullptr;
    begun_ = false;
  }

  [[nodiscard]] bool begun() const noexcept { return begun_; }
  // `codings`, of which there is one at least, come off in go_on(), the last one first. Fault::buffered: the first
  // coded body, and there is no memory for it. `received_at` is the holder's to have back.
  [[nodiscard]] std::optional<Fault> begin(std::span<const Coding> codings,
                                           std::chrono::nanoseconds received_at) noexcept;

  struct Progress {
    enum class Kind : std::uint8_t { more, done, fault };
    Kind kind;
    Fault fault = Fault::bad_content_coding;  // Kind::fault
  };
  // After begin(). Does as much as `work` and `until` allow, and a step at least; takes from `work` what was done.
  // `encoded`: all of the body; the same bytes each time, though they may have moved. Kind::done: body() has it.
  // Several members or frames in a row are one body. Fault::body_long: what comes out, at any coding, is longer than
  // the limit. Fault::bad_content_coding: corrupt, truncated, or followed by other bytes. Fault::costly_content_coding:
  // it is more work than a body of its size may be.
  [[nodiscard]] Progress go_on(std::string_view encoded, std::size_t& work, const Deadline& until = {}) noexcept;

  // After Kind::done, until release().
  [[nodiscard]] PaddedView body() noexcept;
  [[nodiscard]] std::chrono::nanoseconds received_at() const noexcept { return received_at_; }

  // Bytes that this object may come to touch.
  [[nodiscard]] std::size_t memory_bytes_max() const noexcept;

 private:
  struct Engines;  // the two libraries' states

  [[nodiscard]] bool allocate(std::size_t codings) noexcept;
  void begin_coding() noexcept;

  std::size_t body_bytes_max_;
  std::unique_ptr<Engines> engines_;
  std::unique_ptr<char[]> buffers_[2];  // one is read while the other one is written

  const void* holder_ = nullptr;
  bool begun_ = false;
  std::chrono::nanoseconds received_at_{};
  std::array<Coding, kCodingsMax> codings_{};
  std::size_t codings_left_ = 0;  // the last of these is being taken off
  unsigned to_ = 0;               // the buffer that is being written
  bool first_ = true;             // what is read is the body as it came
  std::string_view between_;      // else this
  Decoding decoding_;
};

}  // namespace planish::http
