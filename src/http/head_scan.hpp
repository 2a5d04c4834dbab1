// HeadScan: decides, byte by byte, whether the bytes of a connection are the head of a request, and where it ends; it
// tells each field as it passes it.
// RFC 9112, sections 3 and 5, in their strict reading: what a peer might read in another way is refused.
#pragma once

#include <http/fault.hpp>
#include <http/field_scan.hpp>
#include <http/limits.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace planish::http {

//   POST /path HTTP/1.1\r\nHost: a\r\n...\r\n\r\n
//   ^ 0  ^ target_at     ^ line_bytes           ^ head_bytes
//
// The first byte that breaks a rule or a limit decides, and is told as soon as it is there. Where one byte does both,
// it is the limit that is broken. Trivially copyable.
class HeadScan {
 public:
  struct Result {
    enum class Kind : std::uint8_t { need_more, field, done, fault };
    Kind kind;
    Fault fault = Fault::bad_request_line;  // Kind::fault
    std::size_t head_bytes = 0;             // Kind::done: including the empty line at its end
    std::string_view name = {};             // Kind::field; views of the input
    std::string_view value = {};            // without white space around it
  };

  // `input`: all bytes from the request line on, of which the first ones were there at the last call. Goes on where it
  // stopped, up to the end of the next field. After Kind::done and Kind::fault it says the same again.
  [[nodiscard]] Result next(std::string_view input, const Limits& limits) noexcept;

  // Bytes that were read; after Kind::fault those in front of the one that decided.
  [[nodiscard]] std::size_t bytes_read() const noexcept { return at_; }
  // 0: the method has not been read to its end.
  [[nodiscard]] std::uint16_t target_at() const noexcept { return target_at_; }
  // 0: the line has not been read to its end.
  [[nodiscard]] std::uint16_t line_bytes() const noexcept { return line_bytes_; }

 private:
  enum class State : std::uint8_t {
    method_first,
    method,
    target_first,
    target,
    version,
    line_cr,
    line_lf,
    fields,
    done,
    failed,
  };

  // Before the CR that ends the request line.
  [[nodiscard]] static bool is_in_line(State) noexcept;
  // Reads up to the end of the version or to `end`. Returns where it stopped; state_ is failed if that byte is wrong.
  const char* read_line(std::string_view input, const char* end) noexcept;
  // Reads the CR and the LF after it. False: more is needed, or state_ is failed.
  bool read_line_end(std::string_view input, const Limits& limits) noexcept;
  Result fail(Fault) noexcept;

  FieldScan fields_{0, kFieldsMax, true};
  std::uint32_t at_ = 0;  // bytes read
  std::uint16_t target_at_ = 0;
  std::uint16_t line_bytes_ = 0;  // without its CRLF
  State state_ = State::method_first;
  Fault fault_ = Fault::bad_request_line;
  std::uint8_t version_at_ = 0;  // within "HTTP/d.d"
};

}  // namespace planish::http
