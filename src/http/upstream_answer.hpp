// UpstreamAnswer: reads an upstream's response as strictly as a request is read, since an upstream may be as hostile as
// a client. Bytes in, a value out; no socket, no clock. RFC 9112, sections 4, 6.3 and 9.3.
#pragma once

#include <http/body_framing.hpp>
#include <http/field_scan.hpp>
#include <http/limits.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace planish::http {

inline constexpr std::size_t kUpstreamHeadBytesMax = 16 * 1024;  // of all heads of one answer, interim ones too
inline constexpr std::size_t kUpstreamLineBytesMax = 1024;       // status line, without its CRLF
inline constexpr unsigned kUpstreamInterimMax = 8;               // 1xx in front of an answer
inline constexpr std::size_t kUpstreamContentBytesMax = std::size_t{1} << 20;

// Those of a server; a test may have smaller ones.
struct UpstreamLimits {
  std::uint32_t head_bytes_max = kUpstreamHeadBytesMax;
  std::uint32_t line_bytes_max = kUpstreamLineBytesMax;
  std::uint32_t content_bytes_max = kUpstreamContentBytesMax;
  std::uint32_t interim_max = kUpstreamInterimMax;
};

class UpstreamAnswer {
 public:
  // What becomes of the content of a success: of one that is dropped only the end matters, as of any other answer's.
  enum class Content : std::uint8_t { drop, keep };
  enum class State : std::uint8_t {
    head,     // of it no status can be told yet
    content,  // the status stands, content is awaited
    done,     // all of it is there
    broken,   // not a response, one that is too large, or one that ended too soon
  };
  struct Progress {
    State state;
    // What of the input has to be offered again, with what comes appended to it; once it is done, the content.
    std::size_t from = 0;
    std::size_t size = 0;
  };

  explicit UpstreamAnswer(Content content, const UpstreamLimits& limits = {}) noexcept
      : limits_(limits), content_(content) {}

  // Takes the input: what the last call asked for, and the bytes that came since. Content is closed up in place. How
  // the bytes were cut changes nothing. `end_of_stream`: the upstream has shut down its side. Not to be called again
  // once it is done or broken.
  [[nodiscard]] Progress advance(std::span<char> input, bool end_of_stream) noexcept;

  [[nodiscard]] State state() const noexcept { return state_; }
  // 0: none could be read. Of an answer that broke within its content it still stands.
  [[nodiscard]] unsigned status() const noexcept { return status_; }
  // Content-Type; empty where there is none, two, a longer one than kMediaTypeBytesMax, or one that is not ASCII.
  [[nodiscard]] std::string_view media_type() const noexcept { return {media_type_.data(), media_type_size_}; }
  // Retry-After as seconds or IMF-fixdate; empty where there is none or another one.
  [[nodiscard]] std::string_view retry_after() const noexcept { return {retry_after_.data(), retry_after_size_}; }
  // Its content has a coding (RFC 9110, section 8.4), which nobody asked for.
  [[nodiscard]] bool coded() const noexcept { return coded_; }
  // Of one that is done: the connection may carry another request. Nothing stood after the answer, both sides keep it.
  [[nodiscard]] bool keeps_connection() const noexcept { return keeps_; }

  static constexpr std::size_t kMediaTypeBytesMax = 127;

 private:
  // What the head at hand says, so far.
  struct Fields {
    std::uint64_t length = 0;
    std::uint8_t lengths = 0, transfer_encodings = 0, media_types = 0, retries = 0;
    bool length_is_bad = false, chunked = false, says_close = false, says_keep_alive = false;
  };
  static_assert(kFieldsMax <= UINT8_MAX);

  // Read up to the end of a head. False: more is needed, or it is broken.
  bool read_head(std::string_view input) noexcept;
  bool read_status_line(std::string_view input) noexcept;
  void take_field(std::string_view name, std::string_view value) noexcept;
  [[nodiscard]] bool frame() noexcept;
  void take_content(std::span<char> raw, char* to, std::size_t& read, std::size_t& written) noexcept;
  void exceed() noexcept;
  bool break_off() noexcept;

  UpstreamLimits limits_;
  FieldScan scan_{0, 0, true};
  BodyFraming framing_;
  Fields fields_;
  std::size_t head_bytes_ = 0;     // of the head at hand, so far
  std::size_t interim_bytes_ = 0;  // of the heads before it
  std::size_t content_bytes_ = 0;  // kept at the front of the input
  std::size_t until_close_bytes_ = 0;
  std::uint32_t line_bytes_ = 0;  // of the status line with its CRLF; 0: not complete yet
  std::uint16_t status_ = 0;
  std::uint8_t interim_ = 0;
  Content content_;
  State state_ = State::head;
  bool http_1_0_ = false;
  bool until_close_ = false;
  bool keeps_ = false;
  bool coded_ = false;
  std::uint8_t media_type_size_ = 0;
  std::uint8_t retry_after_size_ = 0;
  std::array<char, kMediaTypeBytesMax> media_type_;
  std::array<char, 29> retry_after_;  // an IMF-fixdate's
};

}  // namespace planish::http
