// ContentDecoder: takes the content codings off a body. RFC 9110, section 8.4; RFC 1952, RFC 8878.
#pragma once

#include <http/fault.hpp>
#include <http/request.hpp>

#include <planish/padded_view.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace planish::http {

// One per thread. All memory is allocated for the first coded body, and kept; it is bounded by the limit of the
// content, whatever a window of the coding asks for.
class ContentDecoder {
 public:
  explicit ContentDecoder(std::size_t body_bytes_max) noexcept;
  ContentDecoder(ContentDecoder&&) noexcept;
  ContentDecoder& operator=(ContentDecoder&&) noexcept;
  ~ContentDecoder();

  // Takes off `codings`, the last one first. None: it is done, body() has it. Fault::body_long: what comes out, at any
  // step, is longer than the limit. Fault::bad_content_coding: corrupt, truncated, or followed by other bytes.
  // Fault::buffered: the first coded body, and there is no memory for it.
  // Several members or frames in a row are one body.
  [[nodiscard]] std::optional<Fault> decode(std::span<const Coding> codings, std::string_view encoded) noexcept;

  // Of the last decode() that had no fault; valid until the next one.
  [[nodiscard]] PaddedView body() noexcept;

  // Bytes that this object may come to touch.
  [[nodiscard]] std::size_t memory_bytes_max() const noexcept;

 private:
  struct Engines;  // the two libraries' states

  [[nodiscard]] bool allocate() noexcept;
  [[nodiscard]] std::optional<Fault> decode_gzip(std::string_view encoded, std::span<char> out) noexcept;
  [[nodiscard]] std::optional<Fault> decode_zstd(std::string_view encoded, std::span<char> out) noexcept;

  std::size_t body_bytes_max_;
  std::unique_ptr<Engines> engines_;
  std::unique_ptr<char[]> buffers_[2];  // one is read while the other one is written
  std::size_t size_ = 0;
  unsigned last_ = 0;  // the buffer with the result
};

}  // namespace planish::http
