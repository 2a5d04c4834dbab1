// ZstdDecoder: takes off zstd (RFC 8878), a block at a time.
#pragma once

#include <http/decoding.hpp>

#include <zstd.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace planish::http {

class ZstdDecoder {
 public:
  // Null in memory(): there was none.
  ZstdDecoder() noexcept;
  [[nodiscard]] bool has_memory() const noexcept { return engine_ != nullptr; }
  [[nodiscard]] static std::size_t memory_bytes() noexcept;
  // How long the content of the first frame is, as far as its head says so.
  [[nodiscard]] static std::optional<std::uint64_t> says(std::string_view encoded) noexcept;

  // Forgets what was under way.
  void begin() noexcept;
  // Precondition: begin() with this Decoding's first step. Takes the head of a frame, one block, or a checksum.
  [[nodiscard]] Decoding::Step step(Decoding&) noexcept;

 private:
  enum class Place : std::uint8_t { frame, block, checksum };

  [[nodiscard]] Decoding::Step begin_frame(Decoding&) noexcept;
  [[nodiscard]] Decoding::Step skip_frame(Decoding&) noexcept;
  [[nodiscard]] Decoding::Step take_block(Decoding&) noexcept;
  [[nodiscard]] Decoding::Step feed(Decoding&, std::size_t bytes, bool ends_frame) noexcept;

  std::unique_ptr<std::byte[]> memory_;
  ZSTD_DCtx* engine_ = nullptr;  // lies in memory_
  ZSTD_outBuffer out_{};         // of the frame; the library wants to see the same one at each of its steps
  Place place_ = Place::frame;
  bool has_checksum_ = false;
  unsigned long long content_bytes_ = 0;  // as the frame announces them; or ZSTD_CONTENTSIZE_UNKNOWN
};

}  // namespace planish::http
