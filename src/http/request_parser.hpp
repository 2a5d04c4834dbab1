// RequestParser: reads the head of a request once, as it comes, and says what is wrong with it.
#pragma once

#include <http/fault.hpp>
#include <http/head_scan.hpp>
#include <http/limits.hpp>
#include <http/request_fields.hpp>
#include <http/request_head.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace planish::http {

// Trivially copyable.
class RequestParser {
 public:
  struct Result {
    enum class Kind : std::uint8_t { need_more, done, fault };
    Kind kind;
    Fault fault = Fault::bad_request_line;  // Kind::fault
    std::size_t head_bytes = 0;             // Kind::done: including the empty line at its end
  };

  // `input`: all bytes from the request line on, of which the first ones were there at the last call. `head` is the
  // same from call to call, and has at each time what the lines that have come say. After Kind::done and Kind::fault it
  // says the same again. Faults come in the order of contract section 2: those of the bytes; once all are there,
  // http_2, bad_field (a list of Connection), bad_target, version, bad_host, bad_length, bad_transfer, transfer_coding,
  // expectation, length_long.
  [[nodiscard]] Result read(std::string_view input, const Limits& limits, RequestHead& head) noexcept;

  // So far; after a fault of the bytes, those before the one that decided.
  [[nodiscard]] std::size_t bytes_read() const noexcept { return scan_.bytes_read(); }

 private:
  [[nodiscard]] std::optional<Fault> judge(std::string_view bytes, std::size_t body_bytes_max,
                                           RequestHead& head) const noexcept;

  HeadScan scan_;
  RequestFields fields_;
};

}  // namespace planish::http
