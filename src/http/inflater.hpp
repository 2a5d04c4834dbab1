// Inflater: takes off gzip (RFC 1952) and zlib (RFC 1950, which HTTP calls deflate), a block or a slice at a time.
#pragma once

#include <http/decoding.hpp>

#include <zlib.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace planish::http {

class Inflater {
 public:
  enum class Format : std::uint8_t { gzip, zlib };

  Inflater() noexcept;
  Inflater(const Inflater&) = delete;  // zlib's state points back to it
  Inflater& operator=(const Inflater&) = delete;

  // Forgets what was under way.
  void begin(Format) noexcept;
  // Precondition: begin() with this Decoding's first step. Reads and writes at most a slice, and at most one block.
  [[nodiscard]] Decoding::Step step(Decoding&) noexcept;

 private:
  // All that zlib ever asks for: its state, 7 KiB in 1.2.13 and 1.3, and the window of 32 KiB. A test measures it.
  static constexpr std::size_t kMemoryBytes = std::size_t{44} << 10;

  static void* allocate(void* self, unsigned count, unsigned size) noexcept;
  [[nodiscard]] Decoding::Step end_member(Decoding&) noexcept;
  [[nodiscard]] bool ends_as_it_says(const Decoding&) const noexcept;

  z_stream stream_{};
  Format format_ = Format::gzip;
  // Of a gzip member: zlib's own CRC would cost more than a third of the decoding.
  std::uint32_t crc_ = 0;
  std::size_t member_begin_ = 0;  // where its bytes begin in the output
  std::size_t used_ = 0;
  alignas(std::max_align_t) std::array<char, kMemoryBytes> memory_;
};

}  // namespace planish::http
