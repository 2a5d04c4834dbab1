// Response: an answer as a value, and its head, written right-aligned in front of its content. RFC 9112, section 4.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace planish::http {

// What became of a request's events: Planish-Events, contract section 9.
struct EventTotals {
  std::uint32_t ok = 0;
  std::uint32_t invalid = 0;
  std::uint32_t dropped = 0;
};

// An answer as a value: what the service decides. Views must be free of CR and LF: they are constants or settings.
struct Response {
  unsigned status = 200;
  std::string_view content_type = {};                           // empty: no content, and no Content-Length (204)
  bool untyped = false;                                         // unless there is content of no known type
  std::string_view fields = {};                                 // further fields as they stand, each with its CRLF
  std::string_view allow = {};                                  // value of Allow, and of what a preflight may use
  bool preflight = false;                                       // of CORS
  std::optional<std::chrono::nanoseconds> transform_time = {};  // Server-Timing
  std::optional<EventTotals> events = {};                       // Planish-Events
  std::span<char> content = {};                                 // in the room that the service was given for it
  std::size_t request_bytes = 0;                                // of the request's content, where it was used
  std::chrono::nanoseconds answered_at{0};                      // 0: when it is sent
  std::string_view request_id = {};                             // the client's, or one that was made
};

// How it goes out.
struct Delivery {
  enum class Connection : std::uint8_t { not_set, close, keep_alive };

  std::string_view origin = {};  // the client's Origin
  Connection connection = Connection::not_set;
};

inline constexpr std::size_t kHeadBytesMax = 1024;         // what a head can come to, all fields at their longest
inline constexpr std::size_t kOriginBytesMax = 255;        // of one --cors-origin
inline constexpr std::size_t kCorsHeadersBytesMax = 1024;  // of all --cors-headers, each with its ", "
// Of the answer to a preflight, which alone says them.
inline constexpr std::size_t kPreflightBytesMax = kHeadBytesMax + kCorsHeadersBytesMax;

// Writes heads. Holds what all of them have in common: the date, the allowed origins and request fields.
class HeadWriter {
 public:
  // `cors_origins` must outlive the writer. `cors_headers`: names that a preflight allows beside the usual ones, as far
  // as kCorsHeadersBytesMax has room for them.
  explicit HeadWriter(const std::vector<std::string>& cors_origins, std::span<const std::string> cors_headers = {});

  void set_date(std::chrono::sys_seconds) noexcept;

  // Writes the head so that it ends at `content_begin`, which has kHeadBytesMax writable bytes in front, for a
  // preflight kPreflightBytesMax. Returns the head's bytes.
  [[nodiscard]] std::size_t write_before(char* content_begin, const Response&, const Delivery&) const noexcept;

 private:
  // The configured origin that allows the client's, by its name rather than as one of all; empty: none does.
  [[nodiscard]] std::string_view allowed(std::string_view origin) const noexcept;

  const std::vector<std::string>* cors_origins_;
  std::string preflight_;      // the fields that answer one
  std::array<char, 37> date_;  // "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
};

}  // namespace planish::http
