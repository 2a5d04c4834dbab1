// BodyFraming: where the content of a request ends, and what of the bytes is content. RFC 9112, sections 6.3 and 7.1.
#pragma once

#include <http/fault.hpp>
#include <http/field_scan.hpp>
#include <http/limits.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace planish::http {

// Resumable, byte by byte: how the bytes are cut changes nothing. Trivially copyable.
//
//   chunked:  5;x="y"\r\n hello\r\n 0\r\n Trailer: t\r\n \r\n
//             `-- chunk line -'     |     `- dropped -'
//                                   last chunk
class BodyFraming {
 public:
  struct Result {
    enum class Kind : std::uint8_t { need_more, done, fault };
    Kind kind;
    Fault fault;          // Kind::fault: bad_chunk, bad_trailer, body_long
    std::size_t read;     // bytes taken from `raw`; after Kind::need_more all of them
    std::size_t written;  // bytes of content put to `to`
  };

  // No content.
  BodyFraming() = default;
  // Precondition: `bytes` is within the limit of content.
  [[nodiscard]] static BodyFraming length(std::uint64_t bytes) noexcept;
  [[nodiscard]] static BodyFraming chunked() noexcept;

  // Takes the bytes of `raw`, which are new, and moves their content to `to`, at or before raw.data(); a null `to`
  // drops it. After Kind::done and Kind::fault it says the same again, and takes nothing.
  [[nodiscard]] Result take(std::span<char> raw, char* to, std::size_t body_bytes_max) noexcept;

  [[nodiscard]] bool done() const noexcept { return state_ == State::done; }
  // Of content, so far.
  [[nodiscard]] std::uint64_t content_bytes() const noexcept { return content_bytes_; }

 private:
  enum class State : std::uint8_t {
    content,  // of a Content-Length
    size_first,
    size,
    // Extensions: *( BWS ";" BWS token [ BWS "=" BWS ( token / quoted-string ) ] )
    before_semicolon,
    name_first,
    name,
    after_name,
    value_first,
    value,
    quoted,
    quoted_pair,
    quoted_end,
    line_lf,
    data,
    data_cr,
    data_lf,
    trailers,
    done,
    failed,
  };

  const char* take_chunk_line(const char* at, const char* end, std::size_t body_bytes_max) noexcept;
  [[nodiscard]] State after_size(char c, std::size_t body_bytes_max) noexcept;
  [[nodiscard]] State in_extension(char c) const noexcept;
  std::size_t take_data(std::span<char> raw, char* to) noexcept;
  State fail(Fault) noexcept;

  std::uint64_t left_ = 0;  // of the content or the chunk
  std::uint64_t content_bytes_ = 0;
  FieldScan trailers_{kTrailerBytesMax, kTrailersMax, false};
  std::uint32_t extension_bytes_ = 0;  // of this body
  std::uint16_t line_bytes_ = 0;       // of this chunk line
  State state_ = State::done;
  Fault fault_ = Fault::bad_chunk;
};

}  // namespace planish::http
