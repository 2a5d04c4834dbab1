// Decoders: the two that a thread has for coded bodies: one for which nobody ever waits, and one that a body has for as
// many turns as it takes.
#pragma once

#include <http/budget.hpp>
#include <http/content_decoder.hpp>
#include <http/request.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace planish::http {

// A body of one coding that comes in so many bytes, and says that it will be so many, is small, as batches of SDKs are.
// Where a coding says nothing it is judged by its bytes: few events are packed to less than a sixteenth.
inline constexpr std::size_t kSmallEncodedMax = std::size_t{16} << 10;
inline constexpr std::size_t kSmallDecodedMax = std::size_t{64} << 10;
inline constexpr std::size_t kUsualRatioMax = 16;
// And this is the most that it costs, if all that it says were a lie: two million units, 8 ms. That fits into a turn,
// so it is decoded in its own one, and waits for no other body, however many there are that wait for their decoder. One
// byte more than the limit may be written, of what is too long.
inline constexpr std::uint64_t kSmallWorkMax = decoding_work_max(kSmallEncodedMax + kSmallDecodedMax + 1);

class Decoders {
 public:
  explicit Decoders(std::size_t body_bytes_max) noexcept;

  // A small body, in one go; what was done is taken from the budget. None: it is not small, by what it says, or by what
  // came out, and in_turns() is for it. So only what is longer than it says is begun twice, at kSmallWorkMax at most.
  [[nodiscard]] std::optional<ContentDecoder::Progress> decode_at_once(std::span<const Coding>,
                                                                       std::string_view encoded, Budget&) noexcept;
  // Any other, of whom holds in_turns(): as far as the budget goes. `received_at`: ContentDecoder::begin().
  [[nodiscard]] ContentDecoder::Progress decode_in_turns(std::span<const Coding>, std::string_view encoded,
                                                         std::chrono::nanoseconds received_at, Budget&) noexcept;
  [[nodiscard]] ContentDecoder& at_once() noexcept { return at_once_; }
  [[nodiscard]] ContentDecoder& in_turns() noexcept { return in_turns_; }

  // Bytes that this object may come to touch.
  [[nodiscard]] std::size_t memory_bytes_max() const noexcept;

 private:
  std::size_t body_bytes_max_;
  ContentDecoder at_once_;
  ContentDecoder in_turns_;
};

}  // namespace planish::http
