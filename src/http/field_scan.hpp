// FieldScan: checks field lines byte by byte, up to the empty line after them. For heads and for trailers.
// RFC 9112, section 5, in its strict reading.
#pragma once

#include <http/fault.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace planish::http {

// Resumable: feed() takes only what is new. How the bytes are cut changes nothing, since each is judged once, in order.
//
//   X-Request-Id: r-1\r\n
//   `name_bytes' |
//   `-- line_bytes ----'
class FieldScan {
 public:
  struct Result {
    enum class Kind : std::uint8_t { need_more, field, done, fault };
    Kind kind;
    Fault fault;        // Kind::fault: bad_field, folded_field, or head_long for either limit
    std::size_t taken;  // bytes read; after Kind::done including the empty line, after Kind::field including its line
  };

  // `counts_end`: whether the two bytes of the empty line count against `bytes_max`.
  FieldScan(std::size_t bytes_max, unsigned fields_max, bool counts_end) noexcept
      : bytes_left_(bytes_max < UINT32_MAX ? static_cast<std::uint32_t>(bytes_max) : UINT32_MAX),
        fields_max_(static_cast<std::uint8_t>(fields_max)),
        counts_end_(counts_end) {}

  // Up to the end of a field's line, if one ends in `more`. Not to be called again after Kind::done or Kind::fault.
  [[nodiscard]] Result feed(std::string_view more) noexcept;
  // The same for who has no use for the fields: never Kind::field.
  [[nodiscard]] Result pass(std::string_view more) noexcept;

  // After Kind::field, of its line: with its CRLF, and up to its colon. It may have begun in an earlier `more`.
  [[nodiscard]] std::size_t line_bytes() const noexcept { return line_bytes_; }
  [[nodiscard]] std::size_t name_bytes() const noexcept { return name_bytes_; }

 private:
  enum class State : std::uint8_t { line_start, name, value, line_lf, end_lf, done };

  // Reads up to `end`; returns where it stopped: for the end, with `kind` as it was, or for what `kind` says then.
  const char* read(const char* at, const char* end, Result::Kind& kind, Fault& fault) noexcept;

  std::uint32_t bytes_left_;
  std::uint32_t line_bytes_ = 0;
  std::uint32_t name_bytes_ = 0;
  std::uint8_t fields_max_;
  std::uint8_t fields_ = 0;
  State state_ = State::line_start;
  bool counts_end_;
};

}  // namespace planish::http
